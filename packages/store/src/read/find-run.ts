/**
 * One run of a workflow, whole.
 *
 * Reads: one row of workflows.
 * Index: the unique key (env, service_key, workflow_id, run); the newest run is the end of its range.
 * Growth: not at all, but for the size of the input, the output and the list of completed steps.
 */
import type { PauseReason, WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';
import { runSummaryColumns, type RunSummary } from './run-columns.ts';

export interface RunDetail extends RunSummary {
  completedSteps: string[];
  input: unknown;
  /** Tells an input of null from one that was never sent. */
  hasInput: boolean;
  output: unknown;
  hasOutput: boolean;
  errorMessage: string | null;
  errorStack: string | null;
  firstEventId: string;
  lastEventId: string;
  projectionVersion: number;
  createdAt: Date;
  /** Since when a paused run is paused, milliseconds since the epoch; null: it is not, or nobody said why. */
  pausedSince: { at: number; reason: PauseReason | null } | null;
}

/** The run of that number, or the newest where `run` is null. No row: there is no such run. */
export function findRun(sql: Sql | Tx, key: WorkflowKey, run: number | null) {
  return sql<RunDetail[]>`
    SELECT ${runSummaryColumns(sql)},
      completed_steps AS "completedSteps",
      input, input IS NOT NULL AS "hasInput", output, output IS NOT NULL AS "hasOutput",
      error_message AS "errorMessage", error_stack AS "errorStack",
      first_event_id AS "firstEventId", last_event_id AS "lastEventId",
      projection_version AS "projectionVersion", created_at AS "createdAt",
      fold_state -> 'pausedSince' AS "pausedSince"
    FROM workflows
    WHERE env = ${key.env} AND service_key = ${key.serviceKey} AND workflow_id = ${key.workflowId}
      ${run === null ? sql`` : sql`AND run = ${run}`}
    ORDER BY run DESC
    LIMIT 1`;
}
