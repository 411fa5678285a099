/** Takes events off the work list. By primary key; grows with the events. */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { keyArrays } from './workflow-keys.ts';

const DELETE_PENDING = `
DELETE FROM pending_events p
USING unnest($1::text[], $2::text[], $3::text[], $4::text[]::timestamptz[], $5::text[]::uuid[])
   AS d(env, service_key, workflow_id, event_timestamp, event_id)
WHERE p.env = d.env AND p.service_key = d.service_key AND p.workflow_id = d.workflow_id
  AND p.event_timestamp = d.event_timestamp AND p.event_id = d.event_id`;

export async function deletePending(
  tx: Tx,
  events: readonly { key: WorkflowKey; at: number; id: string }[],
): Promise<void> {
  if (events.length === 0) return;
  const parameters = [
    ...keyArrays(events.map(({ key }) => key)),
    events.map(({ at }) => new Date(at).toISOString()),
    events.map(({ id }) => id),
  ];
  await tx.unsafe(DELETE_PENDING, parameters, { prepare: true });
}
