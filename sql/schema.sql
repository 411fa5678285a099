-- What the migrations make, written by `npm run schema`. Do not edit.

CREATE EXTENSION pg_trgm;

CREATE TYPE attempt_result AS ENUM ('running', 'success', 'failure', 'timeout', 'interrupted');

CREATE TYPE pause_reason AS ENUM ('sleep', 'retry');

CREATE TYPE sleep_end_reason AS ENUM ('completed', 'superseded', 'terminal');

CREATE TYPE step_status AS ENUM ('pending', 'running', 'completed', 'failed', 'retrying', 'interrupted');

CREATE TYPE workflow_status AS ENUM ('pending', 'queued', 'running', 'paused', 'completed', 'failed', 'cancelled');

CREATE TABLE api_keys (
  id uuid NOT NULL,
  name text NOT NULL,
  scope text NOT NULL,
  env text,
  service_key text,
  secret_hash bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  expires_at timestamp with time zone,
  successor_id uuid,
  CONSTRAINT api_keys_pkey PRIMARY KEY (id),
  CONSTRAINT api_keys_scope_check CHECK ((scope = ANY (ARRAY['ingest'::text, 'read'::text, 'operate'::text, 'metrics'::text])))
);

CREATE TABLE changes (
  xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
  at timestamp with time zone DEFAULT now() NOT NULL,
  run_ids uuid[] NOT NULL
) WITH (autovacuum_vacuum_insert_scale_factor=0, autovacuum_vacuum_insert_threshold=20000, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=20000);
CREATE INDEX changes_xid ON public.changes USING btree (xid);

CREATE TABLE key_actions (
  id bigint GENERATED AS IDENTITY NOT NULL,
  key_id uuid NOT NULL,
  action text NOT NULL,
  detail text,
  actor text NOT NULL,
  acted_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT key_actions_action_check CHECK ((action = ANY (ARRAY['create'::text, 'rotate'::text, 'revoke'::text]))),
  CONSTRAINT key_actions_pkey PRIMARY KEY (id)
);
CREATE INDEX key_actions_key ON public.key_actions USING btree (key_id, id);

CREATE TABLE pending_events (
  env text NOT NULL,
  service_key text NOT NULL,
  workflow_id text NOT NULL,
  event_timestamp timestamp with time zone NOT NULL,
  event_id uuid NOT NULL,
  received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT pending_events_pkey PRIMARY KEY (env, service_key, workflow_id, event_timestamp, event_id)
) WITH (autovacuum_vacuum_insert_scale_factor=0, autovacuum_vacuum_insert_threshold=20000, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);
CREATE INDEX pending_events_received_at ON public.pending_events USING btree (received_at);

CREATE TABLE pipeline_counters (
  name text NOT NULL,
  slot smallint NOT NULL,
  value bigint NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pipeline_counters_pkey PRIMARY KEY (name, slot)
);

CREATE TABLE projection_target (
  singleton boolean DEFAULT true NOT NULL,
  version integer NOT NULL,
  changed_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT projection_target_pkey PRIMARY KEY (singleton),
  CONSTRAINT projection_target_singleton_check CHECK (singleton)
);

CREATE TABLE quarantine_actions (
  id bigint GENERATED AS IDENTITY NOT NULL,
  quarantine_id uuid NOT NULL,
  action text NOT NULL,
  outcome text NOT NULL,
  detail text,
  event_id uuid,
  mended boolean NOT NULL,
  actor text NOT NULL,
  acted_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT quarantine_actions_action_check CHECK ((action = ANY (ARRAY['redrive'::text, 'discard'::text]))),
  CONSTRAINT quarantine_actions_outcome_check CHECK ((outcome = ANY (ARRAY['stored'::text, 'duplicate'::text, 'rejected'::text, 'discarded'::text]))),
  CONSTRAINT quarantine_actions_pkey PRIMARY KEY (id)
);
CREATE INDEX quarantine_actions_entry ON public.quarantine_actions USING btree (quarantine_id, id);

CREATE TABLE quarantine_room (
  slot smallint NOT NULL,
  bytes bigint NOT NULL,
  CONSTRAINT quarantine_room_pkey PRIMARY KEY (slot)
) WITH (fillfactor=50);

