-- Lists of one service by their last change and by duration. Walked over in the list of all, a middling service of a million
-- workflows filled half a page in 30 ms. One entry more in each for a run, written with the update that ends it.
CREATE INDEX workflows_settled_service ON workflows (env, service_key, latest, settled_at DESC, id DESC)
  WHERE settled_at IS NOT NULL;
CREATE INDEX workflows_duration_service ON workflows (env, service_key, latest, duration_ms DESC, id DESC)
  WHERE duration_ms IS NOT NULL;

-- Open runs, with their service and name behind the order: neither changes while a run goes on, and of one service only its
-- own rows are visited. Open runs lie on a page each.
DROP INDEX workflows_open;
CREATE INDEX workflows_open ON workflows (env, latest, sort_at DESC, id DESC, service_key, workflow_name)
  WHERE completed_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL;
