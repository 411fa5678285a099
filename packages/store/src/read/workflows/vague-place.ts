/** Places in a list that say little about the runs they lie between, for cursors of keys that may not see those. */
import type { OrderPosition, SortDirection } from './list-order.ts';
import { compareInOrder } from './list-order.ts';

/** What comes first of everything. Of ids of the version that rows have: no other is taken for a cursor. */
const FIRST = {
  asc: { time: '0001-01-01T00:00:00.000000Z', id: '00000000-0000-5000-8000-000000000000', number: 0 },
  desc: {
    time: '9999-12-31T23:59:59.999999Z',
    id: 'ffffffff-ffff-5fff-bfff-ffffffffffff',
    number: Number.MAX_SAFE_INTEGER,
  },
} as const;

/** Where a time may be cut: behind the year, month, day, hour, minute, second and each digit of its fraction. */
const TIME_CUTS = [4, 7, 10, 13, 16, 19, 21, 22, 23, 24, 25, 26];
/** Not every month has the last day that would follow. */
const TIME_CUTS_DOWN = TIME_CUTS.filter((length) => length !== 7);
const ID_CUTS = Array.from({ length: 37 }, (_, length) => length);
const POWERS = Array.from({ length: 16 }, (_, nth) => 10 ** (15 - nth));

/**
 * The roundest place behind `from` and not behind `to`, such as the beginning of an hour where they are in different ones. What
 * stood at `to` can be told from it as little as `from` allows.
 *
 * @param from before `to`
 */
export function vaguePlace(from: OrderPosition, to: OrderPosition, direction: SortDirection): OrderPosition {
  const first = FIRST[direction];
  const nth = to.keys.findIndex((key, at) => key !== from.keys[at]);
  const candidates =
    nth === -1
      ? cuts(to.id, ID_CUTS, first.id).map((id) => ({ keys: to.keys, id }))
      : keyCandidates(to.keys[nth]!, direction).map((key) => ({
          keys: [...to.keys.slice(0, nth), key, ...to.keys.slice(nth + 1).map((later) => firstKey(later, direction))],
          id: first.id,
        }));
  const isBetween = (place: OrderPosition): boolean =>
    compareInOrder(from, place, direction) < 0 && compareInOrder(place, to, direction) <= 0;
  return candidates.find(isBetween) ?? to;
}

/** From the roundest to the value itself. */
function keyCandidates(key: string | number, direction: SortDirection): (string | number)[] {
  if (typeof key === 'string') {
    return cuts(key, direction === 'asc' ? TIME_CUTS : TIME_CUTS_DOWN, FIRST[direction].time);
  }
  const round = direction === 'asc' ? Math.floor : Math.ceil;
  return POWERS.map((power) => round(key / power) * power);
}

function cuts(text: string, lengths: readonly number[], filling: string): string[] {
  return lengths.map((length) => text.slice(0, length) + filling.slice(length));
}

function firstKey(key: string | number, direction: SortDirection): string | number {
  return typeof key === 'string' ? FIRST[direction].time : FIRST[direction].number;
}
