/** One flood: what is sustainable, then many times that from one service, while another goes on as ever. */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECTION_VERSION } from '@wm/projection';
import { prepareQueue, queueTarget } from '@wm/queue';
import { createSql, migrate, readLag } from '@wm/store';
import type { Sql } from '@wm/store';
import { drained } from '../pipeline/pipeline.ts';
import { startServiceProcess } from '../pipeline/service-process.ts';
import type { ServiceProcess } from '../pipeline/service-process.ts';
import { EVENTS_PER_REQUEST, floodBodies } from './flood-bodies.ts';
import type { FloodOrder, FloodOutcome } from './flooder.main.ts';
import { runQuietService } from './quiet-service.ts';
import type { QuietOutcome } from './quiet-service.ts';

export interface FloodOptions {
  /** An empty database. */
  readonly databaseUrl: string;
  /** null: the queue lives in PostgreSQL. */
  readonly redisUrl: string | null;
  readonly workers: number;
  /** How many times the sustainable rate is offered. */
  readonly times: number;
  readonly seconds: number;
  /** How long the sustainable rate is measured, seconds. */
  readonly calmSeconds: number;
  readonly say: (line: string) => void;
}

export interface FloodReport {
  /** Events per second, from HTTP to the committed projection. */
  readonly sustainable: number;
  readonly offered: number;
  readonly acknowledged: number;
  readonly dropped: number;
  readonly tries: Readonly<Record<string, number>>;
  readonly calm: QuietOutcome;
  readonly flooded: QuietOutcome;
  readonly longestLagMs: number;
  readonly mostPending: number;
  /** From the end of the flood until nothing was pending, seconds. */
  readonly drainedAfterSeconds: number;
  /** Most memory that the ingest process held, bytes. */
  readonly ingestBytes: number;
  /** What does not add up; empty: nothing was lost. */
  readonly faults: readonly string[];
}

const CONNECTIONS = 256;
const CALM_CONNECTIONS = 16;
const LOOK_EVERY_MS = 250;
const DRAINED_WITHIN_MS = 20 * 60_000;

export async function runFlood(options: FloodOptions): Promise<FloodReport> {
  const { databaseUrl, redisUrl, workers } = options;
  await migrate(databaseUrl, { projectionVersion: PROJECTION_VERSION });
  await prepareQueue(queueTarget({ databaseUrl, redisUrl }));
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl ?? '' };
  const sql = createSql(databaseUrl, { applicationName: 'wm-bench', max: 3 });
  const ingest = await startServiceProcess('ingest', env);
  const drains = await Promise.all(Array.from({ length: workers }, () => startServiceProcess('worker', env)));
  try {
    return await floodAndReckon(ingest, sql, options);
  } finally {
    await Promise.all([ingest, ...drains].map((process) => process.stop()));
    await sql.end({ timeout: 5 });
  }
}

async function floodAndReckon(ingest: ServiceProcess, sql: Sql, options: FloodOptions): Promise<FloodReport> {
  const { say, times, seconds, calmSeconds } = options;
  const { url } = ingest;
  await order({ url, run: 0, rate: null, seconds: 3, connections: CALM_CONNECTIONS });
  await drained(sql);

  say(`Measuring what is sustainable: as much as is taken, for ${calmSeconds} s …`);
  const begun = performance.now();
  const most = await order({ url, run: 1, rate: null, seconds: calmSeconds, connections: CALM_CONNECTIONS });
  await drained(sql);
  const sustainable = Math.round(
    (most.acknowledged.length * EVENTS_PER_REQUEST) / ((performance.now() - begun) / 1_000),
  );

  say(`${sustainable} events/s. The quiet service alone for ${calmSeconds} s …`);
  const calm = await during(sql, url, 'calm', pause(calmSeconds * 1_000));

  say(`Now ${times} times that for ${seconds} s, and the quiet service beside it …`);
  const watch = watchPressure(ingest.pid, sql, say);
  const flooding = order({ url, run: 2, rate: sustainable * times, seconds, connections: CONNECTIONS });
  const flooded = await during(sql, url, 'flooded', flooding);
  const outcome = await flooding;
  const ended = performance.now();
  say('The flood is over. Waiting until nothing is pending …');
  await drained(sql, DRAINED_WITHIN_MS);
  const drainedAfterSeconds = (performance.now() - ended) / 1_000;
  const pressure = await watch.stop();
  const faults = await reckon(sql, outcome, [calm, flooded]);
  return {
    sustainable,
    offered: outcome.offered * EVENTS_PER_REQUEST,
    acknowledged: outcome.acknowledged.length * EVENTS_PER_REQUEST,
    dropped: outcome.dropped * EVENTS_PER_REQUEST,
    tries: outcome.tries,
    calm,
    flooded,
    drainedAfterSeconds,
    ...pressure,
    faults,
  };
}

