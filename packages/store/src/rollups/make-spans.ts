/**
 * Adds the counts per minute up over hours and days that are over (rollup_spans), so that a question about a month reads
 * hundreds of rows where there are millions of minutes. Nothing that a drain writes waits for it.
 *
 * An hour is made once it has been over for so long that whoever still changes it marks it (rollup_late, written by
 * apply-rollups): then its spans are made again, in the transaction that takes the marks. So a span is right wherever
 * there is no mark, and readers take the minutes where there is one.
 *
 * Reads: the minutes of the hours it makes, by the primary keys of rollup_minutes and rollup_durations, which begin with
 *   the time; days from the spans of their hours, by the primary key of rollup_spans.
 * Growth: with the rows of those hours. A month of a million workflows takes seconds, once.
 */
import type { Sql, Tx } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { UNTOUCHED_MINUTES } from '../projection/apply-rollups.ts';
import { makeDays, makeHours } from './span-statements.ts';
import type { ServiceHour } from './span-statements.ts';

/** Any fixed number: one makes spans at a time. */
const SPANS_LOCK = 7_300_017_301;

/** Hours that one transaction makes: short ones, because an old snapshot slows every drain. */
const HOURS_AT_ONCE = 6;

/** Marks that one transaction takes. */
const MARKS_AT_ONCE = 10_000;

/**
 * A transaction may have read the clock when it began. One that is older than this could still change an hour without a
 * mark; while there is one, no hour is made.
 */
const LONGEST_TRANSACTION_MINUTES = 60;

export interface MadeSpans {
  /** Hours made for the first time. */
  hours: number;
  /** Hours of services made again. */
  again: number;
  /** There may be more to do now. */
  more: boolean;
}

/** Makes some spans that are due. Returns null where another process does so just now. */
export async function makeSpans(sql: Sql): Promise<MadeSpans | null> {
  return inTransaction(
    sql,
    async (tx) => {
      const [lock] = await tx<{ own: boolean }[]>`SELECT pg_try_advisory_xact_lock(${SPANS_LOCK}) AS own`;
      if (lock?.own !== true) return null;
      const [progress] = await tx<{ until: string; upTo: string; safe: boolean }[]>`
        SELECT hours_until::text AS until,
          date_trunc('hour', now() - ${UNTOUCHED_MINUTES} * interval '1 minute', 'UTC')::text AS "upTo",
          NOT EXISTS (
            SELECT FROM pg_stat_activity
            WHERE datname = current_database()
              AND xact_start < now() - ${LONGEST_TRANSACTION_MINUTES} * interval '1 minute') AS safe
        FROM rollup_progress`;
      if (progress === undefined) return { hours: 0, again: 0, more: false };
      const { marks, again } = await makeAgain(tx, progress.until);
      const hours = progress.safe ? await makeNext(tx, progress.until, progress.upTo) : 0;
      return { hours, again, more: hours === HOURS_AT_ONCE || marks === MARKS_AT_ONCE };
    },
    // One state for reading the minutes and for taking the marks: a mark that is not seen stays.
    'ISOLATION LEVEL REPEATABLE READ',
  );
}

async function makeAgain(tx: Tx, until: string): Promise<{ marks: number; again: number }> {
  const marks = await tx<(ServiceHour & { made: boolean })[]>`
    DELETE FROM rollup_late WHERE ctid = ANY(ARRAY(SELECT ctid FROM rollup_late LIMIT ${MARKS_AT_ONCE}))
    RETURNING hour::text AS hour, env, service_key AS "serviceKey", hour < ${until}::text::timestamptz AS made`;
  const hours = new Map(marks.filter(({ made }) => made).map((mark) => [Object.values(mark).join('\0'), mark]));
  if (hours.size === 0) return { marks: marks.length, again: 0 };
  const which = [...hours.values()];
  await makeHours(tx, which);
  await makeDays(tx, which, until);
  return { marks: marks.length, again: hours.size };
}

/** The next hours that have counts, for all services. Returns how many. */
async function makeNext(tx: Tx, until: string, upTo: string): Promise<number> {
  const hours = await tx<{ hour: string }[]>`
    WITH RECURSIVE found AS (
      SELECT ${nextHour(tx, tx`${until}::text::timestamptz`, upTo)} AS hour, 1 AS nth
      UNION ALL
      SELECT ${nextHour(tx, tx`found.hour + interval '1 hour'`, upTo)}, nth + 1
      FROM found WHERE found.hour IS NOT NULL AND nth < ${HOURS_AT_ONCE}
    )
    SELECT hour::text AS hour FROM found WHERE hour IS NOT NULL`;
  // With fewer hours than asked for, everything up to the present is made.
  const last = hours.length < HOURS_AT_ONCE ? upTo : hours.at(-1)!.hour;
  const which = hours.map(({ hour }) => ({ hour, env: null, serviceKey: null }));
  const [moved] = await tx<{ until: string }[]>`
    UPDATE rollup_progress SET hours_until = greatest(hours_until,
      CASE WHEN ${hours.length < HOURS_AT_ONCE} THEN ${last}::text::timestamptz ELSE ${last}::text::timestamptz + interval '1 hour' END)
    WHERE hours_until < ${last}::text::timestamptz OR ${hours.length > 0}
    RETURNING hours_until::text AS until`;
  if (moved === undefined) return 0;
  await makeHours(tx, which);
  await makeDays(tx, [...which, { hour: until, env: null, serviceKey: null }], moved.until);
  return hours.length;
}

/** The first hour from `from` on, and before `upTo`, that has a count. */
function nextHour(tx: Tx, from: ReturnType<Tx>, upTo: string) {
  return tx`(
    SELECT date_trunc('hour', min(first), 'UTC') FROM (
      (SELECT minute AS first FROM rollup_minutes WHERE minute >= ${from} AND minute < ${upTo}::text::timestamptz ORDER BY minute LIMIT 1)
      UNION ALL
      (SELECT minute FROM rollup_durations WHERE minute >= ${from} AND minute < ${upTo}::text::timestamptz ORDER BY minute LIMIT 1)
    ) firsts)`;
}
