-- The schema document's own tables, as it gives them: all of its indexes and its row trigger. The benchmark runs the
-- document's loop on them, for comparison; nothing else uses this file.

CREATE TYPE workflow_status AS ENUM (
  'pending',
  'running',
  'paused',
  'completed',
  'failed'
);

CREATE TYPE pause_reason AS ENUM (
  'sleep',
  'retry'
);

CREATE TABLE workflows (
  id                    UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id           TEXT NOT NULL,
  workflow_name         TEXT NOT NULL,
  env                   TEXT NOT NULL,
  service_key           TEXT NOT NULL,
  input                 JSONB,
  status                workflow_status NOT NULL DEFAULT 'pending',
  pause_reason          pause_reason,
  resume_at             TIMESTAMPTZ,
  current_step          TEXT,
  completed_steps       TEXT[] NOT NULL DEFAULT '{}',
  total_steps_executed  INTEGER NOT NULL DEFAULT 0,
  error_message         TEXT,
  error_stack           TEXT,
  error_step_name       TEXT,
  error_attempt         INTEGER,
  started_at            TIMESTAMPTZ,
  completed_at          TIMESTAMPTZ,
  failed_at             TIMESTAMPTZ,
  duration_ms           INTEGER,
  created_at            TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  updated_at            TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  last_event_id         UUID,
  last_event_at         TIMESTAMPTZ,
  UNIQUE(env, service_key, workflow_id)
);
CREATE INDEX idx_workflows_env ON workflows(env);
CREATE INDEX idx_workflows_service_key ON workflows(service_key);
CREATE INDEX idx_workflows_env_service ON workflows(env, service_key);
CREATE INDEX idx_workflows_status ON workflows(status);
CREATE INDEX idx_workflows_name ON workflows(workflow_name);
CREATE INDEX idx_workflows_started_at ON workflows(started_at DESC);
CREATE INDEX idx_workflows_env_status ON workflows(env, status);
CREATE INDEX idx_workflows_service_status ON workflows(service_key, status);
CREATE INDEX idx_workflows_env_service_status ON workflows(env, service_key, status);
CREATE INDEX idx_workflows_status_name ON workflows(status, workflow_name);
CREATE INDEX idx_workflows_failed ON workflows(failed_at DESC) WHERE status = 'failed';
CREATE INDEX idx_workflows_running ON workflows(started_at DESC) WHERE status IN ('running', 'paused');

CREATE TYPE step_status AS ENUM (
  'pending',
  'running',
  'completed',
  'failed',
  'retrying'
);

CREATE TABLE workflow_steps (
  id                    UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id           TEXT NOT NULL,
  env                   TEXT NOT NULL,
  service_key           TEXT NOT NULL,
  step_name             TEXT NOT NULL,
  status                step_status NOT NULL DEFAULT 'pending',
  current_attempt       INTEGER NOT NULL DEFAULT 0,
  max_attempts          INTEGER,
  result                JSONB,
  cached                BOOLEAN DEFAULT FALSE,
  error_message         TEXT,
  error_stack           TEXT,
  will_retry            BOOLEAN,
  retry_count           INTEGER NOT NULL DEFAULT 0,
  next_retry_at         TIMESTAMPTZ,
  last_retry_delay_ms   INTEGER,
  timeout_ms            INTEGER,
  timeout_deadline      TIMESTAMPTZ,
  timed_out             BOOLEAN DEFAULT FALSE,
  started_at            TIMESTAMPTZ,
  completed_at          TIMESTAMPTZ,
  duration_ms           INTEGER,
  total_duration_ms     INTEGER,
  created_at            TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  updated_at            TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  execution_order       INTEGER,
  UNIQUE(env, service_key, workflow_id, step_name),
  FOREIGN KEY (env, service_key, workflow_id)
    REFERENCES workflows(env, service_key, workflow_id) ON DELETE CASCADE
);
CREATE INDEX idx_steps_workflow ON workflow_steps(env, service_key, workflow_id);
CREATE INDEX idx_steps_status ON workflow_steps(status);
CREATE INDEX idx_steps_retrying ON workflow_steps(next_retry_at) WHERE status = 'retrying';
CREATE INDEX idx_steps_env_service ON workflow_steps(env, service_key);

CREATE TYPE attempt_result AS ENUM (
  'success',
  'failure',
  'timeout'
);