/** Has a process of its own send; resolves when its last request has ended. */
async function order(what: FloodOrder): Promise<FloodOutcome> {
  const child = fork(fileURLToPath(new URL('./flooder.main.ts', import.meta.url)), { serialization: 'advanced' });
  return new Promise((resolve, reject) => {
    child.once('message', (outcome) => resolve(outcome as FloodOutcome));
    child.once('exit', (code) => reject(new Error(`The flooding process ended early, with exit code ${code}.`)));
    child.send(what);
  });
}

/** The quiet service sends for as long as something else takes. */
async function during(sql: Sql, url: string, name: string, work: Promise<unknown>): Promise<QuietOutcome> {
  const over = new AbortController();
  const quiet = runQuietService(url, sql, name, over.signal);
  await Promise.race([work, quiet]);
  over.abort();
  return quiet;
}

async function pendingEvents(sql: Sql): Promise<number> {
  const [row] = await sql<[{ count: number }]>`SELECT count(*) FROM pending_events`;
  return row.count;
}

interface Pressure {
  longestLagMs: number;
  mostPending: number;
  ingestBytes: number;
}

function watchPressure(pid: number, sql: Sql, say: (line: string) => void): { stop: () => Promise<Pressure> } {
  const pressure = { longestLagMs: 0, mostPending: 0, ingestBytes: 0 };
  const over = new AbortController();
  const watching = (async () => {
    for (let round = 0; !over.signal.aborted; round += 1) {
      pressure.ingestBytes = Math.max(pressure.ingestBytes, residentBytes(pid));
      pressure.longestLagMs = Math.max(pressure.longestLagMs, await readLag(sql));
      if (round % 40 === 0) {
        const pending = await pendingEvents(sql);
        pressure.mostPending = Math.max(pressure.mostPending, pending);
        say(`  ${pending} events are pending, ingest holds ${Math.round(residentBytes(pid) / 1e6)} MB`);
      }
      await pause(LOOK_EVERY_MS);
    }
  })();
  return {
    async stop() {
      over.abort();
      await watching;
      return pressure;
    },
  };
}

function residentBytes(pid: number): number {
  const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1];
  return Number(pages) * 4_096;
}

/** Whether everything that was acknowledged is stored, folded and whole. */
async function reckon(sql: Sql, { acknowledged }: FloodOutcome, quiet: readonly QuietOutcome[]): Promise<string[]> {
  const faults: string[] = [];
  const { workflowOf } = floodBodies(2, Date.now());
  for (let from = 0; from < acknowledged.length; from += 2_000) {
    const ids = acknowledged.slice(from, from + 2_000).map(workflowOf);
    const [row] = await sql<[{ whole: number }]>`
      SELECT count(*) AS whole FROM workflows
      WHERE workflow_id = ANY(${ids}) AND latest AND status = 'completed' AND event_count = 10`;
    if (row.whole < ids.length) faults.push(`${ids.length - row.whole} acknowledged workflows are not there whole.`);
  }
  const [log] = await sql<[{ unprocessed: number; folded: number; stored: number }]>`
    SELECT (SELECT count(*) FROM workflow_events WHERE NOT processed) AS unprocessed,
           (SELECT count(*) FROM workflow_events) AS stored,
           (SELECT sum(event_count)::bigint FROM workflows) AS folded`;
  if (log.unprocessed > 0) faults.push(`${log.unprocessed} events are not processed.`);
  if (log.folded !== log.stored) faults.push(`${log.stored} events are stored, ${log.folded} are folded.`);
  const droppedQuietly = quiet.reduce((sum, { dropped }) => sum + dropped, 0);
  if (droppedQuietly > 0) faults.push(`${droppedQuietly} workflows of the quiet service were given up by its client.`);
  return faults;
}
