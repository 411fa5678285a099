import { comparePositions, parseInstant, readBody, readEvent } from '@wm/events';
import { describe, expect, test } from 'vitest';
import type { SimulatedEvent, Slice } from '../execution.ts';
import { planWorkflow } from '../traffic.ts';
import { scenarios } from './index.ts';

const START = Date.UTC(2026, 10, 22, 19, 43);
const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);

/** Two-letter names, so that a whole stream fits on a line: the step's letter and the attempt follow. */
const SHORT: Readonly<Record<string, string>> = {
  'workflow.queued': 'WQ',
  'workflow.started': 'WS',
  'workflow.completed': 'WC',
  'workflow.failed': 'WF',
  'workflow.paused': 'WP',
  'workflow.resumed': 'WR',
  'workflow.cancelled': 'WX',
  'step.started': 'ss',
  'step.completed': 'sc',
  'step.failed': 'sf',
  'retry.scheduled': 'rs',
  'retry.exhausted': 'rx',
  'sleep.started': 'zs',
  'sleep.completed': 'zc',
  'timeout.set': 'ts',
  'timeout.exceeded': 'te',
};

interface Spoken {
  readonly type: string;
  readonly stepName?: string;
  readonly attempt?: number;
  readonly attempts?: number;
  readonly reason?: string;
}

function spell({ type, stepName, attempt, attempts, reason }: Spoken): string {
  const name = SHORT[type] ?? type;
  if (type === 'workflow.paused') return `${name}(${reason})`;
  return `${name}${stepName === undefined ? '' : ` <${stepName}>`}${attempt === undefined ? '' : ` ${attempt}`}${
    attempts === undefined ? '' : ` ${attempts}`
  }`;
}

function spellOut(slices: readonly Slice[]): string {
  return slices.map((slice) => slice.events.map((event) => spell(event as Spoken)).join(', ')).join(' ‖ ');
}

/**
 * The contract's table "Sequences", by hand. `DONE` stands for steps that work, `\k<s>` for the step that it is about.
 */
