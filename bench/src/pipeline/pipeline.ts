import { setTimeout as pause } from 'node:timers/promises';
import { PROJECTION_VERSION } from '@wm/projection';
import { prepareQueue, queueTarget } from '@wm/queue';
import { createSql, migrate, verifyWorkflows } from '@wm/store';
import type { Difference, Sql, VerifyReport, VerifyScope } from '@wm/store';
import { builtProgram, startServiceProcess } from './service-process.ts';

export interface PipelineOptions {
  /** An empty database. */
  readonly databaseUrl: string;
  /** null: the queue lives in PostgreSQL. */
  readonly redisUrl: string | null;
  /** Number of worker processes; with none, events are only taken in. */
  readonly workers: number;
}

/** Real processes, from HTTP to the projection. */
export interface Pipeline {
  readonly ingestUrl: string;
  readonly ingestPid: number;
  readonly workerPids: readonly number[];
  /** A connection to its database. */
  readonly sql: Sql;
  stop(): Promise<void>;
}

/** How long the projection may take after the last answer before the run counts as stuck. */
const STUCK_AFTER_MS = 60_000;

/** Migrates the database and starts ingest and workers, each as a process of its own. */
export async function startPipeline({ databaseUrl, redisUrl, workers }: PipelineOptions): Promise<Pipeline> {
  await migrate(databaseUrl, { projectionVersion: PROJECTION_VERSION });
  await prepareQueue(queueTarget({ databaseUrl, redisUrl }));
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl ?? '' };
  const [ingest, ...drains] = await Promise.all([
    startServiceProcess('ingest', env, builtProgram('ingest')),
    ...Array.from({ length: workers }, () => startServiceProcess('worker', env, builtProgram('worker'))),
  ]);
  const sql = createSql(databaseUrl, { applicationName: 'wm-bench', max: 2 });
  return {
    ingestUrl: ingest.url,
    ingestPid: ingest.pid,
    workerPids: drains.map(({ pid }) => pid),
    sql,
    async stop() {
      await Promise.all([ingest, ...drains].map((process) => process.stop()));
      await sql.end({ timeout: 5 });
    },
  };
}

/** Waits until the work list is empty: it loses an event in the transaction that commits its projection. */
export async function drained(sql: Sql, withinMs = STUCK_AFTER_MS): Promise<void> {
  const until = performance.now() + withinMs;
  for (;;) {
    const [row] = await sql<[{ pending: boolean }]>`SELECT EXISTS (SELECT FROM pending_events) AS pending`;
    if (!row.pending) return;
    if (performance.now() > until) throw new Error(`Events are still pending ${withinMs} ms after the last answer.`);
    await pause(10);
  }
}

/**
 * A rate counts only if every event is in the log, marked, and counted in the projection.
 *
 * @param expected events that were sent so far
 * @throws where anything is missing: the run measured nothing
 */
export async function expectCounted(sql: Sql, expected: number): Promise<void> {
  const [row] = await sql<[{ processed: number; folded: number }]>`
    SELECT (SELECT count(*) FROM workflow_events WHERE processed AND processing_error IS NULL) AS processed,
           (SELECT sum(event_count)::bigint FROM workflows) AS folded`;
  if (row.processed !== expected || row.folded !== expected) {
    throw new Error(
      `${expected} events were sent, ${row.processed} are processed and ${row.folded} are in the projection. This run measured nothing.`,
    );
  }
}

/**
 * And only if the projection is right: all events are folded again and compared.
 *
 * @param expected events that were sent so far
 * @throws where anything is missing or differs: the run measured nothing
 */
export async function expectProjected(sql: Sql, expected: number): Promise<void> {
  await expectCounted(sql, expected);
  const report = await expectNoDifference(sql);
  if (report.events !== expected) {
    throw new Error(`Folded again were ${report.events} events of ${expected}. This run measured nothing.`);
  }
}

/**
 * @param scope only some workflows: then the rollups are not compared
 * @throws where stored rows are not the fold of their events: the run measured nothing
 */
export async function expectNoDifference(sql: Sql, scope: VerifyScope = {}): Promise<VerifyReport> {
  const found: string[] = [];
  const onDifference = (difference: Difference): void => void found.push(JSON.stringify(difference));
  const report = await verifyWorkflows(sql, { ...scope, onDifference });
  if (report.differences > 0) {
    throw new Error(
      `Folded again, ${report.differences} values differ in ${report.events} events. This run measured nothing. ` +
        `The first: ${found[0]?.slice(0, 600) ?? 'none'}`,
    );
  }
  return report;
}
