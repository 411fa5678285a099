/**
 * Adds the counts per minute up over quarters of an hour that are over, and those over wider spans (rollup_spans, and of
 * failures rollup_error_spans and rollup_group_spans), so that a question about a month reads hundreds of rows where there are millions of minutes. Nothing that a drain writes waits
 * for it.
 *
 * A quarter is made once it has been over for so long that whoever still changes it marks it (rollup_late, written by
 * apply-rollups): then its spans are made again, in the transaction that takes the marks. So a span is right wherever
 * there is no mark, and readers take the minutes where there is one.
 *
 * Reads: the minutes of the quarters it makes, by the primary keys of rollup_minutes, rollup_durations and rollup_errors,
 *   which begin with the time; wider spans from narrower ones, by the primary key of rollup_spans.
 * Growth: with the rows of those quarters. A month of a million workflows takes a minute or two, once.
 */
import type { Sql, Tx } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { LONGEST_TRANSACTION_MINUTES, UNTOUCHED_MINUTES } from '../projection/apply-rollups.ts';
import type { ServiceQuarter } from './asked-spans.ts';
import { makeSpansOf } from './span-statements.ts';
import { NARROWEST } from './span-widths.ts';

/** Any fixed number: one makes spans at a time. */
const SPANS_LOCK = 7_300_017_301;

/** Quarters that one transaction makes: short ones, because an old snapshot slows every drain. */
const QUARTERS_AT_ONCE = 8;

/** Marks that one transaction takes. */
const MARKS_AT_ONCE = 10_000;

const QUARTER = `interval '${NARROWEST} minutes'`;

export interface MadeSpans {
  /** Quarters of an hour made for the first time. */
  quarters: number;
  /** Quarters of services made again. */
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
      // While a client's transaction is older than that, it could still change a quarter without a mark.
      const [progress] = await tx<{ until: string; upTo: string; safe: boolean }[]>`
        SELECT made_until::text AS until,
          date_bin(${tx.unsafe(QUARTER)}, now() - ${UNTOUCHED_MINUTES} * interval '1 minute', 'epoch')::text AS "upTo",
          NOT EXISTS (
            SELECT FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend'
              AND xact_start < now() - ${LONGEST_TRANSACTION_MINUTES} * interval '1 minute') AS safe
        FROM rollup_progress`;
      if (progress === undefined) return { quarters: 0, again: 0, more: false };
      const { marks, again } = await makeAgain(tx, progress.until);
      const quarters = progress.safe ? await makeNext(tx, progress.until, progress.upTo) : 0;
      return { quarters, again, more: quarters === QUARTERS_AT_ONCE || marks === MARKS_AT_ONCE };
    },
    // One state for reading the minutes and for taking the marks: a mark that is not seen stays.
    'ISOLATION LEVEL REPEATABLE READ',
  );
}

async function makeAgain(tx: Tx, until: string): Promise<{ marks: number; again: number }> {
  const marks = await tx<(ServiceQuarter & { made: boolean })[]>`
    DELETE FROM rollup_late WHERE ctid = ANY(ARRAY(SELECT ctid FROM rollup_late LIMIT ${MARKS_AT_ONCE}))
    RETURNING start::text AS start, env, service_key AS "serviceKey", start < ${until}::text::timestamptz AS made`;
  const quarters = new Map(marks.filter(({ made }) => made).map((mark) => [Object.values(mark).join('\0'), mark]));
  if (quarters.size > 0) await makeSpansOf(tx, [...quarters.values()], until);
  return { marks: marks.length, again: quarters.size };
}

/** The next quarters that have counts, for all services. Returns how many. */
async function makeNext(tx: Tx, until: string, upTo: string): Promise<number> {
  const found = await tx<{ start: string }[]>`
    WITH RECURSIVE found AS (
      SELECT ${nextQuarter(tx, tx`${until}::text::timestamptz`, upTo)} AS start, 1 AS nth
      UNION ALL
      SELECT ${nextQuarter(tx, tx`found.start + ${tx.unsafe(QUARTER)}`, upTo)}, nth + 1
      FROM found WHERE found.start IS NOT NULL AND nth < ${QUARTERS_AT_ONCE}
    )
    SELECT start::text AS start FROM found WHERE start IS NOT NULL`;
  // With fewer than asked for, everything up to the present is made.
  const isAll = found.length < QUARTERS_AT_ONCE;
  const [moved] = await tx<{ until: string }[]>`
    UPDATE rollup_progress SET made_until = ${isAll ? tx`${upTo}::text::timestamptz` : tx`${found.at(-1)!.start}::text::timestamptz + ${tx.unsafe(QUARTER)}`}
    WHERE made_until < ${upTo}::text::timestamptz
    RETURNING made_until::text AS until`;
  if (moved === undefined) return 0;
  const quarters = found.map(({ start }) => ({ start, env: null, serviceKey: null }));
  // A wider span may end now that began before: the one in which the last round stopped.
  await makeSpansOf(tx, [...quarters, { start: until, env: null, serviceKey: null }], moved.until);
  return found.length;
}

/** The first quarter from `from` on, and before `upTo`, that has a count. */
function nextQuarter(tx: Tx, from: ReturnType<Tx>, upTo: string) {
  return tx`(
    SELECT date_bin(${tx.unsafe(QUARTER)}, min(first), 'epoch') FROM (
      (SELECT minute AS first FROM rollup_minutes WHERE minute >= ${from} AND minute < ${upTo}::text::timestamptz ORDER BY minute LIMIT 1)
      UNION ALL
      (SELECT minute FROM rollup_durations WHERE minute >= ${from} AND minute < ${upTo}::text::timestamptz ORDER BY minute LIMIT 1)
    ) firsts)`;
}