const DONE = String.raw`(?:, ss (?:<[^>]*>) 1, sc (?:<[^>]*>) 1)*`;
const X = String.raw`(?<s><[^>]*>)`;
const sequences: Readonly<Record<string, string>> = {
  success: `WS${DONE}, WC`,
  'success without steps': 'WS, WC',
  'success with an odd input': `WS${DONE}, WC`,
  'success with a huge input': `WS${DONE}, WC`,
  'long run': `WS${DONE}, WC`,
  queued: `WQ ‖ WS${DONE}, WC`,
  'cancelled while running': `WS${DONE}(?:, ss <[^>]*> 1)?, WX`,
  'cancelled while paused': String.raw`WS${DONE}, zs, WP\(sleep\)`,
  'cancelled while queued': 'WQ',
  'parallel steps': `WS(?:, ss <[^>]*> 1){3}(?:, sc <[^>]*> 1){3}, ss <Join> 1, sc <Join> 1, WC`,
  'parallel steps, one retries':
    String.raw`WS, ss (?<a><[^>]*>) 1, ss (?<b><[^>]*>) 1, ss (?<c><[^>]*>) 1, rs \k<b> 1, WP\(retry\) ‖ ` +
    String.raw`WR, ss \k<a> 1, ss \k<b> 2, ss \k<c> 1, sc \k<b> 2, sc \k<c> 1, sc \k<a> 1, ss <Join> 1, sc <Join> 1, WC`,
  'retry, then success':
    String.raw`WS${DONE}, ss ${X} 1, rs \k<s> 1, WP\(retry\) ‖ WR, ss \k<s> 2, ` +
    String.raw`(?:sc \k<s> 2|rs \k<s> 2, WP\(retry\) ‖ WR, ss \k<s> 3, sc \k<s> 3)${DONE}, WC`,
  'retry that is already due': String.raw`WS${DONE}, ss ${X} 1, rs \k<s> 1, WP\(retry\) ‖ WR, ss \k<s> 2, sc \k<s> 2${DONE}, WC`,
  'retries exhausted':
    String.raw`WS${DONE}, ss ${X} 1, rs \k<s> 1, WP\(retry\) ‖ WR, ss \k<s> 2, rs \k<s> 2, WP\(retry\) ‖ ` +
    String.raw`WR, ss \k<s> 3, rx \k<s> 3, WF`,
  'retries exhausted by time':
    String.raw`WS${DONE}, ss ${X} 1, rs \k<s> 1, WP\(retry\) ‖ WR, ss \k<s> 2, rs \k<s> 2, WP\(retry\) ‖ ` +
    String.raw`WR, ss \k<s> 3, rs \k<s> 3, WP\(retry\) ‖ WR, ss \k<s> 4, rx \k<s> 3, WF`,
  'retries exhausted, caught': String.raw`WS${DONE}, ss ${X} 1, rs \k<s> 1, WP\(retry\) ‖ WR, ss \k<s> 2, rx \k<s> 2, ss <Fallback> 1, sc <Fallback> 1${DONE}, WC`,
  'no retry configured': String.raw`WS${DONE}, ss ${X} 1, sf \k<s> 1, WF`,
  'failure without a message': String.raw`WS${DONE}, ss ${X} 1, sf \k<s> 1, WF`,
  'caught failure': String.raw`WS${DONE}, ss ${X} 1, sf \k<s> 1${DONE}, WC`,
  'caught failure before a sleep': String.raw`WS${DONE}, ss ${X} 1, sf \k<s> 1, zs, WP\(sleep\) ‖ WR, ss \k<s> 1, sf \k<s> 1, zc${DONE}, WC`,
  'defect inside a step': `WS${DONE}, ss <[^>]*> 1, WF`,
  'timeout not reached': String.raw`WS${DONE}, ss ${X} 1, ts \k<s>, sc \k<s> 1${DONE}, WC`,
  'timeout in flight': String.raw`WS${DONE}, ss ${X} 1, ts \k<s>, sf \k<s> 1, WF`,
  'timeout found on retry': String.raw`WS${DONE}, ss ${X} 1, ts \k<s>, rs \k<s> 1, WP\(retry\) ‖ WR, ss \k<s> 2, te \k<s>, WF`,
  'timeout exceeded, then retried': String.raw`WS${DONE}, ss ${X} 1, ts \k<s>, te \k<s>, rs \k<s> 1, WP\(retry\) ‖ WR, ss \k<s> 2, sc \k<s> 2${DONE}, WC`,
  sleep: String.raw`WS${DONE}, zs, WP\(sleep\) ‖ WR, zc${DONE}, WC`,
  'sleep twice': String.raw`WS${DONE}, zs, WP\(sleep\) ‖ WR, zc${DONE}, zs, WP\(sleep\) ‖ WR, zc${DONE}, WC`,
  'asleep for thirty days': String.raw`WS${DONE}, zs, WP\(sleep\)`,
  'slept for thirty days': String.raw`WS${DONE}, zs, WP\(sleep\) ‖ WR, zc${DONE}, WC`,
  'woken early': String.raw`WS${DONE}, zs, WP\(sleep\) ‖ WR, zs, WP\(sleep\) ‖ WR, zc${DONE}, WC`,
  'crash recovery, start lost': `WR${DONE}, WC`,
  'crash recovery, slice lost': String.raw`WS${DONE}, zs, WP\(sleep\) ‖ WR${DONE}, WC`,
  'same id run again': `WS${DONE}, WC ‖ WS${DONE}, WC`,
  'same id run again after a failure': String.raw`WS${DONE}, ss ${X} 1, sf \k<s> 1, WF ‖ WS${DONE}, WC`,
  'same id run again after a silent cancel': String.raw`WS${DONE}, zs, WP\(sleep\) ‖ WS${DONE}, WC`,
  'retry and sleep in turn': String.raw`WS${DONE}, zs, WP\(sleep\) ‖ WR, zc, ss ${X} 1, rs \k<s> 1, WP\(retry\) ‖ WR, ss \k<s> 2, sc \k<s> 2${DONE}, WC`,
  'old client, success': 'WS(?:, ss <[^>]*> 0, sc <[^>]*> 0)*, WC',
  'old client, retry':
    String.raw`WS(?:, ss <[^>]*> 0, sc <[^>]*> 0)*, ss ${X} 0, rs \k<s> 0, WP\(retry\) ‖ ` +
    String.raw`WR, ss \k<s> 1, sc \k<s> 1(?:, ss <[^>]*> 0, sc <[^>]*> 0)*, WC`,
  'old client, failure': String.raw`WS(?:, ss <[^>]*> 0, sc <[^>]*> 0)*, ss ${X} 0, rs \k<s> 0, WP\(retry\) ‖ WR, ss \k<s> 1, sf \k<s> 1, WF`,
  'unknown event types': `WS(?:, [a-z]+\\.[a-z]+ ${X.replace('<s>', '<u>')}(?:, ss <[^>]*> 1, sc <[^>]*> 1))*, WC`,
  nonsense: '.+',
  'debounce job': 'debounce.started ‖ job.executed 1, debounce.flushed',
  'debounce job that fails': 'debounce.started ‖ job.failed 1 ‖ job.retryExhausted 2',
  'task job': 'task.scheduled, job.executed 1(?: ‖ task.scheduled, job.executed 1){0,3}',
  'continuous job': 'job.started(?: ‖ job.executed 1){1,5} ‖ job.terminated',
};

