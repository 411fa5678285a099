/**
 * From time to place and back. Long waits, in which nothing of a run happens, can be folded to a short mark, so that three
 * busy seconds around a sleep of thirty days are seen. Pure; all times are ms since the epoch.
 *
 * A place is ms of shown time from the start of the run: where nothing is folded, simply the ms that have passed.
 */

export interface Stretch {
  from: number;
  to: number;
}

interface Piece extends Stretch {
  /** Place of `from`. */
  at: number;
  /** Shown ms. */
  length: number;
  folded: boolean;
}

export interface Scale {
  start: number;
  end: number;
  /** Shown ms in all. */
  length: number;
  pieces: readonly Piece[];
}

/** A wait that is folded is as long as this part of what is not, or shorter where there are many. */
const FOLDED_PART = 18;

/** @param waits in order, without overlap; those longer than the mark are folded */
export function makeScale(start: number, end: number, waits: readonly Stretch[]): Scale {
  const inside = waits
    .map(({ from, to }) => ({ from: Math.max(from, start), to: Math.min(to, end) }))
    .filter(({ from, to }) => to > from);
  const waiting = inside.reduce((sum, { from, to }) => sum + to - from, 0);
  const busy = Math.max(1, end - start - waiting);
  const mark = busy / Math.max(FOLDED_PART, inside.length * 2);
  const pieces: Piece[] = [];
  let at = 0;
  let time = start;
  const add = (to: number, length: number, folded: boolean): void => {
    if (to <= time && length === 0) return;
    pieces.push({ from: time, to, at, length, folded });
    at += length;
    time = to;
  };
  for (const { from, to } of inside) {
    if (to - from <= mark) continue;
    if (from > time) add(from, from - time, false);
    add(to, mark, true);
  }
  if (end > time || pieces.length === 0) add(end, Math.max(1, end - time), false);
  return { start, end, length: at, pieces };
}

/** @returns a place; outside of the run it goes on evenly */
export function placeOf({ start, end, length, pieces }: Scale, time: number): number {
  if (time <= start) return time - start;
  if (time >= end) return length + time - end;
  const piece = pieceBy(pieces, (one) => one.from <= time);
  const share = piece.to === piece.from ? 0 : (time - piece.from) / (piece.to - piece.from);
  return piece.at + share * piece.length;
}

export function timeAt({ start, end, length, pieces }: Scale, place: number): number {
  if (place <= 0) return start + place;
  if (place >= length) return end + place - length;
  const piece = pieceBy(pieces, (one) => one.at <= place);
  const share = piece.length === 0 ? 0 : (place - piece.at) / piece.length;
  return piece.from + share * (piece.to - piece.from);
}

/** The last piece of which that is so; pieces are in order. */
function pieceBy(pieces: readonly Piece[], isSo: (piece: Piece) => boolean): Piece {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isSo(pieces[middle]!)) low = middle;
    else high = middle - 1;
  }
  return pieces[low]!;
}

/** The stretch in sight, in places. */
export interface View {
  from: number;
  length: number;
}

/** Nothing is seen closer than this many ms of shown time. */
const CLOSEST = 5;

/** Inside of what there is, and neither closer nor farther than makes sense. */
export function clampView({ from, length }: View, whole: number): View {
  const kept = Math.min(Math.max(length, Math.min(CLOSEST, whole)), whole);
  return { from: Math.min(Math.max(from, 0), whole - kept), length: kept };
}

/** @param at the place that stays where it is */
export function zoomView(view: View, factor: number, at: number, whole: number): View {
  const length = Math.min(Math.max(view.length * factor, Math.min(CLOSEST, whole)), whole);
  const share = (at - view.from) / view.length;
  return clampView({ from: at - share * length, length }, whole);
}

const S = 1_000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500]
  .concat([1, 2, 5, 10, 15, 30].map((n) => n * S))
  .concat([1, 2, 5, 10, 15, 30].map((n) => n * M))
  .concat([1, 2, 3, 6, 12].map((n) => n * H))
  .concat([1, 2, 7, 14, 30, 90, 365].map((n) => n * D));

export interface Tick {
  time: number;
  place: number;
}

/**
 * Round times to write on the axis, as many as there is room for, none in what is folded.
 *
 * @param least shown ms between two of them
 * @param offsetMs of the zone, so that days begin at its midnight
 */
export function ticksOf(scale: Scale, view: View, least: number, offsetMs: number): { step: number; ticks: Tick[] } {
  const step = STEPS.find((each) => each >= least) ?? STEPS.at(-1)!;
  const ticks: Tick[] = [];
  let free = -Infinity;
  for (const piece of scale.pieces) {
    if (piece.folded || piece.at + piece.length < view.from || piece.at > view.from + view.length) continue;
    const from = Math.max(piece.from, timeAt(scale, Math.max(piece.at, view.from)));
    const to = Math.min(piece.to, timeAt(scale, Math.min(piece.at + piece.length, view.from + view.length)));
    for (let time = Math.ceil((from + offsetMs) / step) * step - offsetMs; time <= to; time += step) {
      const place = piece.at + (time - piece.from);
      if (place < free) continue;
      ticks.push({ time, place });
      free = place + least * 0.95;
    }
  }
  return { step, ticks };
}
