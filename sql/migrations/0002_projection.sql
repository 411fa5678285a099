-- The projection: what people read. Every row is a pure function of the set of events in the log.
CREATE TYPE workflow_status AS ENUM ('pending', 'queued', 'running', 'paused', 'completed', 'failed', 'cancelled');
CREATE TYPE pause_reason AS ENUM ('sleep', 'retry');
CREATE TYPE step_status AS ENUM ('pending', 'running', 'completed', 'failed', 'retrying', 'interrupted');
CREATE TYPE attempt_result AS ENUM ('running', 'success', 'failure', 'timeout', 'interrupted');
CREATE TYPE sleep_end_reason AS ENUM ('completed', 'superseded', 'terminal');

-- One row per run. Ids are reused by the client, so a run number tells the runs of one id apart.
CREATE TABLE workflows (
  id                   uuid            PRIMARY KEY,  -- UUIDv5 of (env, service_key, workflow_id, run): survives rebuilds
  env                  text            NOT NULL,
  service_key          text            NOT NULL,
  workflow_id          text COLLATE "C" NOT NULL,
  run                  integer         NOT NULL,     -- from 1
  latest               boolean         NOT NULL,
  workflow_name        text            NOT NULL,
  execution_id         text COLLATE "C",

  status               workflow_status NOT NULL,
  pause_reason         pause_reason,
  resume_at            timestamptz,
  current_step         text,                         -- the newest started of running_steps
  running_steps        text[]          NOT NULL,     -- steps with an open attempt, oldest start first

  input                jsonb,
  output               jsonb,

  completed_steps      text[]          NOT NULL,     -- in order of completion; see docs/states.md for long runs
  completed_step_count integer         NOT NULL,
  total_steps_executed integer         NOT NULL,

  error_message        text,
  error_stack          text,
  error_step_name      text,
  error_attempt        integer,
  error_step_inferred  boolean         NOT NULL,     -- the client did not say which step; see docs/states.md
  error_group          text,                         -- fingerprint of the normalised error
  cancel_reason        text,

  queued_at            timestamptz,
  started_at           timestamptz,
  completed_at         timestamptz,
  failed_at            timestamptz,
  cancelled_at         timestamptz,
  duration_ms          bigint,                       -- started to terminal; null without a start
  active_ms            bigint,                       -- duration less sleeping and waiting for retries
  sleeping_ms          bigint          NOT NULL,
  retry_wait_ms        bigint          NOT NULL,

  gaps                 text[]          NOT NULL,     -- what is known to be missing
  anomalies            text[]          NOT NULL,     -- what made no sense
  event_count          integer         NOT NULL,
  sort_at              timestamptz     NOT NULL,     -- started, else queued, else first event
  first_event_at       timestamptz     NOT NULL,
  first_event_id       uuid            NOT NULL,
  last_event_at        timestamptz     NOT NULL,
  last_event_id        uuid            NOT NULL,

  fold_state           jsonb           NOT NULL,     -- what the fold must remember and no column shows
  contribution         jsonb           NOT NULL,     -- what this row has added to the rollups
  projection_version   integer         NOT NULL,
  created_at           timestamptz     NOT NULL DEFAULT now(),
  updated_at           timestamptz     NOT NULL DEFAULT now(),
  UNIQUE (env, service_key, workflow_id, run)
) WITH (fillfactor = 85);

-- Lists: newest first, by environment, and by what people filter on most. `latest` stands before the time, so that an
-- id that was run a thousand times costs the list of newest runs nothing.
CREATE INDEX workflows_sort ON workflows (env, latest, sort_at DESC, id DESC);
CREATE INDEX workflows_service ON workflows (env, service_key, latest, sort_at DESC, id DESC);
CREATE INDEX workflows_name ON workflows (env, workflow_name, latest, sort_at DESC, id DESC);
CREATE INDEX workflows_failed ON workflows (env, latest, sort_at DESC, id DESC) WHERE failed_at IS NOT NULL;
CREATE INDEX workflows_cancelled ON workflows (env, latest, sort_at DESC, id DESC) WHERE cancelled_at IS NOT NULL;
-- What is still open: few of many. It costs the update that ends a run its HOT (2.0 kB of WAL instead of 0.3), and saves
-- lists of running or queued runs a walk over all runs of the environment.
CREATE INDEX workflows_open ON workflows (env, latest, sort_at DESC, id DESC)
  WHERE completed_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL;
-- Search by the beginning of an id: both columns collate "C", so that a prefix is a range. That of workflow_id goes
-- through the unique key (skip scan over the few environments and services).
CREATE INDEX workflows_execution_id ON workflows (execution_id) WHERE execution_id IS NOT NULL;

