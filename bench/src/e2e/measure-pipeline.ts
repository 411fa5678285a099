/** One run of the pipeline: as fast as it goes, then at half of that to see how fresh the projection is. */
import { createRandom } from '@wm/simulator';
import { takeRows } from '../floor/final-rows.ts';
import type { FinalRows } from '../floor/final-rows.ts';
import { eventCount, quantile } from '../measurement.ts';
import type { Requests, Workload } from '../measurement.ts';
import { arrivalTimes } from '../pipeline/arrivals.ts';
import { watchFreshness } from '../pipeline/freshness.ts';
import { drained, expectCounted, expectProjected, startPipeline } from '../pipeline/pipeline.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { postAll, postOnTime, prepare } from '../pipeline/post.ts';
import type { PreparedRequest } from '../pipeline/post.ts';
import { microsPerEvent, timed } from '../pipeline/processor-time.ts';
import { requestsOf } from '../workload.ts';

export interface PipelineMeasurement {
  readonly events: number;
  /** From the first request to the last event committed in the projection. */
  readonly eventsPerSecond: number;
  /** From the last answer to the last event committed in the projection, milliseconds. */
  readonly lagMs: number;
  /** Time to the answer while as much is sent as is taken, milliseconds. */
  readonly ackMs: Quantiles;
  /** Processor time of each process with everything below it, microseconds per event. */
  readonly processorMicros: Readonly<Record<PipelineStage, number>>;
  readonly halfRate: HalfRate;
}

type PipelineStage = 'client' | 'ingest' | 'worker' | 'redis' | 'postgres';

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/** At half of the events per second that the same run has reached. */
interface HalfRate {
  readonly eventsPerSecond: number;
  /** From when a request was due to its answer, milliseconds. */
  readonly ackMs: Quantiles;
  /** From the answer until the events can be read, milliseconds. */
  readonly freshnessMs: Quantiles;
}

export interface PipelineRunOptions {
  /** An empty database. */
  readonly databaseUrl: string;
  readonly postgresPid: number;
  /** null: the queue lives in PostgreSQL. */
  readonly redis: { readonly url: string; readonly pid: number } | null;
  readonly workers: number;
  readonly halfRateSeconds: number;
  readonly seed: number;
}

export interface PipelineRun {
  readonly measurement: PipelineMeasurement;
  readonly rows: FinalRows;
}

/** @throws where an event is missing or the projection is not what the log says */
export async function measurePipeline(workload: Workload, options: PipelineRunOptions): Promise<PipelineRun> {
  const { databaseUrl, redis, workers } = options;
  const pipeline = await startPipeline({ databaseUrl, redisUrl: redis?.url ?? null, workers });
  try {
    const warmUp = prepare(workload.warmUp);
    await postAll(pipeline.ingestUrl, warmUp);
    await drained(pipeline.sql);
    const full = await measureFullRate(pipeline, workload.measured, options);
    const sent = eventCount(workload.warmUp) + full.events;
    await expectCounted(pipeline.sql, sent);
    const rows = await takeRows(pipeline.sql, workload.measuredFrom);
    const perSecond = full.eventsPerSecond / 2;
    const requests = requestsOf(options.seed + 2_000_000, perSecond * options.halfRateSeconds);
    const halfRate = await measureHalfRate(pipeline, prepare(requests), perSecond, warmUp, options);
    await expectProjected(pipeline.sql, sent + eventCount(requests));
    return { measurement: { ...full, halfRate }, rows };
  } finally {
    await pipeline.stop();
  }
}

async function measureFullRate(
  { ingestUrl, ingestPid, workerPids, sql }: Pipeline,
  measured: Requests,
  { redis, postgresPid }: PipelineRunOptions,
): Promise<Omit<PipelineMeasurement, 'halfRate'>> {
  const events = eventCount(measured);
  const requests = prepare(measured);
  const pids = {
    ingest: [ingestPid],
    worker: workerPids,
    redis: redis === null ? [] : [redis.pid],
    postgres: [postgresPid],
  };
  let latencies: number[] = [];
  let answered = 0;
  const { seconds, processor } = await timed(pids, async () => {
    latencies = await postAll(ingestUrl, requests);
    answered = performance.now();
    await drained(sql);
  });
  return {
    events,
    eventsPerSecond: events / seconds,
    lagMs: performance.now() - answered,
    ackMs: quantilesOf(latencies),
    processorMicros: microsPerEvent(processor, events),
  };
}

async function measureHalfRate(
  { ingestUrl, sql }: Pipeline,
  requests: readonly PreparedRequest[],
  eventsPerSecond: number,
  known: readonly PreparedRequest[],
  { databaseUrl, seed }: PipelineRunOptions,
): Promise<HalfRate> {
  const events = requests.reduce((sum, request) => sum + request.events, 0);
  const dueMs = arrivalTimes(
    createRandom('arrivals', seed),
    requests.length,
    (eventsPerSecond * requests.length) / events,
  );
  const freshness = await watchFreshness(databaseUrl, known);
  const { latencies } = await postOnTime(ingestUrl, requests, dueMs, (request) => freshness.accepted(request));
  const freshMs = await freshness.end();
  await drained(sql);
  return { eventsPerSecond, ackMs: quantilesOf(latencies), freshnessMs: quantilesOf(freshMs) };
}

function quantilesOf(values: readonly number[]): Quantiles {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}