CREATE TABLE quarantined_events (
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  hash bytea NOT NULL,
  reason text NOT NULL,
  detail text NOT NULL,
  raw bytea NOT NULL,
  event_id text,
  env text,
  service_key text,
  key_id uuid,
  received_at timestamp(3) with time zone DEFAULT clock_timestamp() NOT NULL,
  redriven_at timestamp with time zone,
  raw_cut boolean DEFAULT false NOT NULL,
  bytes_replaced boolean DEFAULT false NOT NULL,
  discarded_at timestamp with time zone,
  CONSTRAINT quarantined_events_hash_key UNIQUE (hash),
  CONSTRAINT quarantined_events_pkey PRIMARY KEY (id)
);
CREATE INDEX quarantined_events_env ON public.quarantined_events USING btree (env, received_at DESC, id DESC);
CREATE INDEX quarantined_events_freeable ON public.quarantined_events USING btree (received_at, id) WHERE ((octet_length(raw) > 256) AND ((redriven_at IS NOT NULL) OR (discarded_at IS NOT NULL)));
CREATE INDEX quarantined_events_open ON public.quarantined_events USING btree (received_at, id) WHERE ((redriven_at IS NULL) AND (discarded_at IS NULL));
CREATE INDEX quarantined_events_reason ON public.quarantined_events USING btree (reason, received_at DESC, id DESC);
CREATE INDEX quarantined_events_received_at ON public.quarantined_events USING btree (received_at DESC, id DESC);
CREATE INDEX quarantined_events_service ON public.quarantined_events USING btree (service_key, received_at DESC, id DESC);
CREATE TRIGGER count_deleted AFTER DELETE ON public.quarantined_events REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_quarantine_room();
CREATE TRIGGER count_inserted AFTER INSERT ON public.quarantined_events REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_quarantine_room();
CREATE TRIGGER count_truncated AFTER TRUNCATE ON public.quarantined_events FOR EACH STATEMENT EXECUTE FUNCTION count_quarantine_room();
CREATE TRIGGER count_updated AFTER UPDATE ON public.quarantined_events REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_quarantine_room();

CREATE TABLE rebuild_requests (
  env text NOT NULL,
  service_key text NOT NULL,
  workflow_id text NOT NULL,
  reason text NOT NULL,
  incomplete boolean NOT NULL,
  requested_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  not_before timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  failures integer DEFAULT 0 NOT NULL,
  error text,
  CONSTRAINT rebuild_requests_pkey PRIMARY KEY (env, service_key, workflow_id),
  CONSTRAINT rebuild_requests_reason_check CHECK ((reason = ANY (ARRAY['command'::text, 'version'::text])))
) WITH (autovacuum_vacuum_insert_scale_factor=0, autovacuum_vacuum_insert_threshold=20000, autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);

CREATE TABLE recount_requests (
  env text NOT NULL,
  service_key text NOT NULL,
  not_before timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  failures integer DEFAULT 0 NOT NULL,
  error text,
  CONSTRAINT recount_requests_pkey PRIMARY KEY (env, service_key)
);

CREATE TABLE rollup_durations (
  minute timestamp with time zone NOT NULL,
  env text NOT NULL,
  service_key text NOT NULL,
  workflow_name text NOT NULL,
  step_name text NOT NULL,
  bucket smallint NOT NULL,
  slot smallint NOT NULL,
  count bigint NOT NULL,
  CONSTRAINT rollup_durations_pkey PRIMARY KEY (minute, step_name, env, service_key, workflow_name, bucket, slot)
) WITH (fillfactor=85);

CREATE TABLE rollup_error_spans (
  minutes integer NOT NULL,
  start timestamp with time zone NOT NULL,
  env text NOT NULL,
  service_key text NOT NULL,
  workflow_name text NOT NULL,
  count bigint NOT NULL,
  last_minute timestamp with time zone NOT NULL,
  error_groups text[] NOT NULL,
  counts bigint[] NOT NULL,
  first_minutes timestamp with time zone[] NOT NULL,
  last_minutes timestamp with time zone[] NOT NULL,
  CONSTRAINT rollup_error_spans_minutes_check CHECK ((minutes = ANY (ARRAY[15, 60, 240, 1440, 5760, 11520]))),
  CONSTRAINT rollup_error_spans_pkey PRIMARY KEY (minutes, start, env, service_key, workflow_name)
);

