-- Keys that expire, that have a successor, that fetch the figures only; and who did what to them.

ALTER TABLE api_keys
  ADD COLUMN expires_at   timestamptz,               -- null: never
  ADD COLUMN successor_id uuid,                      -- the key that took its place in a rotation
  DROP CONSTRAINT api_keys_scope_check,
  ADD CONSTRAINT api_keys_scope_check CHECK (scope IN ('ingest', 'read', 'operate', 'metrics'));

-- Append-only, beside quarantine_actions.
CREATE TABLE key_actions (
  id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key_id   uuid        NOT NULL,
  action   text        NOT NULL CHECK (action IN ('create', 'rotate', 'revoke')),
  detail   text,                                     -- of a rotation: the successor and the end of the grace
  actor    text        NOT NULL,                     -- 'cli' and the account of the operating system
  acted_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX key_actions_key ON key_actions (key_id, id);
