/**
 * Asks for workflows to be folded again: one page of keys into rebuild_requests, in one statement. A workflow that is
 * asked for already is asked for anew.
 *
 * Reads a page of keys from the log and from `workflows` (see next-workflow-keys) and writes one row per key, in key
 * order, so that two commands at once cannot deadlock. Grows with the page.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Sql } from '../client.ts';
import { keyPage } from '../verify/next-workflow-keys.ts';
import type { VerifyScope } from '../verify/next-workflow-keys.ts';

/** About 0.1 s. */
const PAGE = 1_000;

export interface RequestedPage {
  /** Workflows asked for. */
  requested: number;
  /** Where the next page begins; null where there is none. */
  next: WorkflowKey | null;
}

export interface RebuildScope extends VerifyScope {
  /** Only workflows with rows of another version than the one in force. */
  stale?: boolean;
}

/**
 * @param incomplete whether to fold even the workflows of which the log no longer has the first events
 * @param after where the page before ended; null for the first page
 */
export async function requestRebuilds(
  sql: Sql,
  scope: RebuildScope,
  incomplete: boolean,
  after: WorkflowKey | null,
): Promise<RequestedPage> {
  const isStale = sql`
    WHERE EXISTS (
      SELECT FROM workflows w, projection_target p
      WHERE (w.env, w.service_key, w.workflow_id) = (page.env, page.service_key, page.workflow_id)
        AND w.projection_version <> p.version
    )`;
  const [row] = await sql<({ requested: number } & (WorkflowKey | Record<keyof WorkflowKey, null>))[]>`
    WITH RECURSIVE ${keyPage(sql, scope, after, PAGE)}, requested AS (
      INSERT INTO rebuild_requests AS r (env, service_key, workflow_id, reason, incomplete)
      SELECT env, service_key, workflow_id, 'command', ${incomplete} FROM page ${scope.stale === true ? isStale : sql``}
      ORDER BY env, service_key, workflow_id
      ON CONFLICT (env, service_key, workflow_id) DO UPDATE
      SET reason = EXCLUDED.reason, incomplete = r.incomplete OR EXCLUDED.incomplete,
          requested_at = EXCLUDED.requested_at, not_before = EXCLUDED.not_before, failures = 0, error = NULL
      RETURNING 1
    )
    SELECT (SELECT count(*) FROM requested) AS requested, env, service_key AS "serviceKey", workflow_id AS "workflowId"
    FROM (SELECT) one LEFT JOIN horizon ON true`;
  const { requested, ...next } = row!;
  return { requested, next: next.env === null ? null : next };
}
