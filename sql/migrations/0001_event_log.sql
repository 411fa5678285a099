-- The event log: the truth, append-only. Everything else can be made again from it.
-- Partitioned by month of the event's own time. Month partitions are created ahead by the worker's upkeep and by the
-- migration runner; times outside of them go to the default partition, so that no insert ever fails for want of one.
CREATE TABLE workflow_events (
  id               uuid        NOT NULL,             -- eventId of the tracker; UUIDv5 of (env, service, id) where that was no UUID
  event_type       text        NOT NULL,
  workflow_id      text COLLATE "C" NOT NULL, -- the subject: a workflow's Durable Object id, or a job's instance id
  workflow_name    text        NOT NULL,             -- the workflow's or the job's name
  env              text        NOT NULL,
  service_key      text        NOT NULL,
  event_timestamp  timestamptz NOT NULL,             -- whole milliseconds
  payload          jsonb       NOT NULL,             -- the event as it came, what PostgreSQL cannot hold replaced by markers
  received_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  processed        boolean     NOT NULL DEFAULT false,
  processed_at     timestamptz,
  processing_error text,                             -- set: every fold skips this event
  source           text        NOT NULL,             -- 'workflow' or 'job'
  execution_id     text COLLATE "C",              -- the human's id
  flags            text[]      NOT NULL DEFAULT '{}',-- what ingest noticed: see docs/states.md
  PRIMARY KEY (id, event_timestamp)                  -- a resent event has the same time, so it still meets itself
) PARTITION BY RANGE (event_timestamp);

-- Timelines and refolds read a workflow's events in order. No index holds the processed mark, and the fillfactor leaves
-- room beside each row, so that setting it is a HOT update.
CREATE INDEX workflow_events_subject ON workflow_events (env, service_key, workflow_id, event_timestamp, id);

-- Events that every fold skips: normally none. /v1/pipeline counts them.
CREATE INDEX workflow_events_poisoned ON workflow_events (env, service_key) WHERE processing_error IS NOT NULL;

CREATE TABLE workflow_events_default PARTITION OF workflow_events DEFAULT WITH (fillfactor = 70);

-- The work list: written with the event, deleted when it is folded. Small, so that looking for work costs the same
-- with a million workflows stored as with ten.
CREATE TABLE pending_events (
  env              text        NOT NULL,
  service_key      text        NOT NULL,
  workflow_id      text COLLATE "C" NOT NULL,
  event_timestamp  timestamptz NOT NULL,
  event_id         uuid        NOT NULL,
  received_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (env, service_key, workflow_id, event_timestamp, event_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000);

-- Lag (the oldest) and the sweeper (everything older than a few seconds).
CREATE INDEX pending_events_received_at ON pending_events (received_at);

-- What could not go into the log, each once, with its reason.
CREATE TABLE quarantined_events (
  id             uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
  hash           bytea       NOT NULL UNIQUE,        -- sha256 of reason code and raw event: the same reject again changes nothing
  reason         text        NOT NULL,               -- code, one of QUARANTINE_REASONS in packages/events
  detail         text        NOT NULL,               -- in words: which field, what was wrong
  raw            bytea       NOT NULL,               -- the event's JSON text as it came
  event_id       text,                               -- as claimed, where readable and short enough
  env            text,
  service_key    text,
  key_id         uuid,                               -- the API key it came with; null with AUTH=off
  received_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  redriven_at    timestamptz
);
CREATE INDEX quarantined_events_received_at ON quarantined_events (received_at DESC, id DESC);

-- Keys of trackers (ingest) and readers (read). Only the hash is kept.
CREATE TABLE api_keys (
  id           uuid        PRIMARY KEY,
  name         text        NOT NULL,
  scope        text        NOT NULL CHECK (scope IN ('ingest', 'read')),
  env          text,                                 -- null: every environment
  service_key  text,                                 -- null: every service
  secret_hash  bytea       NOT NULL,                 -- sha256 of the secret (256 random bits)
  created_at   timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at   timestamptz
);
