-- What the views of the api read beside the projection itself: totals over hours and days, who sends, what changed.

-- Rollups are read by time, and a drain adds rows of the present minute: with the time in front both find them on the
-- same few pages, whatever is stored, and no second index on the time is needed.
DROP INDEX rollup_minutes_time;
ALTER TABLE rollup_minutes
  DROP CONSTRAINT rollup_minutes_pkey,
  ADD PRIMARY KEY (minute, step_name, env, service_key, workflow_name, slot);
ALTER TABLE rollup_durations
  DROP CONSTRAINT rollup_durations_pkey,
  ADD PRIMARY KEY (minute, step_name, env, service_key, workflow_name, bucket, slot);

-- The same counts added up over hours and days that are over. Workers make them from the minutes, after the fact: no
-- event pays for them. Hours from rollup_progress on are not made yet; readers take the minutes there.
CREATE TABLE rollup_spans (
  hours         smallint    NOT NULL CHECK (hours IN (1, 24)),  -- how long the span is
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
  durations     text        NOT NULL,                -- 'bucket:count,…' as in rollup_durations: a row for each would be 70 times as many
  PRIMARY KEY (hours, counts_of, start, env, service_key, workflow_name, step_name)
) WITH (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000);

CREATE TABLE rollup_progress (
  singleton   boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
  hours_until timestamptz NOT NULL                   -- hours before this have their spans; so have days that ended before it
);
INSERT INTO rollup_progress (hours_until) VALUES ('-infinity');

-- Hours in which a drain has changed minutes that were long over. A row more for each change and never an update, so that
-- the one that takes a mark away cannot take another's with it.
CREATE TABLE rollup_late (
  hour        timestamptz NOT NULL,
  env         text        NOT NULL,
  service_key text        NOT NULL
);

-- When each service was last heard of, in each environment. Written at most every ten seconds.
CREATE TABLE service_environments (
  service_key     text        NOT NULL,
  env             text        NOT NULL,
  last_event_at   timestamptz,                       -- newest time that an event itself names; null: only of the far future
  last_arrival_at timestamptz NOT NULL,
  last_delay_ms   bigint,                            -- from the newest arrival's own time to its arrival; below 0: its clock is ahead
  PRIMARY KEY (service_key, env)
) WITH (fillfactor = 70);

-- Which runs each drain has changed: a row for each drain, kept for some minutes. A reader that has seen all of the
-- transactions before its snapshot's oldest open one can go on from there whatever order they commit in.
CREATE TABLE changes (
  xid     xid8        NOT NULL DEFAULT pg_current_xact_id(),
  at      timestamptz NOT NULL DEFAULT now(),
  run_ids uuid[]      NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000);
CREATE INDEX changes_xid ON changes (xid);
