import { expect, test } from 'vitest';
import { FAULT_KINDS, faultText, partsHeld, planFaults } from './schedule.ts';
import type { Backend, Fault, FaultPlan } from './schedule.ts';

const ingests = ['ingest-1', 'ingest-2'];
const workers = ['worker-1', 'worker-2', 'worker-3'];

function plan(seed: number, backend: Backend, faults: FaultPlan = 'all'): Fault[] {
  return planFaults({ seed, lengthMs: 180_000, backend, plan: faults, without: [], ingests, workers });
}

test('the same seed gives the same schedule, another one another', () => {
  expect(plan(3, 'redis')).toEqual(plan(3, 'redis'));
  expect(plan(3, 'redis')).not.toEqual(plan(4, 'redis'));
});

test('every kind comes, those of Redis only where the queue lives there', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    expect(new Set(plan(seed, 'redis').map(({ kind }) => kind))).toEqual(new Set(FAULT_KINDS));
    const withoutRedis = FAULT_KINDS.filter((kind) => !kind.includes('redis'));
    expect(new Set(plan(seed, 'postgres').map(({ kind }) => kind))).toEqual(new Set(withoutRedis));
  }
});

test('no part is struck while a fault still holds it, and all are over when the traffic is', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const heldUntil = new Map<string, number>();
    for (const fault of plan(seed, 'redis')) {
      for (const part of partsHeld(fault)) {
        expect(heldUntil.get(part) ?? 0, `seed ${seed}, ${part}`).toBeLessThan(fault.at);
        heldUntil.set(part, fault.at + fault.forMs);
      }
      expect(fault.at + fault.forMs).toBeLessThanOrEqual(180_000);
    }
  }
});

test('the first fault of each kind that can end a drain strikes in the middle of one', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    for (const kind of ['kill worker', 'crash postgres', 'kill backend'] as const) {
      expect(plan(seed, 'redis').find((fault) => fault.kind === kind)).toMatchObject({ midway: true });
    }
  }
});

test('restarts come one by one, so far apart that no batch meets two', () => {
  const faults = plan(1, 'redis', 'restarts');
  expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(['kill ingest', 'crash postgres', 'kill backend']));
  for (const [index, { at, forMs }] of faults.entries()) {
    expect(forMs).toBeLessThan(5_000);
    expect((faults[index + 1]?.at ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThan(5_000 + 7_000);
  }
});

test('what cannot be had is left out, and a deploy comes early, because it mends what it folds again', () => {
  const options = { seed: 2, lengthMs: 180_000, backend: 'redis', plan: 'all', ingests, workers } as const;
  expect(planFaults({ ...options, without: ['full disk'] }).map(({ kind }) => kind)).not.toContain('full disk');
  const deploys = planFaults({ ...options, without: [] }).filter(({ kind }) => kind === 'deploy');
  expect(deploys.length).toBeGreaterThan(0);
  expect(Math.max(...deploys.map(({ at }) => at))).toBeLessThan(90_000);
});

test('a fault in words', () => {
  const fault = {
    at: 0,
    kind: 'stop worker',
    targets: ['worker-2'],
    forMs: 4_100,
    thenKill: true,
    midway: true,
    stepMs: 0,
  } as const;
  expect(faultText(fault)).toBe('stop worker-2 midway for 4.1 s, then kill');
  expect(faultText({ ...fault, kind: 'flush redis', targets: [], forMs: 0, thenKill: false, midway: false })).toBe(
    'flush redis',
  );
  expect(faultText({ ...fault, kind: 'step clock', stepMs: -1_500, thenKill: false, midway: false })).toBe(
    'step clock of worker-2 by -1.5 s for 4.1 s',
  );
});
