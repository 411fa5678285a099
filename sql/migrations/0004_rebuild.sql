-- Making the projection again from the log, and checking it, while the system runs.

-- Workflows that somebody wants folded again: people by `wm rebuild`, workers after a change of the version in force.
-- Workers take them off one by one, each in the transaction that mends its rows, so that nothing is forgotten when one dies.
CREATE TABLE rebuild_requests (
  env           text        NOT NULL,
  service_key   text        NOT NULL,
  workflow_id   text COLLATE "C" NOT NULL,
  reason        text        NOT NULL CHECK (reason IN ('command', 'version')),
  incomplete    boolean     NOT NULL,                -- whether to fold even where the log no longer has the first events
  requested_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  not_before    timestamptz NOT NULL DEFAULT clock_timestamp(),  -- later after a failure
  failures      integer     NOT NULL DEFAULT 0,
  error         text,                                -- of the newest failure
  PRIMARY KEY (env, service_key, workflow_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000);

-- Services whose rollups are to be counted again: rows that were lost or damaged took their contribution with them.
CREATE TABLE recount_requests (
  env           text        NOT NULL,
  service_key   text        NOT NULL,
  not_before    timestamptz NOT NULL DEFAULT clock_timestamp(),
  failures      integer     NOT NULL DEFAULT 0,
  error         text,
  PRIMARY KEY (env, service_key)
);

-- How far the workers have come in going through all workflows in the order of their keys.
CREATE TABLE workflow_walks (
  name          text        PRIMARY KEY,             -- 'stale': asks for rows of other versions; 'verify': checks
  env           text        NOT NULL DEFAULT '',     -- the last workflow of this round so far; empty at its beginning
  service_key   text        NOT NULL DEFAULT '',
  workflow_id   text COLLATE "C" NOT NULL DEFAULT '',
  version       integer,                             -- 'stale': the change of projection_target that this round is for
  changed_at    timestamptz,
  started_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  next_at       timestamptz NOT NULL DEFAULT clock_timestamp(),  -- 'verify': when the next workflow is due
  finished_at   timestamptz                          -- 'stale': end of this round; 'verify': end of the last full one
);
INSERT INTO workflow_walks (name) VALUES ('stale'), ('verify');
