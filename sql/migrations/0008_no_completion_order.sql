-- A rank of completion moved in every later step of a run when a late event completed one: half of a run of 100,000 events
-- was written again for one event. What the fold needs is only whether a step ever completed; order is that of the times.
ALTER TABLE workflow_steps DROP COLUMN completion_order;
ALTER TABLE workflow_steps ADD COLUMN ever_completed boolean NOT NULL DEFAULT false;  -- it is listed among the completed ones
