-- Failures counted over a range of time, from the index alone: a month of a million workflows are 48,000 rows of failed
-- steps on as many pages. What is added never changes, but for the counts. Those of steps stand in the condition of their
-- index already; a failure of the same kind in the same minute rewrites the entries of its row.
DROP INDEX rollup_errors_time;
CREATE INDEX rollup_errors_time ON rollup_errors (env, minute) INCLUDE (service_key, workflow_name, error_group, count);
DROP INDEX rollup_minutes_failed_steps;
CREATE INDEX rollup_minutes_failed_steps ON rollup_minutes (env, minute)
  INCLUDE (service_key, workflow_name, step_name, failed) WHERE step_name <> '' AND failed <> 0;

-- Slots in which more was taken back than counted: next to none.
CREATE INDEX rollup_errors_taken_back ON rollup_errors (env, minute) WHERE count < 0;
CREATE INDEX rollup_minutes_taken_back ON rollup_minutes (env, minute) WHERE step_name <> '' AND failed < 0;
