/**
 * Pages through the keys of all workflows that have events or rows, rows of steps, attempts or sleeps without a run too.
 *
 * Skips from key to key along the unique indexes of the four tables and along workflow_events_subject in every partition,
 * so that a long workflow costs no more than a short one; the page ends where the shortest of these lists does. Grows with
 * the page. Measured with two lists with 400,000 events over 16 partitions, for 25,000 workflows and for 1,000: 1.8 s and 0.06 s; SELECT
 * DISTINCT, which reads every entry: 12.8 s and 0.4 s.
 */
import type { Fragment } from 'postgres';
import type { WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';

export interface VerifyScope {
  env?: string | undefined;
  serviceKey?: string | undefined;
  workflowId?: string | undefined;
  /** Only workflows with an event at or after this time. */
  since?: Date | undefined;
}

type WalkedTable = 'workflow_events' | 'workflows' | 'workflow_steps' | 'step_attempts' | 'workflow_sleeps';

export interface KeyPage {
  keys: WorkflowKey[];
  /** Where the next page begins; null where there is none. */
  next: WorkflowKey | null;
}

/** @param after where the page before ended; null for the first page */
export async function nextWorkflowKeys(
  sql: Sql | Tx,
  scope: VerifyScope,
  after: WorkflowKey | null,
  size: number,
): Promise<KeyPage> {
  const rows = await sql<(WorkflowKey & { isNext: boolean })[]>`
    WITH RECURSIVE ${keyPage(sql, scope, after, size)}
    SELECT env, service_key AS "serviceKey", workflow_id AS "workflowId",
           (env, service_key, workflow_id) IN (SELECT env, service_key, workflow_id FROM horizon) AS "isNext"
    FROM page
    ORDER BY env, service_key, workflow_id`;
  const keys = rows.map(({ env, serviceKey, workflowId }) => ({ env, serviceKey, workflowId }));
  return { keys, next: rows.at(-1)?.isNext === true ? keys.at(-1)! : null };
}

/**
 * The page as a piece of a WITH RECURSIVE list: `page` holds its keys, `horizon` its last one where there may be more.
 *
 * @param size keys at least, where there are as many
 */
export function keyPage(sql: Sql | Tx, scope: VerifyScope, after: WorkflowKey | null, size: number): Fragment {
  const { since } = scope;
  const from = after ?? { env: '', serviceKey: '', workflowId: '' };
  const names = scopeCondition(sql, scope);
  const time = since?.toISOString();
  const within = {
    workflow_events: time === undefined ? names : sql`${names} AND event_timestamp >= ${time}::text::timestamptz`,
    workflows: time === undefined ? names : sql`${names} AND last_event_at >= ${time}::text::timestamptz`,
    // Parts that belong to no run tell no time.
    ...(time === undefined && { workflow_steps: names, step_attempts: names, workflow_sleeps: names }),
  };
  const lists = Object.entries(within).map(
    ([table, condition]) => sql`
    ${sql(`${table}_walk`)} AS (${keyWalk(sql, table as WalkedTable, from, condition)}),
    ${sql(`${table}_list`)} AS MATERIALIZED (SELECT * FROM ${sql(`${table}_walk`)} LIMIT ${size}),`,
  );
  const all = joined(
    sql,
    Object.keys(within).map((table) => sql`SELECT * FROM ${sql(`${table}_list`)}`),
    sql` UNION `,
  );
  const ends = joined(
    sql,
    Object.keys(within).map((table) => sql`(SELECT * FROM ${sql(`${table}_list`)} OFFSET ${size - 1})`),
    sql` UNION ALL `,
  );
  return sql`
    ${lists}
    horizon AS (SELECT * FROM (${ends}) ends ORDER BY env, service_key, workflow_id LIMIT 1),
    page AS (
      SELECT env, service_key, workflow_id FROM (${all}) keys
      WHERE NOT EXISTS (
        SELECT FROM horizon h
        WHERE (keys.env, keys.service_key, keys.workflow_id) > (h.env, h.service_key, h.workflow_id)
      )
    )`;
}

function joined(sql: Sql | Tx, parts: readonly Fragment[], separator: Fragment): Fragment {
  return sql`${parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]))}`;
}

/**
 * Steps from key to key of a table with an index that leads with them, as the body of a recursive common table expression
 * named after the table, `…_walk`. A LIMIT over it ends the walk. Each step looks for one row, so that no plan can read more.
 *
 * @param condition more that the row must fulfil, with its AND
 */
export function keyWalk(
  sql: Sql | Tx,
  table: WalkedTable,
  { env, serviceKey, workflowId }: WorkflowKey,
  condition: Fragment,
): Fragment {
  return sql`
    (SELECT env, service_key, workflow_id FROM ${sql(table)}
     WHERE (env, service_key, workflow_id) > (${env}, ${serviceKey}, ${workflowId}) ${condition}
     ORDER BY env, service_key, workflow_id LIMIT 1)
    UNION ALL
    SELECT n.env, n.service_key, n.workflow_id
    FROM ${sql(`${table}_walk`)} f
    CROSS JOIN LATERAL (
      SELECT env, service_key, workflow_id FROM ${sql(table)}
      WHERE (env, service_key, workflow_id) > (f.env, f.service_key, f.workflow_id) ${condition}
      ORDER BY env, service_key, workflow_id LIMIT 1
    ) n`;
}

/** The names of a scope as conditions, each with its AND. */
export function scopeCondition(sql: Sql | Tx, { env, serviceKey, workflowId }: VerifyScope): Fragment {
  return sql`
    ${env === undefined ? sql`` : sql`AND env = ${env}`}
    ${serviceKey === undefined ? sql`` : sql`AND service_key = ${serviceKey}`}
    ${workflowId === undefined ? sql`` : sql`AND workflow_id = ${workflowId}`}`;
}
