/**
 * The sleeps of one run, oldest first.
 *
 * Reads: workflow_sleeps of the run.
 * Index: the unique key (env, service_key, workflow_id, run, start_event_id).
 * Growth: with the sleeps of that run.
 */
import type { SleepEndReason, WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';

/** A sleep. `completed` is true only where the client reported its end; `endReason` says what else ended it. */
export interface SleepView {
  id: string;
  startEventId: string;
  durationMs: number | null;
  startedAt: Date;
  resumeAt: Date | null;
  completedAt: Date | null;
  completed: boolean;
  endReason: SleepEndReason | null;
  completeEventId: string | null;
}

export function listSleeps(sql: Sql | Tx, key: WorkflowKey, run: number) {
  return sql<SleepView[]>`
    SELECT id, start_event_id AS "startEventId", duration_ms AS "durationMs", started_at AS "startedAt",
      resume_at AS "resumeAt", completed_at AS "completedAt", completed, end_reason AS "endReason",
      complete_event_id AS "completeEventId"
    FROM workflow_sleeps
    WHERE env = ${key.env} AND service_key = ${key.serviceKey} AND workflow_id = ${key.workflowId} AND run = ${run}
    ORDER BY started_at, start_event_id`;
}
