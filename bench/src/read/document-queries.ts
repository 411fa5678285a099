/**
 * The queries of the schema document, on our tables with our indexes, beside the routes that answer the same questions. They
 * go straight to the database: no HTTP, no JSON, and only the first page where they have pages.
 */
import type { Sql } from '@wm/store';
import { quantile } from '../measurement.ts';
import type { Samples } from './samples.ts';

const DAY_MS = 86_400_000;

export interface DocumentQuery {
  readonly name: string;
  /** The named query that answers the same question. */
  readonly beside: string;
  readonly text: string;
  readonly values: readonly string[];
}

/** The document's ranges begin 24 hours before now, which is the moment of loading here. */
export function documentQueries({ longRun, longRunStep, largeService, loadedAt }: Samples): DocumentQuery[] {
  const key = [longRun.env, longRun.serviceKey, longRun.workflowId];
  const day = new Date(loadedAt - DAY_MS).toISOString();
  const month = new Date(loadedAt - 30 * DAY_MS).toISOString();
  return [
    { name: 'environments', beside: 'environments', text: ENVIRONMENTS, values: [day] },
    { name: 'services by environment', beside: 'services', text: SERVICES_BY_ENV, values: [day] },
    { name: 'list', beside: 'list: newest first', text: LIST, values: ['', '', '', '0'] },
    {
      name: 'list, failed of a service',
      beside: 'list: failed in production',
      text: LIST,
      values: ['production', largeService, 'failed', '0'],
    },
    { name: 'list, 20,000 rows down', beside: 'list: 20,000 rows down', text: LIST, values: ['', '', '', '20000'] },
    { name: 'steps of 10,000 events', beside: 'detail of 10,000 events', text: STEPS, values: key },
    { name: 'a step and its attempts', beside: 'a step of 5,000', text: ATTEMPTS, values: [...key, longRunStep] },
    { name: 'recent failures', beside: 'failures, newest first', text: FAILURES, values: [] },
    {
      name: 'error frequency, a month',
      beside: 'failures by workflow, a month',
      text: ERROR_FREQUENCY,
      values: [month],
    },
    { name: 'active runs', beside: 'active runs', text: ACTIVE, values: [] },
    { name: 'timeline of 10,000 events', beside: 'spans of 10,000 events', text: TIMELINE, values: key },
    {
      name: 'statistics by name, a day',
      beside: 'metrics: a day by name, with histograms',
      text: STATISTICS,
      values: [day],
    },
    { name: 'statistics by name, a month', beside: 'metrics: a month by name', text: STATISTICS, values: [month] },
    { name: 'retry rates of steps, a day', beside: 'metrics: steps of a day', text: RETRY_RATES, values: [day] },
    { name: 'service overview', beside: 'services', text: SERVICE_OVERVIEW, values: [day] },
  ];
}

export interface DocumentTime {
  /** null: it does not run, or takes longer than the bound. */
  readonly p95Ms: number | null;
  /** Why there is no time. */
  readonly problem: string | null;
}

const GIVEN_UP_MS = 5_000;

