import { expectationKey } from '@wm/store';
import { expect, test } from 'vitest';
import { activityState, evidenceOf, type RunUnderWay } from './activity.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const after = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
const run: RunUnderWay = {
  env: 'production',
  serviceKey: 'orders',
  workflowName: 'processOrder',
  status: 'running',
  resumeAt: null,
  currentStep: null,
  lastEventAt: now,
  gaps: [],
};
const usual = (step: string, ms: number) => ({ [expectationKey('production', 'orders', 'processOrder', step)]: ms });

test.each([
  ['running', null, [], 'active'],
  ['running', null, ['start'], 'active'],
  ['running', null, ['end'], null],
  ['paused', after(1), [], 'scheduled'],
  ['paused', null, [], 'scheduled'],
  ['paused', after(-15), [], 'scheduled'],
  ['paused', after(-16), [], 'overdue'],
  ['paused', after(-300), [], 'overdue'],
  ['paused', after(-301), [], 'stuck'],
  ['paused', after(-301), ['end'], null],
  ['queued', null, [], null],
  ['pending', null, [], null],
  ['completed', null, [], null],
  ['failed', after(-60), [], null],
  ['cancelled', null, [], null],
] as const)('%s with resumeAt %s and gaps %j is %s', (status, resumeAt, gaps, expected) => {
  expect(activityState({ ...run, status, resumeAt, gaps }, now, {})).toBe(expected);
});

test.each([
  ['nothing is known', {}, -86_400, 'active', null],
  ['silent for as long as others take', usual('', 120_000), -120, 'active', null],
  ['silent for longer', usual('', 120_000), -121, 'stuck', { silentMs: 121_000, usualMs: 120_000, ofStep: null }],
  ['longer than its step, shorter than a minute', usual('pay', 1_000), -60, 'active', null],
  ['longer than its step', usual('pay', 1_000), -61, 'stuck', { silentMs: 61_000, usualMs: 1_000, ofStep: 'pay' }],
  ['the step counts, not the workflow', { ...usual('pay', 600_000), ...usual('', 1_000) }, -120, 'active', null],
  ['of another step', usual('ship', 1_000), -120, 'active', null],
  ['a name that every object knows', {}, -120, 'active', null],
] as const)('running: %s', (_, expectations, lastEvent, expected, evidence) => {
  const silent = { ...run, currentStep: 'pay', lastEventAt: after(lastEvent) };
  expect(activityState(silent, now, expectations)).toBe(expected);
  expect(evidenceOf(silent, now, expectations)).toEqual(evidence === null ? null : { kind: 'silent', ...evidence });
});

test('the evidence of a time that has passed', () => {
  const late = (seconds: number) => evidenceOf({ ...run, status: 'paused', resumeAt: after(-seconds) }, now, {});
  expect(late(10)).toBeNull();
  expect(late(20)).toMatchObject({ kind: 'past_resume', lateMs: 20_000, graceMs: 15_000 });
  expect(late(600)).toMatchObject({ kind: 'past_resume', lateMs: 600_000, graceMs: 300_000 });
});
