import { setTimeout as pause } from 'node:timers/promises';
import { PROJECTION_VERSION } from '@wm/projection';
import { prepareQueue, queueTarget } from '@wm/queue';
import { createSql, migrate } from '@wm/store';
import type { Sql } from '@wm/store';
import { eventCount } from '../measurement.ts';
import type { Measurement, Workload } from '../measurement.ts';
import { postAll } from './post.ts';
import { startServiceProcess } from './service-process.ts';

export interface PipelineMeasurement extends Measurement {
  /** From the last answer to the last event committed in the projection, in milliseconds. */
  readonly lagMs: number;
  /** Time to the answer, in milliseconds. */
  readonly ackMs: { readonly p50: number; readonly p99: number };
}

export interface PipelineOptions {
  /** An empty database. */
  readonly databaseUrl: string;
  /** null: the queue lives in PostgreSQL. */
  readonly redisUrl: string | null;
  /** Number of worker processes. */
  readonly workers: number;
}

/** How long the projection may take after the last answer before the run counts as stuck. */
const STUCK_AFTER_MS = 60_000;

/** Runs the events through real processes: HTTP to ingest, the queue, the workers, until all are in the projection. */
export async function runPipeline(
  { warmUp, measured }: Workload,
  options: PipelineOptions,
): Promise<PipelineMeasurement> {
  const { databaseUrl, redisUrl, workers } = options;
  await migrate(databaseUrl, { projectionVersion: PROJECTION_VERSION });
  await prepareQueue(queueTarget({ databaseUrl, redisUrl }));
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl ?? '' };
  const sql = createSql(databaseUrl, { applicationName: 'wm-bench', max: 1 });
  const processes = await Promise.all([
    startServiceProcess('ingest', env),
    ...Array.from({ length: workers }, () => startServiceProcess('worker', env)),
  ]);
  try {
    const bodies = measured.map((request) => JSON.stringify(request));
    await postAll(
      processes[0].url,
      warmUp.map((request) => JSON.stringify(request)),
    );
    await drained(sql);
    const begun = performance.now();
    const latencies = await postAll(processes[0].url, bodies);
    const answered = performance.now();
    await drained(sql);
    const ended = performance.now();
    await expectProjected(sql, eventCount(warmUp) + eventCount(measured));
    latencies.sort((a, b) => a - b);
    const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? 0;
    return {
      seconds: (ended - begun) / 1000,
      events: eventCount(measured),
      lagMs: ended - answered,
      ackMs: { p50: at(0.5), p99: at(0.99) },
    };
  } finally {
    await Promise.all(processes.map((process) => process.stop()));
    await sql.end({ timeout: 5 });
  }
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

/** A rate counts only if every event is in the log, marked, and in the projection. */
async function expectProjected(sql: Sql, expected: number): Promise<void> {
  const [row] = await sql<[{ processed: number; folded: number }]>`
    SELECT (SELECT count(*) FROM workflow_events WHERE processed AND processing_error IS NULL) AS processed,
           (SELECT sum(event_count)::bigint FROM workflows) AS folded`;
  if (row.processed === expected && row.folded === expected) return;
  throw new Error(
    `${expected} events were sent, ${row.processed} are processed and ${row.folded} are in the projection.`,
  );
}
