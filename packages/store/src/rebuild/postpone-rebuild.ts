/**
 * Keeps the request of a workflow that could not be folded again for a later try: in 2 s, 4 s and so on, up to 5 minutes.
 * By primary key.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Sql } from '../client.ts';

export async function postponeRebuild(
  sql: Sql,
  { env, serviceKey, workflowId }: WorkflowKey,
  error: string,
): Promise<void> {
  await sql`
    UPDATE rebuild_requests
    SET failures = failures + 1, error = ${error},
        not_before = clock_timestamp() + least(2 ^ least(failures + 1, 10), 300) * interval '1 second'
    WHERE env = ${env} AND service_key = ${serviceKey} AND workflow_id = ${workflowId}`;
}
