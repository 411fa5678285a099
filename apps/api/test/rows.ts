/** Puts rows into the store as a fold would leave them, for tests of what is read. */
import { v5 as uuidv5 } from 'uuid';
import { attemptRowId, durationBucket, sleepRowId, stepRowId, workflowRowId } from '@wm/projection';
import type { Sql } from '@wm/store';

type Row = Record<string, unknown>;

/** An id that is the same in every run of the tests. */
export function idOf(text: string): string {
  return uuidv5(text, '7c0f7f0e-4a0d-4a51-9c0a-0a4c1f6b6d11');
}

export interface RunOf {
  env?: string;
  serviceKey?: string;
  workflowId: string;
  run?: number;
}

function keyOf({ env = 'production', serviceKey = 'orders', workflowId }: RunOf) {
  return { env, serviceKey, workflowId };
}

function keyColumns(of: RunOf): Row {
  const key = keyOf(of);
  return { env: key.env, service_key: key.serviceKey, workflow_id: key.workflowId, run: of.run ?? 1 };
}

/** A completed run of one second; `columns` changes whatever a test is about. Returns its id. */
export async function insertRun(sql: Sql, of: RunOf, columns: Row = {}): Promise<string> {
  const id = workflowRowId(keyOf(of), of.run ?? 1);
  const at = (columns['sort_at'] as Date | undefined) ?? new Date('2026-03-01T12:00:00.000Z');
  const end = new Date(at.getTime() + 1_000);
  const completed = columns['status'] === undefined;
  await sql`INSERT INTO workflows ${sql({
    id,
    ...keyColumns(of),
    latest: true,
    workflow_name: 'processOrder',
    status: 'completed',
    running_steps: [],
    completed_steps: [],
    completed_step_count: 0,
    total_steps_executed: 0,
    error_step_inferred: false,
    started_at: at,
    completed_at: completed ? end : null,
    duration_ms: completed ? 1_000 : null,
    sleeping_ms: 0,
    retry_wait_ms: 0,
    gaps: [],
    anomalies: [],
    event_count: 2,
    sort_at: at,
    first_event_at: at,
    first_event_id: idOf(`${id}:first`),
    last_event_at: end,
    last_event_id: idOf(`${id}:last`),
    fold_state: sql.json({}),
    contribution: sql.json([]),
    projection_version: 1,
    ...columns,
  })}`;
  return id;
}

export async function insertStep(sql: Sql, of: RunOf, stepName: string, columns: Row = {}): Promise<void> {
  await sql`INSERT INTO workflow_steps ${sql({
    id: stepRowId(keyOf(of), of.run ?? 1, stepName),
    ...keyColumns(of),
    step_name: stepName,
    execution_order: 1,
    status: 'completed',
    inferred: false,
    current_attempt: 1,
    cached: false,
    retry_count: 0,
    retry_minutes: [],
    timed_out: false,
    contribution: sql.json([]),
    ...columns,
  })}`;
}

export async function insertAttempt(
  sql: Sql,
  of: RunOf,
  stepName: string,
  number: number,
  columns: Row = {},
): Promise<void> {
  await sql`INSERT INTO step_attempts ${sql({
    id: attemptRowId(keyOf(of), of.run ?? 1, stepName, number),
    ...keyColumns(of),
    step_name: stepName,
    attempt_number: number,
    result: 'success',
    inferred: false,
    retry_scheduled: false,
    ...columns,
  })}`;
}

export async function insertSleep(sql: Sql, of: RunOf, startedAt: Date, columns: Row = {}): Promise<void> {
  const startEventId = idOf(`${of.workflowId}:sleep:${startedAt.toISOString()}`);
  await sql`INSERT INTO workflow_sleeps ${sql({
    id: sleepRowId(keyOf(of), of.run ?? 1, startEventId),
    ...keyColumns(of),
    start_event_id: startEventId,
    started_at: startedAt,
    completed: false,
    ...columns,
  })}`;
}

/** An event of the log; `pending` puts it on the work list as well. Returns its id. */
export async function insertEvent(
  sql: Sql,
  of: RunOf,
  event: { at: Date; type: string; id?: string; payload?: object; pending?: boolean; columns?: Row },
): Promise<string> {
  const { env, serviceKey: service_key, workflowId: workflow_id } = keyOf(of);
  const id = event.id ?? idOf(`${workflow_id}:${event.type}:${event.at.toISOString()}`);
  await sql`INSERT INTO workflow_events ${sql({
    id,
    event_type: event.type,
    env,
    service_key,
    workflow_id,
    workflow_name: 'processOrder',
    event_timestamp: event.at,
    payload: sql.json({ eventId: id, type: event.type, ...event.payload }),
    source: 'workflow',
    ...event.columns,
  })}`;
  if (event.pending === true) {
    await sql`INSERT INTO pending_events ${sql({ env, service_key, workflow_id, event_timestamp: event.at, event_id: id })}`;
  }
  return id;
}

/** Counts of one minute, as drains leave them. `durations` are in milliseconds, each of one that completed. */
export async function insertCounts(
  sql: Sql,
  of: { env?: string; serviceKey?: string; name?: string; step?: string; at: Date },
  counts: { started?: number; completed?: number; failed?: number; cancelled?: number; retries?: number },
  durations: readonly number[] = [],
): Promise<void> {
  const key = {
    minute: new Date(Math.floor(of.at.getTime() / 60_000) * 60_000),
    env: of.env ?? 'production',
    service_key: of.serviceKey ?? 'orders',
    workflow_name: of.name ?? 'processOrder',
    step_name: of.step ?? '',
    slot: 0,
  };
  await sql`INSERT INTO rollup_minutes ${sql({ ...key, ...counts })}`;
  for (const duration of durations) {
    await sql`
      INSERT INTO rollup_durations ${sql({ ...key, bucket: durationBucket(duration), count: 1 })}
      ON CONFLICT (minute, step_name, env, service_key, workflow_name, bucket, slot) DO UPDATE SET count = rollup_durations.count + 1`;
  }
}

/** A service that was heard of in an environment. */
export async function insertService(
  sql: Sql,
  { env = 'production', serviceKey = 'orders' }: { env?: string; serviceKey?: string },
  columns: Row = {},
): Promise<void> {
  await sql`
    INSERT INTO services AS t (service_key, environments) VALUES (${serviceKey}, ${[env]})
    ON CONFLICT (service_key) DO UPDATE SET environments = t.environments || ${[env]}::text[]`;
  const arrival = new Date('2026-03-01T12:00:01.000Z');
  const row = { last_event_at: new Date('2026-03-01T12:00:00.000Z'), last_arrival_at: arrival, last_delay_ms: 1_000 };
  await sql`INSERT INTO service_environments ${sql({ service_key: serviceKey, env, ...row, ...columns })}`;
}
