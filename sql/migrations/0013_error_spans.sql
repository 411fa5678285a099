-- Failures added up over the same spans as all else, so that a month of them is some thousand rows, not each minute in which
-- something failed. Nearly a quarter of the failures may be of a group of their own, so that rows for each group of each
-- workflow would be nearly as many as minutes: a workflow's groups stand together in one row, and a group's workflows in
-- another.
CREATE TABLE rollup_error_spans (
  minutes       integer       NOT NULL CHECK (minutes IN (15, 60, 240, 1440, 5760)),
  start         timestamptz   NOT NULL,
  env           text          NOT NULL,
  service_key   text          NOT NULL,
  workflow_name text          NOT NULL,
  count         bigint        NOT NULL,               -- of all groups
  last_minute   timestamptz   NOT NULL,               -- of which a failure is left
  error_groups  text[]        NOT NULL,               -- those of which a failure is left; the others are in the same order
  counts        bigint[]      NOT NULL,
  first_minutes timestamptz[] NOT NULL,
  last_minutes  timestamptz[] NOT NULL,
  PRIMARY KEY (minutes, start, env, service_key, workflow_name)
);

CREATE TABLE rollup_group_spans (
  minutes        integer     NOT NULL CHECK (minutes IN (15, 60, 240, 1440, 5760)),
  start          timestamptz NOT NULL,
  env            text        NOT NULL,
  error_group    text        NOT NULL,
  count          bigint      NOT NULL,
  first_minute   timestamptz NOT NULL,
  last_minute    timestamptz NOT NULL,
  services       text[]      NOT NULL,
  workflow_names text[]      NOT NULL,
  last_service   text        NOT NULL,                -- of the last minute; the first of several
  last_name      text        NOT NULL,
  PRIMARY KEY (minutes, error_group, start, env) INCLUDE (count)
);
-- The ranking, which reads all groups of a range, from the index alone.
CREATE INDEX rollup_group_spans_time ON rollup_group_spans (minutes, start) INCLUDE (env, error_group, count);

-- As for the other rollups: what is read lies together in the order of time, with one index in place of three, and a count
-- that changes leaves it as it is.
DROP INDEX rollup_errors_time, rollup_errors_taken_back;
ALTER TABLE rollup_errors
  DROP CONSTRAINT rollup_errors_pkey,
  ADD PRIMARY KEY (minute, env, service_key, workflow_name, error_group, slot);

-- Whoever makes spans says that it makes those of errors, too. Workers of the code before this cannot: their upkeep fails
-- and rolls back, with its marks, and is left to the new ones.
ALTER TABLE rollup_spans ADD COLUMN with_errors boolean NOT NULL DEFAULT true;
ALTER TABLE rollup_spans ALTER COLUMN with_errors DROP DEFAULT;

-- What is made of the other rollups is made of the errors here: 20,000 failures take a second.
INSERT INTO rollup_error_spans
SELECT minutes, start, env, service_key, workflow_name, sum(count), max(last),
       array_agg(error_group ORDER BY error_group), array_agg(count ORDER BY error_group),
       array_agg(first ORDER BY error_group), array_agg(last ORDER BY error_group)
FROM (
  SELECT minutes, date_bin(minutes * interval '1 minute', minute, 'epoch') AS start, env, service_key, workflow_name, error_group,
         sum(count)::bigint AS count, min(minute) AS first, max(minute) AS last
  FROM (
    SELECT minute, env, service_key, workflow_name, error_group, sum(count) AS count
    FROM rollup_errors GROUP BY 1, 2, 3, 4, 5 HAVING sum(count) > 0
  ) AS each
  CROSS JOIN unnest(ARRAY[15, 60, 240, 1440, 5760]) AS minutes
  GROUP BY 1, 2, 3, 4, 5, 6
) AS groups
WHERE start + minutes * interval '1 minute' <= (SELECT made_until FROM rollup_progress)
GROUP BY 1, 2, 3, 4, 5;

INSERT INTO rollup_group_spans
SELECT minutes, start, env, error_group, sum(count), min(first), max(last),
       array_agg(DISTINCT service_key ORDER BY service_key), array_agg(DISTINCT workflow_name ORDER BY workflow_name),
       (array_agg(service_key ORDER BY last DESC, service_key, workflow_name))[1],
       (array_agg(workflow_name ORDER BY last DESC, service_key, workflow_name))[1]
FROM (
  SELECT minutes, start, env, service_key, workflow_name, unnest(error_groups) AS error_group, unnest(counts) AS count,
         unnest(first_minutes) AS first, unnest(last_minutes) AS last
  FROM rollup_error_spans
) AS each
GROUP BY 1, 2, 3, 4;
