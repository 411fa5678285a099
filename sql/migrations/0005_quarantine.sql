-- The quarantine as people work with it: look, redrive, discard, every action with who and why, and a bound on its size.

-- Keys that may redrive and discard; they may read, too.
ALTER TABLE api_keys DROP CONSTRAINT api_keys_scope_check,
  ADD CONSTRAINT api_keys_scope_check CHECK (scope IN ('ingest', 'read', 'operate'));

-- Whole milliseconds, because pages are cut by this time.
ALTER TABLE quarantined_events
  ALTER COLUMN received_at TYPE timestamptz(3),
  ADD COLUMN raw_cut        boolean NOT NULL DEFAULT false, -- only the beginning of the text is kept: it cannot be redriven
  ADD COLUMN bytes_replaced boolean NOT NULL DEFAULT false, -- the request was no valid UTF-8, and this text has characters that stand for its bytes
  ADD COLUMN discarded_at   timestamptz;

-- What earlier versions wrote: the first told cut texts only in words, and nobody knows which U+FFFD stood for bytes.
UPDATE quarantined_events SET
  raw_cut = detail LIKE '% bytes are kept.',
  bytes_replaced = position('\xefbfbd'::bytea IN raw) > 0
WHERE detail LIKE '% bytes are kept.' OR position('\xefbfbd'::bytea IN raw) > 0;

-- Lists by state, newest or oldest first; what is open is counted by /v1/pipeline.
CREATE INDEX quarantined_events_open ON quarantined_events (received_at, id)
  WHERE redriven_at IS NULL AND discarded_at IS NULL;
-- Lists of one environment, service or reason.
CREATE INDEX quarantined_events_env ON quarantined_events (env, received_at DESC, id DESC);
CREATE INDEX quarantined_events_service ON quarantined_events (service_key, received_at DESC, id DESC);
CREATE INDEX quarantined_events_reason ON quarantined_events (reason, received_at DESC, id DESC);
-- Texts that may be cut as soon as others need their room.
CREATE INDEX quarantined_events_freeable ON quarantined_events (received_at, id)
  WHERE octet_length(raw) > 256 AND (redriven_at IS NOT NULL OR discarded_at IS NOT NULL);

-- What people did to the entries of the quarantine, append-only.
CREATE TABLE quarantine_actions (
  id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  quarantine_id uuid        NOT NULL,
  action        text        NOT NULL CHECK (action IN ('redrive', 'discard')),
  outcome       text        NOT NULL CHECK (outcome IN ('stored', 'duplicate', 'rejected', 'discarded')),
  detail        text,                                -- why it was discarded, or rejected again
  event_id      uuid,                                -- its id in the log, where it is there now
  mended        boolean     NOT NULL,                -- another text than the one that was kept was redriven
  actor         text        NOT NULL,                -- the id of the API key, 'cli', or 'anyone' with AUTH=off
  acted_at      timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX quarantine_actions_entry ON quarantine_actions (quarantine_id, id);

-- Bytes of the texts, so that the bound on them costs no look at the table. Texts of 256 bytes or less are not counted:
-- that much is kept of each beyond the bound, too. A statement adds to the slot of its connection, so that writers do not
-- wait for each other.
CREATE TABLE quarantine_room (
  slot  smallint PRIMARY KEY,
  bytes bigint   NOT NULL
) WITH (fillfactor = 50);
INSERT INTO quarantine_room (slot, bytes)
SELECT 0, coalesce(sum(octet_length(raw)) FILTER (WHERE octet_length(raw) > 256), 0) FROM quarantined_events;

CREATE FUNCTION count_quarantine_room() RETURNS trigger LANGUAGE plpgsql AS $$
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
$$;
CREATE TRIGGER count_inserted AFTER INSERT ON quarantined_events REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_quarantine_room();
CREATE TRIGGER count_updated AFTER UPDATE ON quarantined_events REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_quarantine_room();
CREATE TRIGGER count_deleted AFTER DELETE ON quarantined_events REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_quarantine_room();
CREATE TRIGGER count_truncated AFTER TRUNCATE ON quarantined_events
  FOR EACH STATEMENT EXECUTE FUNCTION count_quarantine_room();
