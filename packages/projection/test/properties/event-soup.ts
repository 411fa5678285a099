/** Arbitrary streams: any type in any order, with fields that may be missing or odd, many at one instant. */
import * as fc from 'fast-check';
import { ev, iso } from '../stream.ts';
import type { StreamEvent } from '../stream.ts';

const STEPS = ['a', 'b', 'c', '__proto__', '1:a'];
const HORIZON_MS = 40;

const stepName = fc.constantFrom(...STEPS);
const attempt = fc.integer({ min: 0, max: 3 });
const text = fc.constantFrom(
  'boom',
  '',
  '[object Object]',
  'Step "a" timed out after 5ms',
  'Step "b" timed out after 0ms',
);
const millis = fc.oneof(fc.double({ min: 0, max: 100, noNaN: true }), fc.constantFrom(0, 2_592_000_000, -1));
const instant = fc.oneof(fc.integer({ min: -5, max: HORIZON_MS + 100 }).map(iso), fc.constant('soon'));
const names = fc.subarray(STEPS, { minLength: 0 });
const error = fc.oneof(
  fc.record({ message: text, stack: fc.constant('at x') }, { requiredKeys: ['message'] }),
  fc.record({ message: text, stepName, attempt }, { requiredKeys: ['message'] }),
  fc.constantFrom('plain', null, 7),
);

type Body = fc.Arbitrary<Record<string, unknown>>;

/** Types with their weights: steps are the most frequent, as in real streams. */
const BODIES: [type: string, weight: number, body: Body][] = [
  ['workflow.queued', 1, fc.record({ input: fc.constant({}) }, { requiredKeys: [] })],
  ['workflow.started', 2, fc.record({ input: fc.constant({}) }, { requiredKeys: [] })],
  ['workflow.completed', 1, fc.record({ completedSteps: names, durationMs: millis }, { requiredKeys: [] })],
  ['workflow.failed', 2, fc.record({ error, completedSteps: names }, { requiredKeys: [] })],
  ['workflow.cancelled', 1, fc.record({ reason: text, completedSteps: names }, { requiredKeys: [] })],
  [
    'workflow.paused',
    2,
    fc.record(
      { reason: fc.constantFrom('sleep', 'retry', 'lunch'), resumeAt: instant, stepName },
      { requiredKeys: ['reason'] },
    ),
  ],
  ['workflow.resumed', 3, fc.constant({})],
  ['step.started', 8, fc.record({ stepName, attempt })],
  [
    'step.completed',
    4,
    fc.record(
      { stepName, attempt, durationMs: millis, cached: fc.boolean(), result: fc.constant(1) },
      { requiredKeys: ['stepName', 'attempt'] },
    ),
  ],
  [
    'step.failed',
    3,
    fc.record({ stepName, attempt, error, willRetry: fc.boolean() }, { requiredKeys: ['stepName', 'attempt'] }),
  ],
  [
    'retry.scheduled',
    4,
    fc.record(
      { stepName, attempt, delayMs: millis, nextAttemptAt: instant },
      { requiredKeys: ['stepName', 'attempt'] },
    ),
  ],
  ['retry.exhausted', 2, fc.record({ stepName, attempts: attempt }, { requiredKeys: ['stepName'] })],
  ['sleep.started', 2, fc.record({ durationMs: millis, resumeAt: instant }, { requiredKeys: [] })],
  ['sleep.completed', 2, fc.record({ durationMs: millis }, { requiredKeys: [] })],
  ['timeout.set', 1, fc.record({ stepName, deadline: instant, timeoutMs: millis }, { requiredKeys: ['stepName'] })],
  ['timeout.exceeded', 1, fc.record({ stepName, timeoutMs: millis }, { requiredKeys: ['stepName'] })],
  ['odd.news', 1, fc.dictionary(fc.string(), fc.jsonValue())],
  ['step.started', 1, fc.dictionary(fc.constantFrom('stepName', 'attempt', '__proto__'), fc.jsonValue())],
];

const oneEvent: fc.Arbitrary<StreamEvent> = fc.oneof(
  ...BODIES.map(([type, weight, body]) => ({
    weight,
    arbitrary: fc.tuple(fc.integer({ min: 0, max: HORIZON_MS }), body).map(([at, fields]) => ev(type, at, fields)),
  })),
);

export const eventSoup: fc.Arbitrary<StreamEvent[]> = fc.array(oneEvent, {
  minLength: 1,
  maxLength: 40,
  size: 'max',
});
