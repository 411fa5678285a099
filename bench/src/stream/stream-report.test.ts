import { expect, test } from 'vitest';
import { anyMachine as machine } from '../machine.fixture.ts';
import { MARKS } from './marks.ts';
import type { Question } from './questions.ts';
import type { StreamRun } from './run-stream.ts';
import { reportOf, reportText } from './stream-report.ts';

const TICKS = 3;
const BOUNDS = { delayMs: 2_000, memoryMb: 384 };
const question: Question = { name: 'a service', query: '', shows: () => true, marks: [0] };

type Client = StreamRun['clients'][number];

/** One that follows the first mark. @param seen when it knew each tick */
function client(
  seen: number[],
  outcome: Partial<Client['outcome']> = {},
  order: Partial<Client['order']> = {},
): Client {
  const seenAt = new Float64Array(MARKS.length * TICKS).fill(NaN);
  seenAt.set(seen);
  const rest = { away: null, resumed: null, messages: 3, bytes: 300, many: {}, fault: null, differing: 0 };
  return {
    question,
    order: { query: '', cutAtMs: null, awayMs: 0, sleeps: false, ...order },
    outcome: { seenAt, ...rest, ...outcome },
  };
}

/** Changes were acknowledged at 1,000, 2,000 and 3,000. */
function run(...clients: Client[]): StreamRun {
  return {
    events: 100,
    seconds: 2,
    acknowledged: MARKS.map(() => [1_000, 2_000, 3_000]),
    clients,
    refused: [],
    runs: 7,
    memory: { firstMb: 100, medianMb: 150, peakMb: 200, lastMb: 180 },
    cores: { api: 0, ingest: 0, worker: 0, postgres: 0, followers: 0, client: 0 },
  };
}

const report = (...clients: Client[]) => reportOf(run(...clients), machine, BOUNDS);

test('a delay runs from the answer to the client; what was told before the answer came took no time', () => {
  const { delays, faults } = report(client([1_300, 1_990, 3_500]));
  expect(delays).toEqual({ p50Ms: 300, p99Ms: 500, maxMs: 500, changes: 3 });
  expect(faults).toEqual([]);
});

test('of one that was away, it runs from its return; what it should have known before does not', () => {
  const away = { from: 2_900, to: 9_000 };
  const cut = report(client([1_100, 9_400, 9_400], { away, resumed: true }));
  // The second tick came less than two seconds before it was cut off, so it may have been on its way.
  expect(cut.delaysOfCut).toEqual({ p50Ms: 400, p99Ms: 400, maxMs: 400, changes: 3 });
  expect([cut.cut, cut.resumed]).toEqual([1, 1]);
  const late = report(client([9_400, 9_400, 9_400], { away: { from: 3_100, to: 9_000 }, resumed: true }));
  expect(late.delays.maxMs).toBe(8_400);
});

test.each([
  ['a late change', run(client([1_100, 4_001, 4_001])), '2001 ms'],
  ['a change that never came', run(client([1_100, 2_100, NaN])), 'never heard of 1 changes'],
  ['other runs than the database has', run(client([1_100, 2_100, 3_100], { differing: 4 })), 'knows 4 runs otherwise'],
  ['a connection that the server ended', run(client([1_100, 2_100, 3_100], { fault: 'Lost.' })), 'Lost.'],
  ['a client that was turned away', { ...run(), refused: ['The stream answered 503.'] }, '503'],
  ['too much memory', { ...run(), memory: { firstMb: 1, medianMb: 1, peakMb: 385, lastMb: 1 } }, '385 MB'],
])('%s breaks a promise', (_, broken, words) => {
  const judged = reportOf(broken, machine, BOUNDS);
  expect(judged.faults).toEqual([expect.stringContaining(words)]);
  expect(reportText(judged, BOUNDS)).toContain('BROKEN');
});

test('who does not read is judged by what it knows in the end alone', () => {
  const { delays, asleep, faults } = report(client([], {}, { sleeps: true }), client([1_100, 2_100, 3_100]));
  expect([delays.changes, asleep, faults]).toEqual([3, 1, []]);
});
