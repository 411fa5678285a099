/**
 * The runs that events belong to whose ids begin so.
 *
 * Reads: workflow_events, one row per event found, up to a bound; one row of workflows for each.
 * Index: the primary key (id, event_timestamp), once in each partition; the unique key of workflows, backwards from the
 *   newest run to the one that had begun by then.
 * Growth: with the bound, the number of partitions, and the runs that began after the event.
 */
import type { Sql, Tx } from '../../client.ts';
import { scopeConditions, type ReadScope } from '../scope.ts';

/** For each of up to `most` events the id of its run; null where it is not folded yet, or a job's. */
export function findByEventId(sql: Sql | Tx, scope: ReadScope, from: string, to: string, most: number) {
  return sql<{ id: string | null }[]>`
    SELECT run.id FROM (
      SELECT env, service_key, workflow_id, event_timestamp, id FROM workflow_events
      WHERE id >= ${from}::uuid AND id <= ${to}::uuid ${scopeConditions(sql, scope)}
      ORDER BY id
      LIMIT ${most}
    ) AS event
    LEFT JOIN LATERAL (
      SELECT workflows.id FROM workflows
      WHERE workflows.env = event.env AND workflows.service_key = event.service_key
        AND workflows.workflow_id = event.workflow_id
        AND (run = 1 OR (first_event_at, first_event_id) <= (event.event_timestamp, event.id))
      ORDER BY workflows.env DESC, workflows.service_key DESC, workflows.workflow_id DESC, run DESC
      LIMIT 1
    ) AS run ON true`;
}
