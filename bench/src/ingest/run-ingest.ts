/** Repeats of the ingest benchmark, each in new databases. */
import { fileURLToPath } from 'node:url';
import { inNewDatabase } from '../bench-database.ts';
import { takeRows } from '../floor/final-rows.ts';
import type { FinalRows } from '../floor/final-rows.ts';
import { runFloor } from '../floor/floor.ts';
import { eventCount } from '../measurement.ts';
import type { Requests } from '../measurement.ts';
import { drained, expectProjected, startPipeline } from '../pipeline/pipeline.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { postAll, prepare } from '../pipeline/post.ts';
import { startServiceProcess } from '../pipeline/service-process.ts';
import type { Servers } from '../servers.ts';
import { createWorkload, fullRequests, requestsOfAllSizes } from '../workload.ts';
import { latencyOf, measureShape } from './measure-shape.ts';
import type { Latency, Shape, ShapeMeasurement } from './measure-shape.ts';
import { openCommitProbe } from './one-commit.ts';

export interface IngestOptions {
  readonly backend: 'redis' | 'postgres';
  /** Sent to find the sustainable rate, for each shape. */
  readonly events: number;
  readonly repeats: number;
  readonly workers: number;
  readonly seed: number;
  readonly levelSeconds: number;
}

export const FULL: IngestOptions = {
  backend: 'redis',
  events: 20_000,
  repeats: 3,
  workers: 1,
  seed: 1,
  levelSeconds: 8,
};

/** Ends in less than two minutes. */
export const QUICK: IngestOptions = { ...FULL, events: 10_000, repeats: 1, levelSeconds: 3 };

export interface Repeat {
  /** One commit while nothing else goes on, milliseconds. */
  readonly idleCommitMs: Latency;
  readonly shapes: readonly ShapeMeasurement[];
  /** Without workers, as much as is taken. */
  readonly withoutWorkers: { readonly eventsPerSecond: number; readonly ackMs: Latency };
  /** COPY of the same rows into the log alone, events per second. */
  readonly copyPerSecond: number;
}

const SHAPES: Readonly<Record<Shape, (seed: number, leastEvents: number) => Requests>> = {
  real: requestsOfAllSizes,
  hundred: fullRequests,
};
const IDLE_MS = 3_000;

export async function runIngest(options: IngestOptions, servers: Servers): Promise<Repeat[]> {
  const repeats: Repeat[] = [];
  for (let repeat = 1; repeat <= options.repeats; repeat += 1) {
    servers.say(`Round ${repeat} of ${options.repeats} …`);
    const withWorkers = await inNewDatabase(servers.admin, `workers_${repeat}`, (url) =>
      underLoad(url, options, servers),
    );
    const { rows, events, ...withoutWorkers } = await inNewDatabase(servers.admin, `no_workers_${repeat}`, (url) =>
      takenIn(url, options, servers),
    );
    const copy = await inNewDatabase(servers.admin, `copy_${repeat}`, (databaseUrl) =>
      runFloor(rows, { databaseUrl, postgresPid: servers.postgresPid, events, way: 'oneConnection' }),
    );
    repeats.push({ ...withWorkers, withoutWorkers, copyPerSecond: events / copy.seconds });
  }
  return repeats;
}

/** The whole pipeline runs: what is acknowledged must be folded, too. */
async function underLoad(
  databaseUrl: string,
  options: IngestOptions,
  servers: Servers,
): Promise<Pick<Repeat, 'idleCommitMs' | 'shapes'>> {
  const pipeline = await startPipeline({ databaseUrl, redisUrl: queueOf(options, servers), workers: options.workers });
  const bare = await startServiceProcess('bare endpoint', {}, bareEntry());
  const probe = await openCommitProbe(databaseUrl);
  try {
    let sent = await warmUp(pipeline, [pipeline.ingestUrl, bare.url], options.seed);
    const idle = await probe.during(() => new Promise<void>((resolve) => setTimeout(resolve, IDLE_MS)));
    const shapes: ShapeMeasurement[] = [];
    let seed = options.seed + 10_000_000;
    for (const [shape, make] of Object.entries(SHAPES) as [Shape, (typeof SHAPES)[Shape]][]) {
      const requests = (leastEvents: number): Requests => make((seed += 1_000), leastEvents);
      const { events, levelSeconds, seed: first } = options;
      const { measurement, events: sentNow } = await measureShape(pipeline, {
        shape,
        requests,
        events,
        levelSeconds,
        seed: first,
        bareUrl: bare.url,
        probe,
        say: servers.say,
      });
      shapes.push(measurement);
      sent += sentNow;
    }
    await expectProjected(pipeline.sql, sent);
    return { idleCommitMs: latencyOf(idle.commitMs), shapes };
  } finally {
    await probe.end();
    await bare.stop();
    await pipeline.stop();
  }
}

/** Nobody folds: what ingest alone can take in, over many connections. */
async function takenIn(
  databaseUrl: string,
  options: IngestOptions,
  servers: Servers,
): Promise<Repeat['withoutWorkers'] & { rows: FinalRows; events: number }> {
  const workload = createWorkload(options.seed, 0);
  const requests = requestsOfAllSizes(options.seed, options.events);
  const pipeline = await startPipeline({ databaseUrl, redisUrl: queueOf(options, servers), workers: 0 });
  try {
    await postAll(pipeline.ingestUrl, prepare(workload.warmUp));
    const prepared = prepare(requests);
    const begun = performance.now();
    const latencies = await postAll(pipeline.ingestUrl, prepared);
    const seconds = (performance.now() - begun) / 1_000;
    const events = eventCount(requests);
    const rows = await takeRows(pipeline.sql, workload.measuredFrom, ['workflow_events']);
    return { eventsPerSecond: events / seconds, ackMs: latencyOf(latencies), rows, events };
  } finally {
    await pipeline.stop();
  }
}

async function warmUp({ sql }: Pipeline, urls: readonly string[], seed: number): Promise<number> {
  const { warmUp } = createWorkload(seed, 0);
  for (const url of urls) await postAll(url, prepare(warmUp));
  await drained(sql);
  return eventCount(warmUp);
}

function queueOf({ backend }: IngestOptions, { redis }: Servers): string | null {
  return backend === 'redis' ? (redis?.url ?? null) : null;
}

function bareEntry(): string {
  return fileURLToPath(new URL('bare-endpoint.main.ts', import.meta.url));
}
