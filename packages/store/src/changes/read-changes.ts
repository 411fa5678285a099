/**
 * What has changed since a place in the feed of changes.
 *
 * A place is a snapshot: which transactions were over when it was taken. What has changed since is what transactions have
 * noted that the snapshot does not see and the present one does. So nothing is skipped, whatever order transactions begin
 * and commit in, and nothing is told twice.
 *
 * Reads: changes from the oldest transaction on that the place does not see, up to a bound of notes. Index: changes_xid.
 * Growth: with the drains since; while a long transaction is open, with those since it began.
 */
import type { Tx } from '../client.ts';

export interface ChangesRead {
  /** Where to go on from, after these. */
  place: string;
  /** Ids of the runs, each once; null: more notes than asked for, so not all are known. */
  runIds: readonly string[] | null;
}

/** The place of this snapshot. */
export async function currentPlace(tx: Tx): Promise<string> {
  const [row] = await tx<{ place: string }[]>`SELECT pg_current_snapshot()::text AS place`;
  return row!.place;
}

/**
 * @param tx with one snapshot for all of it (see inSnapshot)
 * @param since a place, see isPlace
 * @param most notes to read
 */
export async function readChanges(tx: Tx, since: string, most: number): Promise<ChangesRead> {
  const [place, notes] = await Promise.all([
    currentPlace(tx),
    tx<{ runIds: string[] }[]>`
      SELECT run_ids AS "runIds" FROM changes
      WHERE xid >= pg_snapshot_xmin(${since}::text::pg_snapshot)
        AND NOT pg_visible_in_snapshot(xid, ${since}::text::pg_snapshot)
      LIMIT ${most + 1}`,
  ]);
  return { place, runIds: notes.length > most ? null : [...new Set(notes.flatMap(({ runIds }) => runIds))] };
}

/** Whether a text is a place that PostgreSQL understands, such as it hands out itself. */
export function isPlace(text: string): boolean {
  const [, min, max, open] = /^(\d{1,18}):(\d{1,18}):((?:\d{1,18},?)*)$/.exec(text.slice(0, 5_000)) ?? [];
  if (min === undefined || max === undefined || open === undefined) return false;
  const between = open === '' ? [] : open.split(',').map(Number);
  const isSorted = between.every(
    (xid, index) => xid > (between[index - 1] ?? 0) && xid >= Number(min) && xid < Number(max),
  );
  return Number(min) > 0 && Number(min) <= Number(max) && isSorted;
}
