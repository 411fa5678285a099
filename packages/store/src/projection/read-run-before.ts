/**
 * Finds the run from which a late event makes a refold necessary: the newest run that began at or before the event and
 * whose beginning no later event can move.
 *
 * A run that began with workflow.started or workflow.queued stands by itself. One whose start is missing (gap `start`)
 * began because life went on after the end of the run before, so that run is folded again with it.
 * One backward range of the unique index (env, service_key, workflow_id, run); reads only as far as the answer.
 */
import type { Position } from '@wm/events';
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { inMilliseconds } from './columns.ts';

const READ_RUN_BEFORE = `
SELECT run, ${inMilliseconds('first_event_at')} AS at, first_event_id AS id
FROM workflows
WHERE env = $1 AND service_key = $2 AND workflow_id = $3
  AND (first_event_at, first_event_id) <= ($4::text::timestamptz, $5::text::uuid)
  AND NOT 'start' = ANY (gaps)
ORDER BY env DESC, service_key DESC, workflow_id DESC, run DESC
LIMIT 1`;

/** @returns the run to fold again from and its first event; null where that is the beginning of the log */
export async function readRunBefore(
  tx: Tx,
  key: WorkflowKey,
  { at, id }: Position,
): Promise<{ run: number; first: Position } | null> {
  const parameters = [key.env, key.serviceKey, key.workflowId, new Date(at).toISOString(), id];
  const [row] = await tx.unsafe<(Position & { run: number })[]>(READ_RUN_BEFORE, parameters, { prepare: true });
  return row === undefined || row.run === 1 ? null : { run: row.run, first: { at: row.at, id: row.id } };
}
