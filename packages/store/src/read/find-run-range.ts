/**
 * Which events belong to a run: runs follow one another, so they lie between its first event and that of the next run.
 *
 * Reads: two rows of workflows at most.
 * Index: the unique key (env, service_key, workflow_id, run).
 * Growth: not at all.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';

export interface RunFirstEvent {
  run: number;
  firstEventAt: Date;
  firstEventId: string;
}

/** The first events of the run and of the one after it, in this order. The run itself is missing: no such run. */
export function findRunRange(sql: Sql | Tx, key: WorkflowKey, run: number) {
  return sql<RunFirstEvent[]>`
    SELECT run, first_event_at AS "firstEventAt", first_event_id AS "firstEventId"
    FROM workflows
    WHERE env = ${key.env} AND service_key = ${key.serviceKey} AND workflow_id = ${key.workflowId}
      AND run IN (${run}, ${run + 1})
    ORDER BY run`;
}