CREATE TABLE step_attempts (
  id                    UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id           TEXT NOT NULL,
  env                   TEXT NOT NULL,
  service_key           TEXT NOT NULL,
  step_name             TEXT NOT NULL,
  attempt_number        INTEGER NOT NULL,
  result                attempt_result NOT NULL,
  error_message         TEXT,
  error_stack           TEXT,
  started_at            TIMESTAMPTZ NOT NULL,
  ended_at              TIMESTAMPTZ,
  duration_ms           INTEGER,
  retry_scheduled       BOOLEAN DEFAULT FALSE,
  retry_delay_ms        INTEGER,
  next_attempt_at       TIMESTAMPTZ,
  start_event_id        UUID,
  end_event_id          UUID,
  UNIQUE(env, service_key, workflow_id, step_name, attempt_number),
  FOREIGN KEY (env, service_key, workflow_id, step_name)
    REFERENCES workflow_steps(env, service_key, workflow_id, step_name) ON DELETE CASCADE
);
CREATE INDEX idx_attempts_workflow_step ON step_attempts(env, service_key, workflow_id, step_name);
CREATE INDEX idx_attempts_result ON step_attempts(result);
CREATE INDEX idx_attempts_env_service ON step_attempts(env, service_key);

CREATE TABLE workflow_events (
  id                    UUID PRIMARY KEY,
  event_type            TEXT NOT NULL,
  workflow_id           TEXT NOT NULL,
  workflow_name         TEXT NOT NULL,
  env                   TEXT NOT NULL,
  service_key           TEXT NOT NULL,
  event_timestamp       TIMESTAMPTZ NOT NULL,
  payload               JSONB NOT NULL,
  received_at           TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  processed             BOOLEAN NOT NULL DEFAULT FALSE,
  processed_at          TIMESTAMPTZ,
  processing_error      TEXT
);
CREATE INDEX idx_events_env ON workflow_events(env);
CREATE INDEX idx_events_service_key ON workflow_events(service_key);
CREATE INDEX idx_events_env_service ON workflow_events(env, service_key);
CREATE INDEX idx_events_workflow ON workflow_events(env, service_key, workflow_id, event_timestamp);
CREATE INDEX idx_events_type ON workflow_events(event_type);
CREATE INDEX idx_events_env_type ON workflow_events(env, event_type);
CREATE INDEX idx_events_unprocessed ON workflow_events(received_at) WHERE NOT processed;
CREATE INDEX idx_events_timestamp ON workflow_events(event_timestamp DESC);

CREATE TABLE workflow_sleeps (
  id                    UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  workflow_id           TEXT NOT NULL,
  env                   TEXT NOT NULL,
  service_key           TEXT NOT NULL,
  duration_ms           INTEGER NOT NULL,
  started_at            TIMESTAMPTZ NOT NULL,
  resume_at             TIMESTAMPTZ NOT NULL,
  completed_at          TIMESTAMPTZ,
  completed             BOOLEAN NOT NULL DEFAULT FALSE,
  start_event_id        UUID,
  complete_event_id     UUID,
  FOREIGN KEY (env, service_key, workflow_id)
    REFERENCES workflows(env, service_key, workflow_id) ON DELETE CASCADE
);
CREATE INDEX idx_sleeps_workflow ON workflow_sleeps(env, service_key, workflow_id);
CREATE INDEX idx_sleeps_active ON workflow_sleeps(resume_at) WHERE NOT completed;
CREATE INDEX idx_sleeps_env_service ON workflow_sleeps(env, service_key);

CREATE TABLE services (
  id                    UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  service_key           TEXT NOT NULL UNIQUE,
  display_name          TEXT,
  description           TEXT,
  environments          TEXT[] NOT NULL DEFAULT '{}',
  created_at            TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  updated_at            TIMESTAMPTZ NOT NULL DEFAULT NOW(),
  last_event_at         TIMESTAMPTZ
);

CREATE OR REPLACE FUNCTION update_services_from_event()
RETURNS TRIGGER AS $$
BEGIN
  INSERT INTO services (service_key, environments, last_event_at)
  VALUES (NEW.service_key, ARRAY[NEW.env], NEW.event_timestamp)
  ON CONFLICT (service_key) DO UPDATE SET
    environments = CASE
      WHEN NEW.env = ANY(services.environments) THEN services.environments
      ELSE array_append(services.environments, NEW.env)
    END,
    last_event_at = GREATEST(services.last_event_at, NEW.event_timestamp),
    updated_at = NOW();
  RETURN NEW;
END;
$$ LANGUAGE plpgsql;
CREATE TRIGGER trg_update_services
AFTER INSERT ON workflow_events
FOR EACH ROW EXECUTE FUNCTION update_services_from_event();