test('every scenario has its sequence written down here', () => {
  expect(scenarios.map((scenario) => scenario.name).sort()).toEqual(Object.keys(sequences).sort());
});

describe.each(scenarios.map((scenario) => scenario.name))('%s', (name) => {
  const plans = SEEDS.flatMap((seed) => [
    planWorkflow(seed, { startAt: START, scenario: name }),
    planWorkflow(seed, { startAt: START, scenario: name, small: true }),
  ]);

  test('follows the sequence of the contract', () => {
    const expected = new RegExp(`^${sequences[name]}$`);
    for (const plan of plans) expect(spellOut(plan.slices)).toMatch(expected);
  });

  test('emits in the order of time and id', () => {
    for (const plan of plans) {
      const events = plan.slices.flatMap((slice) => slice.events);
      const positions = events.map((event) => ({ at: parseInstant(event.timestamp)!, id: event.eventId }));
      expect([...positions].sort(comparePositions)).toEqual(positions);
      expect(new Set(positions.map((position) => position.id)).size).toBe(positions.length);
    }
  });

  test('is stored as it is, nothing of it put aside', () => {
    const events = plans.flatMap((plan) => plan.slices.flatMap((slice) => slice.events));
    expect(events.filter((event) => !hasClientIds(event))).toEqual([]);
    const body = readBody(Buffer.from(JSON.stringify({ events })));
    const read = body.kind === 'events' ? body.events.map((raw) => readEvent(raw, START)) : [];
    expect(read).toHaveLength(events.length);
    expect(read.filter((event) => event.kind === 'rejected')).toEqual([]);
  });
});

test.each([
  ['success', 'workflow.started', 'source,workflowId,workflowName,executionId,type,input,env,serviceKey'],
  [
    'success',
    'step.completed',
    'source,workflowId,workflowName,executionId,type,stepName,attempt,durationMs,cached,env,serviceKey',
  ],
  ['old client, failure', 'step.started', 'workflowId,workflowName,type,stepName,attempt,env,serviceKey'],
  ['task job', 'task.scheduled', 'source,instanceId,jobType,jobName,id,type,scheduledAt,trigger,env,serviceKey'],
])('%s: the fields of %s stand in the order that the client writes them in', (scenario, type, fields) => {
  const events = SEEDS.flatMap((seed) => planWorkflow(seed, { startAt: START, scenario }).slices[0]!.events);
  const orders = events.filter((event) => event.type === type).map((event) => Object.keys(event).join(','));
  expect(orders).toContain(`eventId,timestamp,${fields}`);
});

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const OBJECT_ID = /^[0-9a-f]{64}$/;

function hasClientIds({ eventId, source, workflowId, instanceId }: SimulatedEvent): boolean {
  const subject = source === 'job' ? instanceId : workflowId;
  return UUID_V7.test(eventId) && typeof subject === 'string' && OBJECT_ID.test(subject);
}
