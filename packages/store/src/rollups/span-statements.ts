/** The statements of make-spans: a quarter of an hour from its minutes, wider spans from narrower ones. Each replaces what is there. */
import type { Tx } from '../client.ts';
import { ASKED, LENGTH, OF_SERVICE, type ServiceQuarter } from './asked-spans.ts';
import { errorStatements } from './error-span-statements.ts';
import { NARROWEST, SPAN_WIDTHS, SPANS_VERSION, type SpanWidth } from './span-widths.ts';

const REMOVE = (width: SpanWidth) => `
WITH ${ASKED(width)}
DELETE FROM rollup_spans s USING asked, (VALUES ('env'), ('name'), ('step')) AS kind(counts_of)
WHERE s.minutes = ${width} AND s.counts_of = kind.counts_of AND s.start = asked.start
  AND (${OF_SERVICE('s')} OR s.env = asked.env AND s.counts_of = 'env')`;

const NAMES = 'env, service_key, workflow_name, step_name';
const KEY = `start, ${NAMES}`;
const COUNT_COLUMNS = ['started', 'completed', 'failed', 'cancelled', 'retries'];
const COUNTS = COUNT_COLUMNS.join(', ');
const SUMS = COUNT_COLUMNS.map((count) => `sum(${count})::bigint AS ${count}`).join(', ');
const NO_COUNTS = `${COUNT_COLUMNS.map((count) => `0 AS ${count}`).join(', ')}, NULL::timestamptz AS last_failed`;
const NO_BUCKET = 'NULL::integer AS bucket, 0::bigint AS count';
const OF = (alias: string): string =>
  `${COUNT_COLUMNS.map((count) => `${alias}.${count}`).join(', ')}, ${alias}.last_failed`;

/** One row for each key, from rows with counts and rows with a bucket; none where all of it is nothing. */
const INSERT = (width: SpanWidth, countsOf = `CASE step_name WHEN '' THEN 'name' ELSE 'step' END`) => `
INSERT INTO rollup_spans (minutes, counts_of, ${KEY}, ${COUNTS}, last_failed, durations, version)
SELECT ${width}, ${countsOf}, ${KEY}, ${SUMS}, max(last_failed),
       coalesce(string_agg(bucket || ':' || count, ',' ORDER BY bucket) FILTER (WHERE bucket IS NOT NULL), ''), ${SPANS_VERSION}
FROM parts
GROUP BY ${KEY}
HAVING count(bucket) > 0 OR sum(abs(started) + abs(completed) + abs(failed) + abs(cancelled) + abs(retries)) > 0`;

/** Minutes are added up over their slots first: of a failure that was taken back in another slot nothing is left. */
const FROM_MINUTES = `
WITH ${ASKED(NARROWEST)}, parts AS (
  SELECT ${KEY}, ${SUMS}, max(minute) FILTER (WHERE failed > 0) AS last_failed, ${NO_BUCKET}
  FROM (
    SELECT asked.start, m.minute, m.env, m.service_key, m.workflow_name, m.step_name, ${SUMS}
    FROM asked JOIN rollup_minutes m
      ON m.minute >= asked.start AND m.minute < asked.start + ${LENGTH(NARROWEST)} AND ${OF_SERVICE('m')}
    GROUP BY 1, 2, 3, 4, 5, 6
  ) AS each
  GROUP BY ${KEY}
  UNION ALL
  SELECT asked.start, d.env, d.service_key, d.workflow_name, d.step_name, ${NO_COUNTS},
         d.bucket, sum(d.count)::bigint
  FROM asked JOIN rollup_durations d
    ON d.minute >= asked.start AND d.minute < asked.start + ${LENGTH(NARROWEST)} AND ${OF_SERVICE('d')}
  GROUP BY 1, 2, 3, 4, 5, d.bucket
  HAVING sum(d.count) <> 0
) ${INSERT(NARROWEST)}`;

/** Counts and buckets of spans, to be added up by key. */
const PARTS = (spans: string) => `parts AS (
  SELECT ${KEY}, ${COUNTS}, last_failed, ${NO_BUCKET} FROM ${spans}
  UNION ALL
  SELECT ${KEY}, ${NO_COUNTS}, split_part(pair, ':', 1)::integer, sum(split_part(pair, ':', 2)::bigint)::bigint
  FROM ${spans} CROSS JOIN LATERAL string_to_table(durations, ',') AS pair
  WHERE durations <> ''
  GROUP BY ${KEY}, split_part(pair, ':', 1)
)`;

/** Looked up by span: as a join the planner would rather go through the whole table. */
const FROM_SPANS = (width: SpanWidth, narrower: SpanWidth) => `
WITH ${ASKED(width)}, narrow AS MATERIALIZED (
  SELECT asked.start, s.env, s.service_key, s.workflow_name, s.step_name, ${OF('s')}, s.durations
  FROM asked CROSS JOIN (VALUES ('name'), ('step')) AS kind(counts_of)
  CROSS JOIN LATERAL (
    SELECT * FROM rollup_spans s
    WHERE s.minutes = ${narrower} AND s.counts_of = kind.counts_of
      AND s.start >= asked.start AND s.start < asked.start + ${LENGTH(width)} AND ${OF_SERVICE('s')}
    OFFSET 0
  ) AS s
), ${PARTS('narrow')} ${INSERT(width)}`;

/** All names of an environment together, from the spans of the names, which stand. */
const TOTALS = (width: SpanWidth) => `
WITH ${ASKED(width)}, named AS MATERIALIZED (
  SELECT s.start, s.env, '' AS service_key, '' AS workflow_name, '' AS step_name, ${OF('s')}, s.durations
  FROM (SELECT DISTINCT start, env FROM asked) AS each
  CROSS JOIN LATERAL (
    SELECT * FROM rollup_spans s
    WHERE s.minutes = ${width} AND s.counts_of = 'name' AND s.start = each.start
      AND (each.env IS NULL OR s.env = each.env)
    OFFSET 0
  ) AS s
), ${PARTS('named')} ${INSERT(width, "'env'")}`;

const STATEMENTS = SPAN_WIDTHS.flatMap((width, nth) => {
  const narrower = SPAN_WIDTHS[nth - 1];
  const made = narrower === undefined ? FROM_MINUTES : FROM_SPANS(width, narrower);
  return [REMOVE(width), made, TOTALS(width), ...errorStatements(width, narrower)];
});

/** Makes the spans of these quarters, of every width. @param until spans that end after this are left alone; as PostgreSQL writes it */
export async function makeSpansOf(tx: Tx, quarters: readonly ServiceQuarter[], until: string): Promise<void> {
  const asked = JSON.stringify(quarters);
  for (const statement of STATEMENTS) await tx.unsafe(statement, [asked, until]);
}
