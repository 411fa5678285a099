/** A few hundred runs of every kind, with ties everywhere, for tests of what lists leave and in which order. */
import * as fc from 'fast-check';
import { stepRowId, workflowRowId, type Gap, type WorkflowStatus } from '@wm/projection';
import type { Sql } from '../../src/client.ts';

export interface ListedRun {
  id: string;
  env: string;
  serviceKey: string;
  workflowId: string;
  run: number;
  latest: boolean;
  workflowName: string;
  executionId: string | null;
  status: WorkflowStatus;
  sortAt: number;
  endedAt: number | null;
  durationMs: number | null;
  /** Microseconds since the epoch: the only time with more than milliseconds. */
  updatedAtUs: number;
  retryCount: number;
  gaps: Gap[];
  /** Against the time of the test's begin; null: no such time is known, or it is not paused. */
  resumes: 'hour ago' | 'minutes ago' | 'later' | null;
  currentStep: string | null;
  errorMessage: string | null;
  errorGroup: string | null;
  errorStep: string | null;
  steps: string[];
  input: Record<string, unknown> | null;
  eventId: string;
}

export const BEGIN = Date.parse('2026-03-01T12:00:00.000Z');
const HOUR_MS = 3_600_000;

export const ENVS = ['dev', 'production', 'staging'];
export const SERVICES = ['billing', 'mail', 'orders', 'search'];
export const NAMES = ['charge', 'import', 'report', 'send', 'ship'];
export const STEPS = ['fetch', 'pay', 'store'];
export const GROUPS = ['aaaa000000000001', 'aaaa000000000002'];
const MESSAGES = ['Card declined', 'connection RESET by peer', 'no such order 7'];

const drawn = fc.record({
  env: fc.constantFrom(...ENVS, 'production', 'production'),
  serviceKey: fc.constantFrom(...SERVICES, 'orders', 'orders'),
  workflowName: fc.constantFrom(...NAMES),
  status: fc.constantFrom<WorkflowStatus>(
    'pending',
    'queued',
    'running',
    'paused',
    'paused',
    'completed',
    'completed',
    'completed',
    'failed',
    'failed',
    'cancelled',
  ),
  // Few distinct values, so that ties are the rule.
  startsAfter: fc.integer({ min: 0, max: 20 }),
  takes: fc.integer({ min: 0, max: 12 }),
  startLost: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
  updatedAfter: fc.integer({ min: 0, max: 30 }),
  retryCount: fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 3),
  gap: fc.constantFrom<Gap | null>('step', 'end', null, null, null, null),
  resumes: fc.constantFrom('hour ago', 'minutes ago', 'later', null),
  execution: fc.constantFrom('order-', 'ORDER-', 'abc', null),
  message: fc.constantFrom(...MESSAGES),
  errorGroup: fc.constantFrom(...GROUPS),
  errorStep: fc.constantFrom(...STEPS),
  steps: fc.subarray(STEPS),
  region: fc.constantFrom('eu', 'us', 1, null),
  again: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
});

export function drawRuns(count: number, seed: number): ListedRun[] {
  const draws = fc.sample(drawn, { numRuns: count, seed });
  const runs: ListedRun[] = [];
  for (const [nth, draw] of draws.entries()) {
    const before = runs.at(-1);
    const again = draw.again && before !== undefined && before.run === 1;
    const key = again
      ? { env: before.env, serviceKey: before.serviceKey, workflowId: before.workflowId }
      : { env: draw.env, serviceKey: draw.serviceKey, workflowId: `${(nth * 7919) % 16}${(nth * 31) % 7}f${nth}` };
    if (again) before.latest = false;
    const earliest = again ? before.sortAt + 60_000 : BEGIN;
    runs.push(runOf(draw, key, { run: again ? 2 : 1, earliest }, nth));
  }
  return runs;
}

type Draw = typeof drawn extends fc.Arbitrary<infer T> ? T : never;

