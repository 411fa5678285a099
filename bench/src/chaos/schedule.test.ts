import { expect, test } from 'vitest';
import { FAULT_KINDS, faultText, planFaults } from './schedule.ts';
import type { Backend, Fault } from './schedule.ts';

const ingests = ['ingest-1', 'ingest-2'];
const workers = ['worker-1', 'worker-2', 'worker-3'];

function plan(seed: number, backend: Backend, lengthMs = 180_000): Fault[] {
  return planFaults({ seed, lengthMs, backend, ingests, workers });
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
      const parts = fault.targets.length > 0 ? fault.targets : [fault.kind.includes('redis') ? 'redis' : fault.kind];
      for (const part of parts) {
        expect(heldUntil.get(part) ?? 0, `seed ${seed}, ${part}`).toBeLessThan(fault.at);
        heldUntil.set(part, fault.at + fault.forMs);
      }
      expect(fault.at + fault.forMs).toBeLessThanOrEqual(180_000);
    }
  }
});

test('a fault in words', () => {
  const fault = {
    at: 0,
    kind: 'stop worker',
    targets: ['worker-2'],
    forMs: 4_100,
    thenKill: true,
    midway: true,
  } as const;
  expect(faultText(fault)).toBe('stop worker-2 midway for 4.1 s, then kill');
  expect(faultText({ ...fault, kind: 'flush redis', targets: [], forMs: 0, thenKill: false, midway: false })).toBe(
    'flush redis',
  );
});
