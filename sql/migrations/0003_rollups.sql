-- Counts per minute. Each run and step keeps what it has added (its contribution), so that a refold subtracts the old
-- before it adds the new: exact whatever order the events came in. A row is spread over slots, one per worker process,
-- so that two workers never wait for the same hot row; readers sum over slots. A slot's count may be negative.
CREATE TABLE rollup_minutes (
  minute        timestamptz NOT NULL,
  env           text        NOT NULL,
  service_key   text        NOT NULL,
  workflow_name text        NOT NULL,
  step_name     text        NOT NULL,                -- '' for the workflow itself
  slot          smallint    NOT NULL,
  started       bigint      NOT NULL DEFAULT 0,
  completed     bigint      NOT NULL DEFAULT 0,
  failed        bigint      NOT NULL DEFAULT 0,
  cancelled     bigint      NOT NULL DEFAULT 0,
  retries       bigint      NOT NULL DEFAULT 0,
  PRIMARY KEY (env, service_key, workflow_name, step_name, minute, slot)
) WITH (fillfactor = 85);
CREATE INDEX rollup_minutes_time ON rollup_minutes (minute, env) WHERE step_name = '';

-- Durations of completed runs and steps as a histogram: bucket i holds durations in (1.04^(i-1), 1.04^i] milliseconds,
-- so that any percentile is right within 2 percent. Bucket -1 holds 0 ms.
CREATE TABLE rollup_durations (
  minute        timestamptz NOT NULL,
  env           text        NOT NULL,
  service_key   text        NOT NULL,
  workflow_name text        NOT NULL,
  step_name     text        NOT NULL,
  bucket        smallint    NOT NULL,
  slot          smallint    NOT NULL,
  count         bigint      NOT NULL,
  PRIMARY KEY (env, service_key, workflow_name, step_name, minute, bucket, slot)
) WITH (fillfactor = 85);

CREATE TABLE rollup_errors (
  minute        timestamptz NOT NULL,
  env           text        NOT NULL,
  service_key   text        NOT NULL,
  workflow_name text        NOT NULL,
  error_group   text        NOT NULL,
  slot          smallint    NOT NULL,
  count         bigint      NOT NULL,
  PRIMARY KEY (env, service_key, workflow_name, error_group, minute, slot)
) WITH (fillfactor = 85);

-- Counters that outlive a process: how often the sweeper had to save something, how many refolds.
CREATE TABLE pipeline_counters (
  name       text        NOT NULL,
  slot       smallint    NOT NULL,
  value      bigint      NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, slot)
);
