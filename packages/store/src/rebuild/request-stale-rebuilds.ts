/**
 * After a change of the version in force, asks for the workflows whose rows are of another version: a step of one walk
 * over `workflows`, kept in workflow_walks, so that it goes on where it was when a worker dies.
 *
 * Skips along the unique index of `workflows`, and looks each key up in it. Grows with the page. When the walk is at
 * its end it reads two rows.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { keyWalk } from '../verify/next-workflow-keys.ts';

const PAGE = 2_000;

/** waiting: another worker is at it, or drains by the old version are still under way. */
export type StaleWalk = 'finished' | 'waiting' | 'going';

/**
 * One step of the walk, by one worker at a time.
 *
 * A drain that looked up the version just before the change may write rows of the old one after it. So the walk begins
 * when no transaction of a worker is left that began before the walk was set up.
 *
 * @param applicationName of the workers' sessions, as the beginning of their name
 */
export async function requestStaleRebuilds(sql: Sql, version: number, applicationName: string): Promise<StaleWalk> {
  if (await isStaleWalkFinished(sql, version)) return 'finished';
  return inTransaction(sql, async (tx) => {
    const [walk] = await tx<(WorkflowKey & { isCurrent: boolean; isDue: boolean; startedAt: string })[]>`
      SELECT w.env, w.service_key AS "serviceKey", w.workflow_id AS "workflowId", w.started_at::text AS "startedAt",
             (w.version, w.changed_at) IS NOT DISTINCT FROM (p.version, p.changed_at) AS "isCurrent",
             w.finished_at IS NULL AS "isDue"
      FROM workflow_walks w, projection_target p
      WHERE w.name = 'stale' AND p.version = ${version}
      FOR UPDATE OF w SKIP LOCKED`;
    if (walk === undefined) return 'waiting';
    if (!walk.isCurrent) {
      await beginWalk(tx);
      return 'going';
    }
    if (!walk.isDue) return 'finished';
    if (await isAnyoneBefore(tx, walk.startedAt, applicationName)) return 'waiting';
    return (await requestPage(tx, walk, version)) ? 'going' : 'finished';
  });
}

/** Whether every workflow whose rows are of another version has been asked for since this version came into force. */
export async function isStaleWalkFinished(sql: Sql | Tx, version: number): Promise<boolean> {
  const rows = await sql`
    SELECT FROM workflow_walks w JOIN projection_target p ON p.version = w.version AND p.changed_at = w.changed_at
    WHERE w.name = 'stale' AND w.finished_at IS NOT NULL AND w.version = ${version}`;
  return rows.length > 0;
}

async function beginWalk(tx: Tx): Promise<void> {
  await tx`
    UPDATE workflow_walks w
    SET env = '', service_key = '', workflow_id = '', version = p.version, changed_at = p.changed_at,
        started_at = clock_timestamp(), finished_at = NULL
    FROM projection_target p
    WHERE w.name = 'stale'`;
}

async function isAnyoneBefore(tx: Tx, startedAt: string, applicationName: string): Promise<boolean> {
  const rows = await tx`
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE ${`${applicationName}%`}
      AND xact_start < ${startedAt}::text::timestamptz AND pid <> pg_backend_pid()
    LIMIT 1`;
  return rows.length > 0;
}

/** @returns whether there may be more */
async function requestPage(tx: Tx, after: WorkflowKey, version: number): Promise<boolean> {
  const [row] = await tx<{ more: boolean }[]>`
    WITH RECURSIVE workflows_walk AS (${keyWalk(tx, 'workflows', after, tx``)}),
    stored AS MATERIALIZED (SELECT * FROM workflows_walk LIMIT ${PAGE}), requested AS (
      INSERT INTO rebuild_requests (env, service_key, workflow_id, reason, incomplete)
      SELECT env, service_key, workflow_id, 'version', false FROM stored
      WHERE EXISTS (
        SELECT FROM workflows w
        WHERE (w.env, w.service_key, w.workflow_id) = (stored.env, stored.service_key, stored.workflow_id)
          AND w.projection_version <> ${version}
      )
      ORDER BY env, service_key, workflow_id
      ON CONFLICT (env, service_key, workflow_id) DO UPDATE
      SET requested_at = EXCLUDED.requested_at, not_before = EXCLUDED.not_before, failures = 0, error = NULL
    ), ends AS (
      SELECT * FROM stored OFFSET ${PAGE - 1}
    )
    UPDATE workflow_walks w
    SET env = coalesce(e.env, w.env), service_key = coalesce(e.service_key, w.service_key),
        workflow_id = coalesce(e.workflow_id, w.workflow_id),
        finished_at = CASE WHEN e.env IS NULL THEN clock_timestamp() END
    FROM (SELECT) one LEFT JOIN ends e ON true
    WHERE w.name = 'stale'
    RETURNING e.env IS NOT NULL AS more`;
  return row!.more;
}
