/** The statements of make-spans: an hour from its minutes, a day from its hours. Each replaces what is there. */
import type { Tx } from '../client.ts';

export interface ServiceHour {
  /** As PostgreSQL writes it. */
  hour: string;
  /** With `serviceKey`; null: of every service. */
  env: string | null;
  serviceKey: string | null;
}

const ASKED = (width: string) => `
  asked AS (
    SELECT DISTINCT date_trunc('${width}', r.hour, 'UTC') AS start, r.env, r."serviceKey"
    FROM jsonb_to_recordset($1::text::jsonb) AS r(hour timestamptz, env text, "serviceKey" text)
    WHERE isfinite(r.hour)
  )`;

const OF_SERVICE = (alias: string) =>
  `(asked.env IS NULL OR (${alias}.env = asked.env AND ${alias}.service_key = asked."serviceKey"))`;

const REMOVE = (hours: number, width: string) => `
WITH ${ASKED(width)}
DELETE FROM rollup_spans s USING asked, (VALUES ('env'), ('name'), ('step')) AS kind(counts_of)
WHERE s.hours = ${hours} AND s.counts_of = kind.counts_of AND s.start = asked.start
  AND (${OF_SERVICE('s')} OR s.env = asked.env AND s.counts_of = 'env')`;

const KEY = 'start, env, service_key, workflow_name, step_name';
const COUNTS = 'started, completed, failed, cancelled, retries';
const SUMS = COUNTS.split(', ')
  .map((count) => `sum(${count})::bigint AS ${count}`)
  .join(', ');

/** One row for each key, from rows with counts and rows with a bucket; none where all of it is nothing. */
const INSERT = (hours: number, countsOf = `CASE step_name WHEN '' THEN 'name' ELSE 'step' END`) => `
INSERT INTO rollup_spans (hours, counts_of, ${KEY}, ${COUNTS}, durations)
SELECT ${hours}, ${countsOf}, ${KEY}, ${SUMS},
       coalesce(string_agg(bucket || ':' || count, ',' ORDER BY bucket) FILTER (WHERE bucket IS NOT NULL), '')
FROM parts
GROUP BY ${KEY}
HAVING count(bucket) > 0 OR sum(abs(started) + abs(completed) + abs(failed) + abs(cancelled) + abs(retries)) > 0`;

const OF = (alias: string): string =>
  COUNTS.split(', ')
    .map((count) => `${alias}.${count}`)
    .join(', ');

const NO_COUNTS = '0 AS started, 0 AS completed, 0 AS failed, 0 AS cancelled, 0 AS retries';

const MAKE_HOURS = `
WITH ${ASKED('hour')}, parts AS (
  SELECT asked.start, m.env, m.service_key, m.workflow_name, m.step_name, ${SUMS},
         NULL::integer AS bucket, 0::bigint AS count
  FROM asked JOIN rollup_minutes m
    ON m.minute >= asked.start AND m.minute < asked.start + interval '1 hour' AND ${OF_SERVICE('m')}
  GROUP BY 1, 2, 3, 4, 5
  UNION ALL
  SELECT asked.start, d.env, d.service_key, d.workflow_name, d.step_name, ${NO_COUNTS},
         d.bucket, sum(d.count)::bigint
  FROM asked JOIN rollup_durations d
    ON d.minute >= asked.start AND d.minute < asked.start + interval '1 hour' AND ${OF_SERVICE('d')}
  GROUP BY 1, 2, 3, 4, 5, d.bucket
  HAVING sum(d.count) <> 0
) ${INSERT(1)}`;

/** Counts and buckets of spans, to be added up by key. */
const PARTS = (spans: string) => `parts AS (
  SELECT ${KEY}, ${COUNTS}, NULL::integer AS bucket, 0::bigint AS count FROM ${spans}
  UNION ALL
  SELECT ${KEY}, ${NO_COUNTS}, split_part(pair, ':', 1)::integer, sum(split_part(pair, ':', 2)::bigint)::bigint
  FROM ${spans} CROSS JOIN LATERAL string_to_table(durations, ',') AS pair
  WHERE durations <> ''
  GROUP BY ${KEY}, split_part(pair, ':', 1)
)`;

/** Days that are not over yet have no span. */
const MAKE_DAYS = `
WITH ${ASKED('day')}, hourly AS MATERIALIZED (
  SELECT asked.start, h.env, h.service_key, h.workflow_name, h.step_name, ${OF('h')}, h.durations
  FROM asked CROSS JOIN (VALUES ('name'), ('step')) AS kind(counts_of)
  JOIN rollup_spans h ON h.hours = 1 AND h.counts_of = kind.counts_of
    AND h.start >= asked.start AND h.start < asked.start + interval '1 day' AND ${OF_SERVICE('h')}
  WHERE asked.start + interval '1 day' <= $2::text::timestamptz
), ${PARTS('hourly')} ${INSERT(24)}`;

/** All names of an environment together, from the spans of the names, which stand. */
const MAKE_TOTALS = (hours: number, width: string) => `
WITH ${ASKED(width)}, named AS MATERIALIZED (
  SELECT s.start, s.env, '' AS service_key, '' AS workflow_name, '' AS step_name,
    ${OF('s')}, s.durations
  FROM (SELECT DISTINCT start, env FROM asked) AS each
  JOIN rollup_spans s ON s.hours = ${hours} AND s.counts_of = 'name' AND s.start = each.start
    AND (each.env IS NULL OR s.env = each.env)
), ${PARTS('named')} ${INSERT(hours, "'env'")}`;

export async function makeHours(tx: Tx, hours: readonly ServiceHour[]): Promise<void> {
  if (hours.length === 0) return;
  const asked = JSON.stringify(hours);
  await tx.unsafe(REMOVE(1, 'hour'), [asked]);
  await tx.unsafe(MAKE_HOURS, [asked]);
  await tx.unsafe(MAKE_TOTALS(1, 'hour'), [asked]);
}

/** @param until days that end after this are left alone */
export async function makeDays(tx: Tx, hours: readonly ServiceHour[], until: string): Promise<void> {
  const asked = JSON.stringify(hours);
  await tx.unsafe(REMOVE(24, 'day'), [asked]);
  await tx.unsafe(MAKE_DAYS, [asked, until]);
  await tx.unsafe(MAKE_TOTALS(24, 'day'), [asked]);
}
