/**
 * Locks further workflows with pending events, services taking turns, for a drain that has room: with a backlog the
 * queue hands out jobs in order of arrival, and this is what lets a service with few events pass one with very many.
 *
 * Skips from service to service along the primary key of pending_events and reads a bounded run of entries in each, so
 * that it costs the same with a million events waiting. Workflows that another drain holds are passed over. OFFSET 0
 * keeps the planner from trying the locks before the sort, which would lock every candidate.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { lockHash } from './workflow-keys.ts';

const TAKE_TURNS = `
WITH RECURSIVE services AS (
  (SELECT env, service_key FROM pending_events ORDER BY env, service_key LIMIT 1)
  UNION ALL
  SELECT n.env, n.service_key
  FROM services s
  CROSS JOIN LATERAL (
    SELECT p.env, p.service_key FROM pending_events p
    WHERE (p.env, p.service_key) > (s.env, s.service_key)
    ORDER BY p.env, p.service_key
    LIMIT 1
  ) n
), candidates AS (
  SELECT w.*, row_number() OVER (PARTITION BY w.env, w.service_key ORDER BY w.workflow_id) AS turn
  FROM (SELECT * FROM services LIMIT 1000) s
  CROSS JOIN LATERAL (
    SELECT DISTINCT r.env, r.service_key, r.workflow_id
    FROM (
      SELECT p.env, p.service_key, p.workflow_id FROM pending_events p
      WHERE p.env = s.env AND p.service_key = s.service_key
      ORDER BY p.env, p.service_key, p.workflow_id
      LIMIT $1 * 4
    ) r
  ) w
)
SELECT env, service_key AS "serviceKey", workflow_id AS "workflowId"
FROM (SELECT c.*, ${lockHash('c')} AS hash FROM candidates c ORDER BY turn, hash OFFSET 0) c
WHERE pg_try_advisory_xact_lock(c.hash)
LIMIT $1`;

/** @param limit at most so many; each is locked when this returns */
export async function takeTurns(tx: Tx, limit: number): Promise<WorkflowKey[]> {
  return tx.unsafe<WorkflowKey[]>(TAKE_TURNS, [limit], { prepare: true });
}
