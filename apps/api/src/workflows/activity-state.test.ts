import { expect, test } from 'vitest';
import { activityState } from './activity-state.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000);

test.each([
  ['running', null, [], 'active'],
  ['running', null, ['start'], 'active'],
  ['running', null, ['end'], null],
  ['paused', after(1), [], 'scheduled'],
  ['paused', null, [], 'scheduled'],
  ['paused', after(-15), [], 'scheduled'],
  ['paused', after(-16), [], 'overdue'],
  ['paused', after(-16), ['end'], null],
  ['queued', null, [], null],
  ['pending', null, [], null],
  ['completed', null, [], null],
  ['failed', after(-60), [], null],
  ['cancelled', null, [], null],
] as const)('%s with resumeAt %s and gaps %j is %s', (status, resumeAt, gaps, expected) => {
  expect(activityState({ status, resumeAt, gaps: [...gaps] }, now)).toBe(expected);
});
