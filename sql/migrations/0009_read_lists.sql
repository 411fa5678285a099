-- What lists of workflows are ordered and narrowed by. Every index here is partial: most runs enter it once, with the
-- update that ends them (which rewrites every index anyway), and no update of a run under way touches one but for its
-- first retry, further retries and a change of its gaps.

-- Retries of all steps of the run, for the list of those that needed most.
ALTER TABLE workflows ADD COLUMN retry_count integer NOT NULL DEFAULT 0;

-- When the row of an ended run last changed. updated_at itself changes with every write of a live run, and an index on
-- it would make each of them rewrite all indexes; this column stays null until the run is over.
ALTER TABLE workflows ADD COLUMN settled_at timestamptz GENERATED ALWAYS AS (
  CASE WHEN coalesce(completed_at, failed_at, cancelled_at) IS NOT NULL THEN updated_at END
) STORED;

CREATE INDEX workflows_ended ON workflows (env, latest, (coalesce(completed_at, failed_at, cancelled_at)) DESC, id DESC)
  WHERE coalesce(completed_at, failed_at, cancelled_at) IS NOT NULL;
CREATE INDEX workflows_settled ON workflows (env, latest, settled_at DESC, id DESC) WHERE settled_at IS NOT NULL;
CREATE INDEX workflows_duration ON workflows (env, latest, duration_ms DESC, id DESC) WHERE duration_ms IS NOT NULL;
-- Over, and how long they took is not known, because their start never arrived: few.
CREATE INDEX workflows_unmeasured ON workflows (env, latest, sort_at DESC, id DESC)
  WHERE duration_ms IS NULL AND coalesce(completed_at, failed_at, cancelled_at) IS NOT NULL;
CREATE INDEX workflows_retries ON workflows (env, latest, retry_count DESC, sort_at DESC, id DESC) WHERE retry_count > 0;
CREATE INDEX workflows_gaps ON workflows (env, latest, sort_at DESC, id DESC) WHERE gaps <> '{}';

-- Failed runs of a service or of a name: too few in all to be found by a walk over either.
CREATE INDEX workflows_failed_service ON workflows (env, service_key, latest, sort_at DESC, id DESC)
  WHERE failed_at IS NOT NULL;
CREATE INDEX workflows_failed_name ON workflows (env, workflow_name, latest, sort_at DESC, id DESC)
  WHERE failed_at IS NOT NULL;

-- Failures: the newest, and those of one group. They count whether or not the workflow was run again since.
CREATE INDEX workflows_failed_at ON workflows (env, failed_at DESC, id DESC) WHERE failed_at IS NOT NULL;
CREATE INDEX workflows_error_group ON workflows (env, error_group, failed_at DESC, id DESC) INCLUDE (service_key)
  WHERE failed_at IS NOT NULL;
-- Failures counted over a range of time: by group, and by step.
CREATE INDEX rollup_errors_time ON rollup_errors (env, minute);
CREATE INDEX rollup_minutes_failed_steps ON rollup_minutes (env, minute) WHERE step_name <> '' AND failed <> 0;
