-- Every row that is written used to pay for two unique indexes: one over its key, which every query takes, and one over
-- the UUID that is made from that key, which none does. Random UUIDs touch a page of their own for each row.
ALTER TABLE workflow_steps
  DROP CONSTRAINT workflow_steps_pkey,
  DROP CONSTRAINT workflow_steps_env_service_key_workflow_id_run_step_name_key,
  ADD PRIMARY KEY (env, service_key, workflow_id, run, step_name);
ALTER TABLE step_attempts
  DROP CONSTRAINT step_attempts_pkey,
  DROP CONSTRAINT step_attempts_env_service_key_workflow_id_run_step_name_att_key,
  ADD PRIMARY KEY (env, service_key, workflow_id, run, step_name, attempt_number);
ALTER TABLE workflow_sleeps
  DROP CONSTRAINT workflow_sleeps_pkey,
  DROP CONSTRAINT workflow_sleeps_env_service_key_workflow_id_run_start_event_key,
  ADD PRIMARY KEY (env, service_key, workflow_id, run, start_event_id);

-- Room for the processed mark beside each event (see partitions.ts). Holds for what is written from now on.
DO $$
DECLARE
  partition regclass;
BEGIN
  FOR partition IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'workflow_events'::regclass LOOP
    EXECUTE format('ALTER TABLE %s SET (fillfactor = 50)', partition);
  END LOOP;
END
$$;
