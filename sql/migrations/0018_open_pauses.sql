-- Most open runs are paused, and when they are due says all about them: whether they wait, are late or stuck, and how many go on in
-- which minute. With it in the index they need no look at the table, where each lies on a page by itself. Why and until when a
-- run is paused changes with its status, which stands there already, so that no further change of a run touches the index.
DROP INDEX workflows_open;
CREATE INDEX workflows_open ON workflows (env, latest, sort_at DESC, id DESC, service_key, workflow_name, status)
  INCLUDE (pause_reason, resume_at)
  WHERE completed_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL;