CREATE TABLE rollup_errors (
  minute timestamp with time zone NOT NULL,
  env text NOT NULL,
  service_key text NOT NULL,
  workflow_name text NOT NULL,
  error_group text NOT NULL,
  slot smallint NOT NULL,
  count bigint NOT NULL,
  CONSTRAINT rollup_errors_pkey PRIMARY KEY (minute, env, service_key, workflow_name, error_group, slot)
) WITH (fillfactor=85);

CREATE TABLE rollup_group_spans (
  minutes integer NOT NULL,
  start timestamp with time zone NOT NULL,
  env text NOT NULL,
  error_group text NOT NULL,
  count bigint NOT NULL,
  first_minute timestamp with time zone NOT NULL,
  last_minute timestamp with time zone NOT NULL,
  services text[] NOT NULL,
  workflow_names text[] NOT NULL,
  last_service text NOT NULL,
  last_name text NOT NULL,
  CONSTRAINT rollup_group_spans_minutes_check CHECK ((minutes = ANY (ARRAY[15, 60, 240, 1440, 5760, 11520]))),
  CONSTRAINT rollup_group_spans_pkey PRIMARY KEY (minutes, error_group, start, env) INCLUDE (count)
);
CREATE INDEX rollup_group_spans_time ON public.rollup_group_spans USING btree (minutes, start) INCLUDE (env, error_group, count);

CREATE TABLE rollup_late (
  start timestamp with time zone NOT NULL,
  env text NOT NULL,
  service_key text NOT NULL
);

CREATE TABLE rollup_minutes (
  minute timestamp with time zone NOT NULL,
  env text NOT NULL,
  service_key text NOT NULL,
  workflow_name text NOT NULL,
  step_name text NOT NULL,
  slot smallint NOT NULL,
  started bigint DEFAULT 0 NOT NULL,
  completed bigint DEFAULT 0 NOT NULL,
  failed bigint DEFAULT 0 NOT NULL,
  cancelled bigint DEFAULT 0 NOT NULL,
  retries bigint DEFAULT 0 NOT NULL,
  CONSTRAINT rollup_minutes_pkey PRIMARY KEY (minute, step_name, env, service_key, workflow_name, slot)
) WITH (fillfactor=85);
CREATE INDEX rollup_minutes_failed_steps ON public.rollup_minutes USING btree (env, minute) INCLUDE (service_key, workflow_name, step_name, failed) WHERE ((step_name <> ''::text) AND (failed <> 0));
CREATE INDEX rollup_minutes_taken_back ON public.rollup_minutes USING btree (env, minute) WHERE ((step_name <> ''::text) AND (failed < 0));

CREATE TABLE rollup_progress (
  singleton boolean DEFAULT true NOT NULL,
  made_until timestamp with time zone NOT NULL,
  CONSTRAINT rollup_progress_pkey PRIMARY KEY (singleton),
  CONSTRAINT rollup_progress_singleton_check CHECK (singleton)
);

CREATE TABLE rollup_spans (
  minutes integer NOT NULL,
  counts_of text NOT NULL,
  start timestamp with time zone NOT NULL,
  env text NOT NULL,
  service_key text NOT NULL,
  workflow_name text NOT NULL,
  step_name text NOT NULL,
  started bigint NOT NULL,
  completed bigint NOT NULL,
  failed bigint NOT NULL,
  cancelled bigint NOT NULL,
  retries bigint NOT NULL,
  last_failed timestamp with time zone,
  durations text NOT NULL,
  version smallint NOT NULL,
  CONSTRAINT rollup_spans_counts_of_check CHECK ((counts_of = ANY (ARRAY['env'::text, 'name'::text, 'step'::text]))),
  CONSTRAINT rollup_spans_minutes_check CHECK ((minutes = ANY (ARRAY[15, 60, 240, 1440, 5760, 11520]))),
  CONSTRAINT rollup_spans_pkey PRIMARY KEY (minutes, counts_of, start, env, service_key, workflow_name, step_name),
  CONSTRAINT rollup_spans_version_check CHECK ((version = 2))
) WITH (autovacuum_vacuum_insert_scale_factor=0, autovacuum_vacuum_insert_threshold=20000);
CREATE INDEX rollup_spans_failed_steps ON public.rollup_spans USING btree (minutes, start) INCLUDE (env, service_key, workflow_name, step_name, failed, last_failed) WHERE ((counts_of = 'step'::text) AND (failed <> 0));

