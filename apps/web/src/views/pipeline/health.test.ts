import type { Pipeline } from '@wm/client';
import { describe, expect, test } from 'vitest';
import { troublesOf } from './health.ts';

const at = '2026-03-09T14:00:00.000Z';
const WELL: Pipeline = {
  queue: { backend: 'redis', reachable: true, counts: { waiting: 3, active: 1, delayed: 0, failed: 0 } },
  unprocessed: 4,
  oldestUnprocessedAgeMs: 300,
  byEnvironment: [],
  quarantined: 0,
  quarantineRoom: { bytes: 10, bound: 1_000_000_000, full: false },
  poisoned: 0,
  swept: 2,
  refolded: 9,
  projectionVersion: { target: 3, code: 3 },
  verify: { roundAt: null, nextAt: at, differences: 0 },
  workers: 2,
  throughput: null,
  quarantineReasons: [],
  services: [],
  keys: [],
  freshness: { lagMs: 0, pendingEvents: 0, lastArrivalAt: null, readAt: at },
  asOf: at,
};

const levels = (changed: Partial<Pipeline>) => troublesOf({ ...WELL, ...changed }).map(({ level }) => level);

describe('what is wrong with the pipeline', () => {
  test('nothing, where events pass within a moment', () => {
    expect(troublesOf(WELL)).toEqual([]);
    expect(troublesOf({ ...WELL, queue: null, quarantineRoom: null, verify: null, keys: null })).toEqual([]);
  });

  test('what waits too long is said with its number and age', () => {
    expect(troublesOf({ ...WELL, unprocessed: 1_204, oldestUnprocessedAgeMs: 90_000 })).toEqual([
      {
        level: 'bad',
        words:
          '1,204 events are stored and not yet in the picture, the oldest for 1 m 30 s. The workers cannot keep up, or they hang. Nothing is lost.',
      },
    ]);
  });

  test('each trouble has its level', () => {
    expect(levels({ queue: { backend: 'redis', reachable: false, counts: null } })).toEqual(['bad']);
    expect(levels({ projectionVersion: { target: null, code: 3 } })).toEqual(['bad']);
    expect(levels({ projectionVersion: { target: 4, code: 3 } })).toEqual(['look']);
    expect(levels({ workers: 0 })).toEqual(['bad']);
    expect(levels({ workers: null })).toEqual([]);
    expect(levels({ verify: { roundAt: at, nextAt: at, differences: 2 } })).toEqual(['look']);
    expect(levels({ poisoned: 1 })).toEqual(['bad']);
    expect(levels({ quarantineRoom: { bytes: 9, bound: 9, full: true }, quarantined: 1 })).toEqual(['bad', 'look']);
    expect(troublesOf({ ...WELL, quarantined: 1 })[0]!.words).toBe(
      '1 event was rejected and waits for someone to look.',
    );
  });
});