CREATE TABLE workflow_steps (
  id                  uuid        PRIMARY KEY,       -- UUIDv5 of its key
  env                 text        NOT NULL,
  service_key         text        NOT NULL,
  workflow_id         text COLLATE "C" NOT NULL,
  run                 integer     NOT NULL,
  step_name           text        NOT NULL,
  execution_order     integer     NOT NULL,          -- from 1, in order of first sight
  status              step_status NOT NULL,
  inferred            boolean     NOT NULL,          -- its status was concluded, not reported
  current_attempt     integer     NOT NULL,
  max_attempts        integer,
  result              jsonb,
  result_event_id     uuid,                          -- the step.completed (at completed_at) that carried it
  cached              boolean     NOT NULL,
  completion_order    integer,                       -- from 1, in order of first completion
  error_message       text,
  error_stack         text,
  will_retry          boolean,
  retry_count         integer     NOT NULL,          -- distinct attempts that a retry.scheduled names
  retry_minutes       integer[]   NOT NULL,          -- minute since the epoch of each counted retry, for the rollups
  next_retry_at       timestamptz,
  last_retry_delay_ms bigint,
  timeout_ms          bigint,
  timeout_deadline    timestamptz,
  timed_out           boolean     NOT NULL,
  started_at          timestamptz,                   -- first start
  completed_at        timestamptz,                   -- end, whatever it was
  duration_ms         bigint,                        -- of the last attempt
  total_duration_ms   bigint,                        -- first start to end, waits included
  contribution        jsonb       NOT NULL,
  created_at          timestamptz NOT NULL DEFAULT now(),
  updated_at          timestamptz NOT NULL DEFAULT now(),
  UNIQUE (env, service_key, workflow_id, run, step_name)
) WITH (fillfactor = 85);

CREATE TABLE step_attempts (
  id                 uuid           PRIMARY KEY,     -- UUIDv5 of its key
  env                text           NOT NULL,
  service_key        text           NOT NULL,
  workflow_id        text COLLATE "C" NOT NULL,
  run                integer        NOT NULL,
  step_name          text           NOT NULL,
  attempt_number     integer        NOT NULL,
  result             attempt_result NOT NULL,
  inferred           boolean        NOT NULL,
  error_message      text,
  error_stack        text,
  started_at         timestamptz,                    -- latest start
  ended_at           timestamptz,
  duration_ms        bigint,
  retry_scheduled    boolean        NOT NULL,
  retry_scheduled_at timestamptz,
  retry_delay_ms     bigint,
  next_attempt_at    timestamptz,
  start_event_id     uuid,
  end_event_id       uuid,
  UNIQUE (env, service_key, workflow_id, run, step_name, attempt_number)
) WITH (fillfactor = 85);

CREATE TABLE workflow_sleeps (
  id                uuid        PRIMARY KEY,         -- UUIDv5 of its key
  env               text        NOT NULL,
  service_key       text        NOT NULL,
  workflow_id       text COLLATE "C" NOT NULL,
  run               integer     NOT NULL,
  start_event_id    uuid        NOT NULL,
  duration_ms       bigint,
  started_at        timestamptz NOT NULL,
  resume_at         timestamptz,
  completed_at      timestamptz,                     -- when it ended, whatever ended it
  completed         boolean     NOT NULL,            -- true only by sleep.completed
  end_reason        sleep_end_reason,
  complete_event_id uuid,
  UNIQUE (env, service_key, workflow_id, run, start_event_id)
) WITH (fillfactor = 85);

CREATE TABLE services (
  id            uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  service_key   text        NOT NULL UNIQUE,
  display_name  text,
  description   text,
  environments  text[]      NOT NULL DEFAULT '{}',   -- sorted
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  last_event_at timestamptz                          -- last arrival, at most about 10 s behind
);

-- Requests of people to change a run. Written by a later version; the table is the document's.
CREATE TABLE workflow_interventions (
  id                uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  env               text        NOT NULL,
  service_key       text        NOT NULL,
  workflow_id       text COLLATE "C" NOT NULL,
  run               integer     NOT NULL,
  intervention_type text        NOT NULL CHECK (intervention_type IN ('retry', 'cancel', 'resume', 'skip_step')),
  target_step       text,
  requested_by      text        NOT NULL,
  requested_at      timestamptz NOT NULL DEFAULT now(),
  executed          boolean     NOT NULL DEFAULT false,
  executed_at       timestamptz,
  execution_result  text,
  execution_error   text
);

-- Which version of the fold is in force. Code of another version does not drain. One row.
CREATE TABLE projection_target (
  singleton  boolean     PRIMARY KEY DEFAULT true CHECK (singleton),
  version    integer     NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now()
);
