/**
 * When paused runs are due to go on, by minute.
 *
 * Reads: the index alone, as count-open-runs.
 * Index: workflows_open, partial on runs that are not over, which knows when and why they wait.
 * Growth: with the open runs, not with what is stored.
 */
import type { Sql, Tx } from '../client.ts';
import { anyOf } from './any-of.ts';
import type { OpenRunFilter } from './judge-open-runs.ts';
import { scopeConditions } from './scope.ts';

export interface DueMinute {
  /** Its beginning; what is due already stands in the minute of the answer. */
  at: Date;
  /** Ends of sleeps. */
  resumes: number;
  /** Ends of waits for a retry. */
  retries: number;
}

/** Minutes in which any run is due, from the present one on, oldest first. @param hours so far ahead */
export function forecastResumes(sql: Sql | Tx, { scope, envs, services, names }: OpenRunFilter, hours: number) {
  return sql<DueMinute[]>`
    SELECT date_trunc('minute', greatest(resume_at, now())) AS at,
      count(*) FILTER (WHERE pause_reason IS DISTINCT FROM 'retry') AS resumes,
      count(*) FILTER (WHERE pause_reason = 'retry') AS retries
    FROM workflows
    WHERE completed_at IS NULL AND failed_at IS NULL AND cancelled_at IS NULL AND latest AND status = 'paused'
      AND resume_at < now() + ${hours} * interval '1 hour'
      ${scopeConditions(sql, scope)}
      ${anyOf(sql, sql`env`, envs)} ${anyOf(sql, sql`service_key`, services)} ${anyOf(sql, sql`workflow_name`, names)}
    GROUP BY 1
    ORDER BY 1`;
}
