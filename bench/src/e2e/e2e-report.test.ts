import { expect, test } from 'vitest';
import { anyMachine as machine } from '../machine.fixture.ts';
import { ratiosOf } from './compare-ratios.ts';
import { summarise } from './e2e-report.ts';
import { e2eText } from './e2e-text.ts';
import { QUICK } from './run-e2e.ts';
import type { Round } from './run-e2e.ts';

function baseline(eventsPerSecond: number) {
  return { events: 100, eventsPerSecond, processorMicros: { client: 1, postgres: 2 } };
}

function pipeline(eventsPerSecond: number): Round['postgres'] {
  const quantiles = { p50: 1, p99: 2 };
  const processorMicros = { client: 1, ingest: 2, worker: 3, redis: 4, postgres: 5 };
  const halfRate = { eventsPerSecond: eventsPerSecond / 2, ackMs: quantiles, freshnessMs: quantiles };
  return { events: 100, eventsPerSecond, lagMs: 5, ackMs: quantiles, processorMicros, halfRate };
}

function round(loop: number, floor: number, redis: number | null, postgres: number): Round {
  const floors = { fastest: baseline(floor * 4), oneConnection: baseline(floor * 2), inBatches: baseline(floor) };
  return {
    loop: baseline(loop),
    floor: floors,
    redis: redis === null ? null : pipeline(redis),
    postgres: pipeline(postgres),
  };
}

test('ratios are those of the rounds, not of the medians', () => {
  // The machine was half as fast in the second round, and in the third the pipeline alone was.
  const rounds = [round(100, 1_000, 800, 400), round(50, 500, 450, 200), round(100, 1_000, 400, 200)];
  const report = summarise(machine, QUICK, rounds);
  expect(ratiosOf(report)).toEqual({
    redis: { ratioToLoop: 8, ratioToFloor: 0.8 },
    postgres: { ratioToLoop: 4, ratioToFloor: 0.4 },
  });
  expect(report.redis?.ratioToFloorFastest).toEqual({ median: 0.2, least: 0.1, most: 0.225 });
  expect(e2eText(report)).toContain("Queue in Redis: 8.0 times the document's loop, 80 % of the floor.");
});

test('without Redis the report says so', () => {
  const report = summarise(machine, QUICK, [round(100, 1_000, null, 400)]);
  expect(report.redis).toBeNull();
  expect(ratiosOf(report)).toEqual({ postgres: { ratioToLoop: 4, ratioToFloor: 0.4 } });
  expect(e2eText(report)).toContain('There is no redis-server');
});