CREATE TABLE schema_migrations (
  name text NOT NULL,
  checksum bytea NOT NULL,
  applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT schema_migrations_pkey PRIMARY KEY (name)
);

CREATE TABLE service_environments (
  service_key text NOT NULL,
  env text NOT NULL,
  last_event_at timestamp with time zone,
  last_arrival_at timestamp with time zone NOT NULL,
  last_delay_ms bigint,
  CONSTRAINT service_environments_pkey PRIMARY KEY (service_key, env)
) WITH (fillfactor=70);

CREATE TABLE services (
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  service_key text NOT NULL,
  display_name text,
  description text,
  environments text[] DEFAULT '{}'::text[] NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  last_event_at timestamp with time zone,
  CONSTRAINT services_pkey PRIMARY KEY (id),
  CONSTRAINT services_service_key_key UNIQUE (service_key)
);

CREATE TABLE step_attempts (
  id uuid NOT NULL,
  env text NOT NULL,
  service_key text NOT NULL,
  workflow_id text NOT NULL,
  run integer NOT NULL,
  step_name text NOT NULL,
  attempt_number integer NOT NULL,
  result attempt_result NOT NULL,
  inferred boolean NOT NULL,
  error_message text,
  error_stack text,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  duration_ms bigint,
  retry_scheduled boolean NOT NULL,
  retry_scheduled_at timestamp with time zone,
  retry_delay_ms bigint,
  next_attempt_at timestamp with time zone,
  start_event_id uuid,
  end_event_id uuid,
  CONSTRAINT step_attempts_pkey PRIMARY KEY (env, service_key, workflow_id, run, step_name, attempt_number)
) WITH (fillfactor=85);

CREATE TABLE workflow_events (
  id uuid NOT NULL,
  event_type text NOT NULL,
  workflow_id text NOT NULL,
  workflow_name text NOT NULL,
  env text NOT NULL,
  service_key text NOT NULL,
  event_timestamp timestamp with time zone NOT NULL,
  payload jsonb NOT NULL,
  received_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  processed boolean DEFAULT false NOT NULL,
  processed_at timestamp with time zone,
  processing_error text,
  source text NOT NULL,
  execution_id text,
  flags text[] DEFAULT '{}'::text[] NOT NULL,
  CONSTRAINT workflow_events_pkey PRIMARY KEY (id, event_timestamp)
) PARTITION BY RANGE (event_timestamp);
CREATE INDEX workflow_events_poisoned ON ONLY public.workflow_events USING btree (env, service_key) WHERE (processing_error IS NOT NULL);
CREATE INDEX workflow_events_subject ON ONLY public.workflow_events USING btree (env, service_key, workflow_id, event_timestamp, id);

CREATE TABLE workflow_events_default PARTITION OF workflow_events DEFAULT WITH (fillfactor=50);

CREATE TABLE workflow_interventions (
  id uuid DEFAULT gen_random_uuid() NOT NULL,
  env text NOT NULL,
  service_key text NOT NULL,
  workflow_id text NOT NULL,
  run integer NOT NULL,
  intervention_type text NOT NULL,
  target_step text,
  requested_by text NOT NULL,
  requested_at timestamp with time zone DEFAULT now() NOT NULL,
  executed boolean DEFAULT false NOT NULL,
  executed_at timestamp with time zone,
  execution_result text,
  execution_error text,
  CONSTRAINT workflow_interventions_intervention_type_check CHECK ((intervention_type = ANY (ARRAY['retry'::text, 'cancel'::text, 'resume'::text, 'skip_step'::text]))),
  CONSTRAINT workflow_interventions_pkey PRIMARY KEY (id)
);

