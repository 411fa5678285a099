/** Ingest under one shape of requests: what is sustainable, then shares of it at times fixed beforehand. */
import { createRandom } from '@wm/simulator';
import { eventCount, quantile } from '../measurement.ts';
import type { Requests } from '../measurement.ts';
import { arrivalTimes } from '../pipeline/arrivals.ts';
import { drained } from '../pipeline/pipeline.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { postAll, postOnTime, prepare } from '../pipeline/post.ts';
import type { CommitProbe } from './one-commit.ts';

export type Shape = 'real' | 'hundred';

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** What was offered at one share of the sustainable rate. */
export interface Level {
  readonly share: number;
  readonly offeredPerSecond: number;
  /** Events in answered requests, until the last answer. */
  readonly acknowledgedPerSecond: number;
  /** From when a request was due to its answer, milliseconds. */
  readonly ackMs: Latency;
  /** The same requests at the same times, sent to the endpoint that only parses JSON. */
  readonly bareMs: Latency;
  /** One commit under this load, milliseconds. */
  readonly commitMs: Latency;
}

export interface ShapeMeasurement {
  readonly shape: Shape;
  /** From HTTP to the last event in the projection, events per second. */
  readonly sustainablePerSecond: number;
  readonly levels: readonly Level[];
}

export interface ShapeOptions {
  readonly shape: Shape;
  /** Makes requests of this shape that no other call makes. */
  readonly requests: (leastEvents: number) => Requests;
  readonly events: number;
  readonly levelSeconds: number;
  readonly seed: number;
  readonly bareUrl: string;
  readonly probe: CommitProbe;
  readonly say: (line: string) => void;
}

const SHARES = [0.25, 0.5, 0.75, 1];

/** Resolves also to the events that were sent. */
export async function measureShape(
  { ingestUrl, sql }: Pipeline,
  options: ShapeOptions,
): Promise<{ measurement: ShapeMeasurement; events: number }> {
  const { shape, say } = options;
  const closed = options.requests(options.events);
  let events = eventCount(closed);
  const prepared = prepare(closed);
  const begun = performance.now();
  await postAll(ingestUrl, prepared);
  await drained(sql);
  const sustainablePerSecond = (events / (performance.now() - begun)) * 1_000;
  say(`  ${shape}: ${sustainablePerSecond.toFixed(0)} events/s are sustainable`);
  const levels: Level[] = [];
  for (const share of SHARES) {
    const requests = options.requests(sustainablePerSecond * share * options.levelSeconds);
    events += eventCount(requests);
    const level = await measureLevel({ ingestUrl, sql }, requests, sustainablePerSecond * share, options);
    levels.push({ share, ...level });
    say(
      `  ${shape}: at ${share * 100} % answered p99 ${level.ackMs.p99.toFixed(1)} ms, bare ${level.bareMs.p99.toFixed(1)} ms`,
    );
  }
  return { measurement: { shape, sustainablePerSecond, levels }, events };
}

async function measureLevel(
  { ingestUrl, sql }: Pick<Pipeline, 'ingestUrl' | 'sql'>,
  requests: Requests,
  offeredPerSecond: number,
  { seed, bareUrl, probe }: ShapeOptions,
): Promise<Omit<Level, 'share'>> {
  const prepared = prepare(requests);
  const events = eventCount(requests);
  const dueMs = arrivalTimes(
    createRandom('arrivals', seed),
    prepared.length,
    (offeredPerSecond * prepared.length) / events,
  );
  const { result, commitMs } = await probe.during(() => postOnTime(ingestUrl, prepared, dueMs));
  await drained(sql);
  const bare = await postOnTime(bareUrl, prepared, dueMs);
  return {
    offeredPerSecond,
    acknowledgedPerSecond: events / result.seconds,
    ackMs: latencyOf(result.latencies),
    bareMs: latencyOf(bare.latencies),
    commitMs: latencyOf(commitMs),
  };
}

export function latencyOf(values: readonly number[]): Latency {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99), p999: quantile(values, 0.999) };
}
