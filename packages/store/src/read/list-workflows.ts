/**
 * A page of workflows, newest first.
 *
 * Reads: workflows, one row per run shown.
 * Index: workflows_sort (env, latest, sort_at, id), or for a service or name workflows_service or workflows_name, in the
 *   same order, walked from the cursor on until the page is full. Without an environment the walk is made once in each,
 *   with several services once for each, and the pages are merged; the environments come from skipping through
 *   workflows_sort. Statuses other than completed have partial indexes in that order too (workflows_open, _failed,
 *   _cancelled). A search takes the unique key, skipping over services, and workflows_execution_id where the id is
 *   selective, and the walk where most ids begin so.
 * Growth: with the page and the number of environments, not with the rows stored. What several filters together leave
 *   of a long walk, and an open status that none has, cost more: 33 ms with a million workflows at worst, of which
 *   15,000 were open.
 */
import type { WorkflowStatus } from '@wm/projection';
import type { Fragment } from 'postgres';
import type { Sql, Tx } from '../client.ts';
import type { PagePosition } from './position.ts';
import { runSummaryColumns, type RunSummary } from './run-columns.ts';
import { scopeConditions, type ReadScope } from './scope.ts';

export interface WorkflowFilter {
  scope: ReadScope;
  env: string | null;
  /** Any of these; empty: no limit. */
  services: string[];
  /** Any of these; empty: no limit. */
  statuses: WorkflowStatus[];
  name: string | null;
  /** Bounds of sort_at in milliseconds since the epoch: from `since` on, before `until`. */
  since: number | null;
  until: number | null;
  /** A workflow id or execution id, whole or its beginning. */
  search: string | null;
  /** Only the newest run of each workflow, or all of them. */
  runs: 'latest' | 'all';
}

export interface WorkflowListRow extends RunSummary {
  /** Cut off after MESSAGE_LENGTH characters; the detail has it whole. */
  errorMessage: string | null;
}

/** Error messages can be hundreds of kilobytes; a list shows their beginning. */
const MESSAGE_LENGTH = 500;

/** Up to `limit` rows after `after` (null: from the newest on), ordered by (sort_at, id), both descending. */
export function listWorkflows(sql: Sql | Tx, filter: WorkflowFilter, after: PagePosition | null, limit: number) {
  return sql<WorkflowListRow[]>`
    ${environments(sql, filter.env ?? filter.scope.env)}
    SELECT page.* FROM environments
    ${filter.runs === 'latest' ? sql`` : sql`CROSS JOIN (VALUES (true), (false)) AS shown (latest)`}
    ${filter.services.length < 2 ? sql`` : sql`CROSS JOIN unnest(${filter.services}::text[]) AS asked (service_key)`}
    CROSS JOIN LATERAL (
      SELECT ${runSummaryColumns(sql)}, left(error_message, ${MESSAGE_LENGTH}) AS "errorMessage"
      FROM workflows
      WHERE workflows.env = environments.env
        AND workflows.latest ${filter.runs === 'latest' ? sql`` : sql`= shown.latest`}
        ${scopeConditions(sql, filter.scope)}
        ${filterConditions(sql, filter)}
        ${after === null ? sql`` : sql`AND (sort_at, id) < (${new Date(after.at)}::timestamptz, ${after.id}::uuid)`}
      ORDER BY sort_at DESC, id DESC
      LIMIT ${limit}
    ) AS page
    ORDER BY page."sortAt" DESC, page.id DESC
    LIMIT ${limit}`;
}

/** The one environment asked for, or all that have workflows: each the next greater entry of the index. */
function environments(sql: Sql | Tx, env: string | null) {
  return env === null
    ? sql`
        WITH RECURSIVE found AS (
          SELECT min(env) AS env FROM workflows
          UNION ALL
          SELECT (SELECT min(env) FROM workflows WHERE env > found.env) FROM found WHERE found.env IS NOT NULL
        ), environments AS (SELECT env FROM found WHERE env IS NOT NULL)`
    : sql`WITH environments AS (SELECT ${env}::text AS env)`;
}

function filterConditions(sql: Sql | Tx, filter: WorkflowFilter) {
  const { services, statuses, name, since, until, search } = filter;
  return sql`
    ${services.length === 1 ? sql`AND workflows.service_key = ${services[0]!}` : sql``}
    ${services.length > 1 ? sql`AND workflows.service_key = asked.service_key` : sql``}
    ${statuses.length === 0 ? sql`` : statusConditions(sql, statuses)}
    ${name === null ? sql`` : sql`AND workflow_name = ${name}`}
    ${since === null ? sql`` : sql`AND sort_at >= ${new Date(since)}`}
    ${until === null ? sql`` : sql`AND sort_at < ${new Date(until)}`}
    ${search === null ? sql`` : sql`AND (${beginsWith(sql, sql`workflow_id`, search)} OR ${beginsWith(sql, sql`execution_id`, search)})`}`;
}

/**
 * A status in terms of the times of the end, of which a run has the one that belongs to its status and no other: the
 * partial indexes are on those, because an index on the status itself would turn every change of status into an update
 * of all indexes. Said twice (status and time), the planner multiplies the two and takes failed runs for a rarity.
 */
function statusConditions(sql: Sql | Tx, statuses: WorkflowStatus[]) {
  const open = statuses.filter((status) => !TERMINAL.has(status));
  const isOpen = sql`completed_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL`;
  return sql`AND (
    ${open.length === 0 ? sql`false` : sql`(${isOpen} AND status = ANY(${open}::workflow_status[]))`}
    ${statuses.includes('completed') ? sql`OR completed_at IS NOT NULL` : sql``}
    ${statuses.includes('failed') ? sql`OR failed_at IS NOT NULL` : sql``}
    ${statuses.includes('cancelled') ? sql`OR cancelled_at IS NOT NULL` : sql``}
  )`;
}

const TERMINAL: ReadonlySet<WorkflowStatus> = new Set(['completed', 'failed', 'cancelled']);

/**
 * Prefix match as a range of code points: an index in the order of code points serves it whether or not the plan knows
 * the value, which LIKE with a parameter does not. U+10FFFF is no character, so no id goes on with it.
 */
function beginsWith(sql: Sql | Tx, column: Fragment, prefix: string) {
  return sql`(${column} COLLATE "C" >= ${prefix} AND ${column} COLLATE "C" < ${`${prefix}\u{10FFFF}`})`;
}