CREATE TABLE workflow_sleeps (
  id uuid NOT NULL,
  env text NOT NULL,
  service_key text NOT NULL,
  workflow_id text NOT NULL,
  run integer NOT NULL,
  start_event_id uuid NOT NULL,
  duration_ms bigint,
  started_at timestamp with time zone NOT NULL,
  resume_at timestamp with time zone,
  completed_at timestamp with time zone,
  completed boolean NOT NULL,
  end_reason sleep_end_reason,
  complete_event_id uuid,
  CONSTRAINT workflow_sleeps_pkey PRIMARY KEY (env, service_key, workflow_id, run, start_event_id)
) WITH (fillfactor=85);

CREATE TABLE workflow_steps (
  id uuid NOT NULL,
  env text NOT NULL,
  service_key text NOT NULL,
  workflow_id text NOT NULL,
  run integer NOT NULL,
  step_name text NOT NULL,
  execution_order integer NOT NULL,
  status step_status NOT NULL,
  inferred boolean NOT NULL,
  current_attempt integer NOT NULL,
  max_attempts integer,
  result jsonb,
  result_event_id uuid,
  cached boolean NOT NULL,
  error_message text,
  error_stack text,
  will_retry boolean,
  retry_count integer NOT NULL,
  retry_minutes integer[] NOT NULL,
  next_retry_at timestamp with time zone,
  last_retry_delay_ms bigint,
  timeout_ms bigint,
  timeout_deadline timestamp with time zone,
  timed_out boolean NOT NULL,
  started_at timestamp with time zone,
  completed_at timestamp with time zone,
  duration_ms bigint,
  total_duration_ms bigint,
  contribution jsonb NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  ever_completed boolean DEFAULT false NOT NULL,
  CONSTRAINT workflow_steps_pkey PRIMARY KEY (env, service_key, workflow_id, run, step_name)
) WITH (fillfactor=85);

CREATE TABLE workflow_walks (
  name text NOT NULL,
  env text DEFAULT ''::text NOT NULL,
  service_key text DEFAULT ''::text NOT NULL,
  workflow_id text DEFAULT ''::text NOT NULL,
  version integer,
  changed_at timestamp with time zone,
  started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  next_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  finished_at timestamp with time zone,
  CONSTRAINT workflow_walks_pkey PRIMARY KEY (name)
);

