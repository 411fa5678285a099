-- Texts in the errors of failed runs, wherever they stand. Walked over by their end, a text that is rare among the failures of a
-- million workflows filled no page. Written with the update that makes a run fail; each entry at once, because one that waits
-- in a list makes every search read that list.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX workflows_error_text ON workflows USING gin (lower(error_message) gin_trgm_ops)
  WITH (fastupdate = off) WHERE failed_at IS NOT NULL;
