-- Counts added up over eight days, too: a month is then four rows of the widest spans for each name, where it was seven.
ALTER TABLE rollup_spans
  DROP CONSTRAINT rollup_spans_minutes_check,
  ADD CONSTRAINT rollup_spans_minutes_check CHECK (minutes IN (15, 60, 240, 1440, 5760, 11520));
ALTER TABLE rollup_error_spans
  DROP CONSTRAINT rollup_error_spans_minutes_check,
  ADD CONSTRAINT rollup_error_spans_minutes_check CHECK (minutes IN (15, 60, 240, 1440, 5760, 11520));
ALTER TABLE rollup_group_spans
  DROP CONSTRAINT rollup_group_spans_minutes_check,
  ADD CONSTRAINT rollup_group_spans_minutes_check CHECK (minutes IN (15, 60, 240, 1440, 5760, 11520));

-- Whoever makes spans says which ones it makes. Workers of the code before this cannot: their upkeep fails and rolls back,
-- with its marks, and is left to the new ones.
ALTER TABLE rollup_spans DROP COLUMN with_errors, ADD COLUMN version smallint NOT NULL DEFAULT 2;
ALTER TABLE rollup_spans ALTER COLUMN version DROP DEFAULT, ADD CHECK (version = 2);

-- What is made of four days is made of eight here: 120,000 rows take some seconds.
CREATE TEMPORARY TABLE wide ON COMMIT DROP AS
SELECT date_bin('8 days', start, 'epoch') AS wide_start, * FROM rollup_spans
WHERE minutes = 5760 AND date_bin('8 days', start, 'epoch') + interval '8 days' <= (SELECT made_until FROM rollup_progress);

INSERT INTO rollup_spans
  (minutes, counts_of, start, env, service_key, workflow_name, step_name,
   started, completed, failed, cancelled, retries, last_failed, durations, version)
SELECT 11520, counts_of, wide_start, env, service_key, workflow_name, step_name,
       sum(started), sum(completed), sum(failed), sum(cancelled), sum(retries), max(last_failed),
       coalesce(string_agg(bucket || ':' || count, ',' ORDER BY bucket) FILTER (WHERE bucket IS NOT NULL), ''), 2
FROM (
  SELECT counts_of, wide_start, env, service_key, workflow_name, step_name,
         started, completed, failed, cancelled, retries, last_failed, NULL::integer AS bucket, NULL::bigint AS count
  FROM wide
  UNION ALL
  SELECT counts_of, wide_start, env, service_key, workflow_name, step_name, 0, 0, 0, 0, 0, NULL,
         split_part(pair, ':', 1)::integer AS bucket, sum(split_part(pair, ':', 2)::bigint)::bigint
  FROM wide CROSS JOIN LATERAL string_to_table(durations, ',') AS pair
  WHERE durations <> ''
  GROUP BY 1, 2, 3, 4, 5, 6, bucket
) AS parts
GROUP BY counts_of, wide_start, env, service_key, workflow_name, step_name
HAVING count(bucket) > 0 OR sum(abs(started) + abs(completed) + abs(failed) + abs(cancelled) + abs(retries)) > 0;

INSERT INTO rollup_error_spans
SELECT 11520, start, env, service_key, workflow_name, sum(count), max(last),
       array_agg(error_group ORDER BY error_group), array_agg(count ORDER BY error_group),
       array_agg(first ORDER BY error_group), array_agg(last ORDER BY error_group)
FROM (
  SELECT start, env, service_key, workflow_name, error_group, sum(count)::bigint AS count, min(first) AS first, max(last) AS last
  FROM (
    SELECT date_bin('8 days', start, 'epoch') AS start, env, service_key, workflow_name, unnest(error_groups) AS error_group,
           unnest(counts) AS count, unnest(first_minutes) AS first, unnest(last_minutes) AS last
    FROM rollup_error_spans WHERE minutes = 5760
  ) AS each
  GROUP BY 1, 2, 3, 4, 5
) AS groups
WHERE start + interval '8 days' <= (SELECT made_until FROM rollup_progress)
GROUP BY 2, 3, 4, 5;

INSERT INTO rollup_group_spans
SELECT 11520, start, env, error_group, sum(count), min(first), max(last),
       array_agg(DISTINCT service_key ORDER BY service_key), array_agg(DISTINCT workflow_name ORDER BY workflow_name),
       (array_agg(service_key ORDER BY last DESC, service_key, workflow_name))[1],
       (array_agg(workflow_name ORDER BY last DESC, service_key, workflow_name))[1]
FROM (
  SELECT start, env, service_key, workflow_name, unnest(error_groups) AS error_group, unnest(counts) AS count,
         unnest(first_minutes) AS first, unnest(last_minutes) AS last
  FROM rollup_error_spans WHERE minutes = 11520
) AS each
GROUP BY 2, 3, 4;