CREATE TABLE workflows (
  id uuid NOT NULL,
  env text NOT NULL,
  service_key text NOT NULL,
  workflow_id text NOT NULL,
  run integer NOT NULL,
  latest boolean NOT NULL,
  workflow_name text NOT NULL,
  execution_id text,
  status workflow_status NOT NULL,
  pause_reason pause_reason,
  resume_at timestamp with time zone,
  current_step text,
  running_steps text[] NOT NULL,
  input jsonb,
  output jsonb,
  completed_steps text[] NOT NULL,
  completed_step_count integer NOT NULL,
  total_steps_executed integer NOT NULL,
  error_message text,
  error_stack text,
  error_step_name text,
  error_attempt integer,
  error_step_inferred boolean NOT NULL,
  error_group text,
  cancel_reason text,
  queued_at timestamp with time zone,
  started_at timestamp with time zone,
  completed_at timestamp with time zone,
  failed_at timestamp with time zone,
  cancelled_at timestamp with time zone,
  duration_ms bigint,
  active_ms bigint,
  sleeping_ms bigint NOT NULL,
  retry_wait_ms bigint NOT NULL,
  gaps text[] NOT NULL,
  anomalies text[] NOT NULL,
  event_count integer NOT NULL,
  sort_at timestamp with time zone NOT NULL,
  first_event_at timestamp with time zone NOT NULL,
  first_event_id uuid NOT NULL,
  last_event_at timestamp with time zone NOT NULL,
  last_event_id uuid NOT NULL,
  fold_state jsonb NOT NULL,
  contribution jsonb NOT NULL,
  projection_version integer NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  retry_count integer DEFAULT 0 NOT NULL,
  settled_at timestamp with time zone GENERATED ALWAYS AS (
CASE
    WHEN (COALESCE(completed_at, failed_at, cancelled_at) IS NOT NULL) THEN updated_at
    ELSE NULL::timestamp with time zone
END) STORED,
  CONSTRAINT workflows_env_service_key_workflow_id_run_key UNIQUE (env, service_key, workflow_id, run),
  CONSTRAINT workflows_pkey PRIMARY KEY (id)
) WITH (fillfactor=85);
CREATE INDEX workflows_cancelled ON public.workflows USING btree (env, latest, sort_at DESC, id DESC) WHERE (cancelled_at IS NOT NULL);
CREATE INDEX workflows_duration ON public.workflows USING btree (env, latest, duration_ms DESC, id DESC) WHERE (duration_ms IS NOT NULL);
CREATE INDEX workflows_duration_service ON public.workflows USING btree (env, service_key, latest, duration_ms DESC, id DESC) WHERE (duration_ms IS NOT NULL);
CREATE INDEX workflows_ended ON public.workflows USING btree (env, latest, COALESCE(completed_at, failed_at, cancelled_at) DESC, id DESC) WHERE (COALESCE(completed_at, failed_at, cancelled_at) IS NOT NULL);
CREATE INDEX workflows_error_group ON public.workflows USING btree (env, error_group, failed_at DESC, id DESC) INCLUDE (service_key) WHERE (failed_at IS NOT NULL);
CREATE INDEX workflows_error_text ON public.workflows USING gin (lower(error_message) gin_trgm_ops) WITH (fastupdate=off) WHERE (failed_at IS NOT NULL);
CREATE INDEX workflows_execution_id ON public.workflows USING btree (execution_id) WHERE (execution_id IS NOT NULL);
CREATE INDEX workflows_failed ON public.workflows USING btree (env, latest, sort_at DESC, id DESC) WHERE (failed_at IS NOT NULL);
CREATE INDEX workflows_failed_at ON public.workflows USING btree (env, failed_at DESC, id DESC) WHERE (failed_at IS NOT NULL);
CREATE INDEX workflows_failed_name ON public.workflows USING btree (env, workflow_name, latest, sort_at DESC, id DESC) WHERE (failed_at IS NOT NULL);
CREATE INDEX workflows_failed_service ON public.workflows USING btree (env, service_key, latest, sort_at DESC, id DESC) WHERE (failed_at IS NOT NULL);
CREATE INDEX workflows_gaps ON public.workflows USING btree (env, latest, sort_at DESC, id DESC) WHERE (gaps <> '{}'::text[]);
CREATE INDEX workflows_name ON public.workflows USING btree (env, workflow_name, latest, sort_at DESC, id DESC);
CREATE INDEX workflows_open ON public.workflows USING btree (env, latest, sort_at DESC, id DESC, service_key, workflow_name, status) INCLUDE (pause_reason, resume_at) WHERE ((completed_at IS NULL) AND (failed_at IS NULL) AND (cancelled_at IS NULL));
CREATE INDEX workflows_retries ON public.workflows USING btree (env, latest, retry_count DESC, sort_at DESC, id DESC) WHERE (retry_count > 0);
CREATE INDEX workflows_service ON public.workflows USING btree (env, service_key, latest, sort_at DESC, id DESC);
CREATE INDEX workflows_settled ON public.workflows USING btree (env, latest, settled_at DESC, id DESC) WHERE (settled_at IS NOT NULL);
CREATE INDEX workflows_settled_service ON public.workflows USING btree (env, service_key, latest, settled_at DESC, id DESC) WHERE (settled_at IS NOT NULL);
CREATE INDEX workflows_sort ON public.workflows USING btree (env, latest, sort_at DESC, id DESC);
CREATE INDEX workflows_unmeasured ON public.workflows USING btree (env, latest, sort_at DESC, id DESC) WHERE ((duration_ms IS NULL) AND (COALESCE(completed_at, failed_at, cancelled_at) IS NOT NULL));

CREATE OR REPLACE FUNCTION public.count_quarantine_room()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
  change bigint := 0;
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM quarantine_room;
    RETURN NULL;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    change := change + (SELECT coalesce(sum(octet_length(raw)), 0) FROM new_rows WHERE octet_length(raw) > 256);
  END IF;
  IF TG_OP <> 'INSERT' THEN
    change := change - (SELECT coalesce(sum(octet_length(raw)), 0) FROM old_rows WHERE octet_length(raw) > 256);
  END IF;
  IF change <> 0 THEN
    INSERT INTO quarantine_room AS room (slot, bytes) VALUES (pg_backend_pid() % 16, change)
    ON CONFLICT (slot) DO UPDATE SET bytes = room.bytes + excluded.bytes;
  END IF;
  RETURN NULL;
END
$function$;
