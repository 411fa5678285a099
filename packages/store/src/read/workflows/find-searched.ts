import type { Sql, Tx } from '../../client.ts';
import type { ReadScope } from '../scope.ts';
import { findByEventId } from './find-by-event-id.ts';
import type { IdSearch } from './workflow-filter.ts';

/** Of an event id, the digits that say its millisecond: with fewer of them the events of a minute and more begin so. */
const FEWEST_DIGITS = 12;
const DIGITS = 32;
const MOST_EVENTS = 1_000;

/** @returns null where more than 1,000 events have an id that begins so: more of the id is needed */
export async function findSearched(sql: Sql | Tx, scope: ReadScope, text: string): Promise<IdSearch | null> {
  const digits = text.replaceAll('-', '').toLowerCase();
  if (!/^[0-9a-f]+$/.test(digits) || digits.length < FEWEST_DIGITS || digits.length > DIGITS) {
    return { text, runsOfEvents: [] };
  }
  const rows = await findByEventId(sql, scope, digits.padEnd(DIGITS, '0'), digits.padEnd(DIGITS, 'f'), MOST_EVENTS + 1);
  if (rows.length > MOST_EVENTS) return null;
  return { text, runsOfEvents: [...new Set(rows.flatMap(({ id }) => (id === null ? [] : [id])))] };
}