/** @param sql a connection of its own */
export async function measureDocument(sql: Sql, query: DocumentQuery, repeats: number): Promise<DocumentTime> {
  const times: number[] = [];
  try {
    await sql`SELECT set_config('statement_timeout', ${String(GIVEN_UP_MS)}, false)`;
    for (let count = 0; count <= repeats; count += 1) {
      const begun = performance.now();
      await sql.unsafe(query.text, [...query.values], { prepare: true });
      times.push(performance.now() - begun);
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { p95Ms: null, problem: error.message };
  }
  // The first one reads what is not in memory yet.
  return { p95Ms: quantile(times.slice(1), 0.95), problem: null };
}

const ENVIRONMENTS = `
SELECT env, count(*) AS total_workflows, count(*) FILTER (WHERE status = 'running') AS running,
  count(*) FILTER (WHERE status = 'failed') AS failed
FROM workflows WHERE started_at >= $1::text::timestamptz GROUP BY env ORDER BY env`;

const SERVICES_BY_ENV = `
SELECT service_key, env, count(*) AS total_workflows, count(*) FILTER (WHERE status = 'failed') AS failed
FROM workflows WHERE started_at >= $1::text::timestamptz GROUP BY service_key, env ORDER BY service_key, env`;

/** Not asked for is the empty text here, and null in the document. */
const LIST = `
SELECT workflow_id, workflow_name, env, service_key, status, started_at, completed_at, failed_at, duration_ms,
  array_length(completed_steps, 1) AS steps_completed, error_message
FROM workflows
WHERE ($1 = '' OR env = $1) AND ($2 = '' OR service_key = $2) AND ($3 = '' OR status::text = $3)
ORDER BY started_at DESC LIMIT 50 OFFSET $4::bigint`;

const STEPS = `
SELECT ws.*, (SELECT count(*) FROM step_attempts sa
  WHERE sa.env = ws.env AND sa.service_key = ws.service_key AND sa.workflow_id = ws.workflow_id
    AND sa.step_name = ws.step_name) AS attempt_count
FROM workflow_steps ws WHERE ws.env = $1 AND ws.service_key = $2 AND ws.workflow_id = $3
ORDER BY ws.execution_order, ws.created_at`;

const ATTEMPTS = `
SELECT * FROM step_attempts WHERE env = $1 AND service_key = $2 AND workflow_id = $3 AND step_name = $4
ORDER BY attempt_number`;

const FAILURES = `
SELECT workflow_id, workflow_name, env, service_key, error_message, error_step_name, failed_at, completed_steps
FROM workflows WHERE status = 'failed' ORDER BY failed_at DESC LIMIT 50`;

const ERROR_FREQUENCY = `
SELECT env, service_key, workflow_name, count(*) AS failure_count, count(DISTINCT error_message) AS unique_errors
FROM workflows WHERE status = 'failed' AND failed_at >= $1::text::timestamptz
GROUP BY env, service_key, workflow_name ORDER BY failure_count DESC`;

const ACTIVE = `
SELECT w.*, CASE WHEN w.status = 'paused' AND w.resume_at <= now() THEN 'overdue'
  WHEN w.status = 'paused' THEN 'scheduled' ELSE 'active' END AS activity_state
FROM workflows w WHERE w.status IN ('running', 'paused')
ORDER BY w.env, CASE w.status WHEN 'running' THEN 0 ELSE 1 END, w.started_at DESC`;

const TIMELINE = `
SELECT event_type, event_timestamp, env, service_key, payload ->> 'stepName' AS step_name, payload ->> 'attempt' AS attempt,
  payload ->> 'durationMs' AS duration_ms, payload -> 'error' ->> 'message' AS error_message
FROM workflow_events WHERE env = $1 AND service_key = $2 AND workflow_id = $3 ORDER BY event_timestamp`;

const STATISTICS = `
SELECT env, service_key, workflow_name, count(*) FILTER (WHERE status = 'completed') AS completed,
  count(*) FILTER (WHERE status = 'failed') AS failed,
  count(*) FILTER (WHERE status IN ('running', 'paused')) AS in_progress,
  avg(duration_ms) FILTER (WHERE status = 'completed') AS avg_duration_ms,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) FILTER (WHERE status = 'completed') AS p95_duration_ms
FROM workflows WHERE started_at >= $1::text::timestamptz
GROUP BY env, service_key, workflow_name ORDER BY env, service_key, workflow_name`;

const RETRY_RATES = `
SELECT w.env, w.service_key, w.workflow_name, ws.step_name, avg(ws.retry_count) AS avg_retries,
  max(ws.retry_count) AS max_retries, count(*) FILTER (WHERE ws.retry_count > 0) AS workflows_with_retries
FROM workflow_steps ws
JOIN workflows w ON ws.env = w.env AND ws.service_key = w.service_key AND ws.workflow_id = w.workflow_id
WHERE w.started_at >= $1::text::timestamptz
GROUP BY w.env, w.service_key, w.workflow_name, ws.step_name`;

/** Counts inside of an aggregate, as the document has it: PostgreSQL refuses it. */
const SERVICE_OVERVIEW = `
SELECT s.service_key, s.display_name, s.environments, jsonb_object_agg(w.env, jsonb_build_object(
    'total', count(*), 'completed', count(*) FILTER (WHERE w.status = 'completed'),
    'failed', count(*) FILTER (WHERE w.status = 'failed'))) AS stats_by_env
FROM services s
LEFT JOIN workflows w ON s.service_key = w.service_key AND w.started_at >= $1::text::timestamptz
GROUP BY s.service_key, s.display_name, s.environments ORDER BY s.service_key`;
