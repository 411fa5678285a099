/**
 * The statements of make-spans for failures: the error groups of each workflow, and from those the workflows of each group.
 * Both in one row for each span: see the migration that made the tables.
 */
import { ASKED, LENGTH, OF_SERVICE } from './asked-spans.ts';
import { NARROWEST, type SpanWidth } from './span-widths.ts';

const REMOVE_WORKFLOWS = (width: SpanWidth) => `
WITH ${ASKED(width)}
DELETE FROM rollup_error_spans s USING asked
WHERE s.minutes = ${width} AND s.start = asked.start AND ${OF_SERVICE('s')}`;

/** Of the whole environment: a group may be of several services. */
const REMOVE_GROUPS = (width: SpanWidth) => `
WITH ${ASKED(width)}
DELETE FROM rollup_group_spans s USING asked
WHERE s.minutes = ${width} AND s.start = asked.start AND (asked.env IS NULL OR s.env = asked.env)`;

/** From rows `each`, some for each group. */
const INSERT_WORKFLOWS = (width: SpanWidth) => `
INSERT INTO rollup_error_spans (minutes, start, env, service_key, workflow_name, count, last_minute,
                                error_groups, counts, first_minutes, last_minutes)
SELECT ${width}, start, env, service_key, workflow_name, sum(count), max(last),
       array_agg(error_group ORDER BY error_group), array_agg(count ORDER BY error_group),
       array_agg(first ORDER BY error_group), array_agg(last ORDER BY error_group)
FROM (
  SELECT start, env, service_key, workflow_name, error_group, sum(count)::bigint AS count, min(first) AS first, max(last) AS last
  FROM each
  GROUP BY start, env, service_key, workflow_name, error_group
) AS groups
GROUP BY start, env, service_key, workflow_name`;

/** Minutes are added up over their slots first: of a failure that was taken back in another slot nothing is left. */
const FROM_MINUTES = `
WITH ${ASKED(NARROWEST)}, each AS (
  SELECT asked.start, e.env, e.service_key, e.workflow_name, e.error_group, sum(e.count) AS count,
         e.minute AS first, e.minute AS last
  FROM asked JOIN rollup_errors e
    ON e.minute >= asked.start AND e.minute < asked.start + ${LENGTH(NARROWEST)} AND ${OF_SERVICE('e')}
  GROUP BY asked.start, e.minute, e.env, e.service_key, e.workflow_name, e.error_group
  HAVING sum(e.count) > 0
) ${INSERT_WORKFLOWS(NARROWEST)}`;

const UNPACKED = `s.env, s.service_key, s.workflow_name, unnest(s.error_groups) AS error_group, unnest(s.counts) AS count,
         unnest(s.first_minutes) AS first, unnest(s.last_minutes) AS last`;

const FROM_SPANS = (width: SpanWidth, narrower: SpanWidth) => `
WITH ${ASKED(width)}, each AS (
  SELECT asked.start, ${UNPACKED}
  FROM asked CROSS JOIN LATERAL (
    SELECT * FROM rollup_error_spans s
    WHERE s.minutes = ${narrower} AND s.start >= asked.start AND s.start < asked.start + ${LENGTH(width)}
      AND ${OF_SERVICE('s')}
    OFFSET 0
  ) AS s
) ${INSERT_WORKFLOWS(width)}`;

const GROUPS = (width: SpanWidth) => `
WITH ${ASKED(width)}, each AS (
  SELECT s.start, ${UNPACKED}
  FROM (SELECT DISTINCT start, env FROM asked) AS spans
  CROSS JOIN LATERAL (
    SELECT * FROM rollup_error_spans s
    WHERE s.minutes = ${width} AND s.start = spans.start AND (spans.env IS NULL OR s.env = spans.env)
    OFFSET 0
  ) AS s
)
INSERT INTO rollup_group_spans (minutes, start, env, error_group, count, first_minute, last_minute,
                                services, workflow_names, last_service, last_name)
SELECT ${width}, start, env, error_group, sum(count), min(first), max(last),
       array_agg(DISTINCT service_key ORDER BY service_key), array_agg(DISTINCT workflow_name ORDER BY workflow_name),
       (array_agg(service_key ORDER BY last DESC, service_key, workflow_name))[1],
       (array_agg(workflow_name ORDER BY last DESC, service_key, workflow_name))[1]
FROM each
GROUP BY start, env, error_group`;

/** In this order. @param narrower whose spans those of the width are added up from; undefined: they are from the minutes */
export function errorStatements(width: SpanWidth, narrower: SpanWidth | undefined): string[] {
  return [
    REMOVE_WORKFLOWS(width),
    REMOVE_GROUPS(width),
    narrower === undefined ? FROM_MINUTES : FROM_SPANS(width, narrower),
    GROUPS(width),
  ];
}
