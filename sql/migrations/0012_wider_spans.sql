-- Counts added up over quarters of an hour, hours, four hours, days and four days, in place of hours and days alone: a
-- month is then some ten rows for each name instead of sixty, and a day by quarters of an hour needs no minutes. What was
-- made is thrown away: workers make all of it again from the minutes, two hours at a time, and until then readers add up
-- the minutes, which are the truth.
DROP TABLE rollup_spans;
CREATE TABLE rollup_spans (
  minutes       integer     NOT NULL CHECK (minutes IN (15, 60, 240, 1440, 5760)),  -- how long the span is; it starts at a multiple of that since 1970
  counts_of     text        NOT NULL CHECK (counts_of IN ('env', 'name', 'step')),  -- all workflows of an environment, those of a name, a step
  start         timestamptz NOT NULL,
  env           text        NOT NULL,
  service_key   text        NOT NULL,                -- '' with 'env', as are the names
  workflow_name text        NOT NULL,
  step_name     text        NOT NULL,                -- '' for the workflow itself
  started       bigint      NOT NULL,
  completed     bigint      NOT NULL,
  failed        bigint      NOT NULL,
  cancelled     bigint      NOT NULL,
  retries       bigint      NOT NULL,
  last_failed   timestamptz,                         -- the last minute of which a failure is left; null: none
  durations     text        NOT NULL,                -- 'bucket:count,…' as in rollup_durations: a row for each would be 70 times as many
  PRIMARY KEY (minutes, counts_of, start, env, service_key, workflow_name, step_name)
) WITH (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000);
-- Steps that failed are few of all steps.
CREATE INDEX rollup_spans_failed_steps ON rollup_spans (minutes, start)
  INCLUDE (env, service_key, workflow_name, step_name, failed, last_failed) WHERE counts_of = 'step' AND failed <> 0;

ALTER TABLE rollup_progress RENAME COLUMN hours_until TO made_until;  -- spans that end before this or with it are made
UPDATE rollup_progress SET made_until = '-infinity';

-- Quarters of an hour in which a drain has changed minutes that were long over.
ALTER TABLE rollup_late RENAME COLUMN hour TO start;
TRUNCATE rollup_late;