function runOf(
  draw: Draw,
  key: Pick<ListedRun, 'env' | 'serviceKey' | 'workflowId'>,
  { run, earliest }: { run: number; earliest: number },
  nth: number,
): ListedRun {
  const { status } = draw;
  const sortAt = Math.max(earliest, BEGIN + draw.startsAfter * 60_000);
  const ended = status === 'completed' || status === 'failed' || status === 'cancelled';
  const failed = status === 'failed';
  return {
    ...key,
    id: workflowRowId(key, run),
    run,
    latest: true,
    workflowName: draw.workflowName,
    executionId: draw.execution === null ? null : `${draw.execution}${nth % 40}`,
    status,
    sortAt,
    endedAt: ended ? sortAt + draw.takes * 1_000 : null,
    durationMs: ended && !draw.startLost ? draw.takes * 1_000 : null,
    updatedAtUs: (BEGIN + HOUR_MS) * 1_000 + draw.updatedAfter,
    retryCount: draw.retryCount,
    gaps: draw.gap === null ? [] : [draw.gap],
    resumes: status === 'paused' ? draw.resumes : null,
    currentStep: status === 'running' ? (draw.steps[0] ?? null) : null,
    errorMessage: failed ? `${draw.message} ${nth}` : null,
    errorGroup: failed ? draw.errorGroup : null,
    errorStep: failed ? draw.errorStep : null,
    steps: draw.steps,
    input: draw.region === null ? null : { customer: { region: draw.region, 'a.b': nth % 5 }, list: [nth % 3] },
    // Any id that is always the same.
    eventId: stepRowId(key, run, 'event'),
  };
}

export async function insertRuns(sql: Sql, runs: readonly ListedRun[], now: number): Promise<void> {
  const resumeAt = { 'hour ago': now - HOUR_MS, 'minutes ago': now - 10 * 60_000, later: now + HOUR_MS };
  const rows = runs.map((run) => ({
    id: run.id,
    env: run.env,
    service_key: run.serviceKey,
    workflow_id: run.workflowId,
    run: run.run,
    latest: run.latest,
    workflow_name: run.workflowName,
    execution_id: run.executionId,
    status: run.status,
    resume_at: run.resumes === null ? null : new Date(resumeAt[run.resumes]),
    current_step: run.currentStep,
    input: run.input === null ? null : sql.json(run.input as never),
    running_steps: [] as string[],
    completed_steps: [] as string[],
    completed_step_count: 0,
    total_steps_executed: 0,
    retry_count: run.retryCount,
    error_message: run.errorMessage,
    error_step_name: run.errorStep,
    error_group: run.errorGroup,
    error_step_inferred: false,
    started_at: run.durationMs === null ? null : new Date(run.sortAt),
    completed_at: run.status === 'completed' ? new Date(run.endedAt!) : null,
    failed_at: run.status === 'failed' ? new Date(run.endedAt!) : null,
    cancelled_at: run.status === 'cancelled' ? new Date(run.endedAt!) : null,
    duration_ms: run.durationMs,
    sleeping_ms: 0,
    retry_wait_ms: 0,
    gaps: run.gaps as string[],
    anomalies: [] as string[],
    event_count: 1,
    sort_at: new Date(run.sortAt),
    first_event_at: new Date(run.sortAt),
    first_event_id: run.eventId,
    last_event_at: new Date(run.sortAt),
    last_event_id: run.eventId,
    fold_state: sql.json({}),
    contribution: sql.json([]),
    projection_version: 1,
  }));
  for (const row of rows) await sql`INSERT INTO workflows ${sql(row)}`;
  for (const run of runs) {
    const { env, serviceKey, workflowId } = run;
    await sql`UPDATE workflows SET updated_at = timestamptz 'epoch' + ${run.updatedAtUs}::bigint * interval '1 microsecond' WHERE id = ${run.id}`;
    await sql`
      INSERT INTO workflow_events (id, event_type, workflow_id, workflow_name, env, service_key, event_timestamp, payload, source)
      VALUES (${run.eventId}, 'workflow.started', ${workflowId}, ${run.workflowName}, ${env}, ${serviceKey}, ${new Date(run.sortAt)}, '{}', 'workflow')`;
    for (const step of run.steps) {
      await sql`
        INSERT INTO workflow_steps (id, env, service_key, workflow_id, run, step_name, execution_order, status, inferred, current_attempt,
          cached, retry_count, retry_minutes, timed_out, contribution)
        VALUES (gen_random_uuid(), ${env}, ${serviceKey}, ${workflowId}, ${run.run}, ${step}, 1, 'completed', false, 1, false, 0, '{}', false, '[]')`;
    }
  }
  await sql`ANALYZE workflows`;
}
