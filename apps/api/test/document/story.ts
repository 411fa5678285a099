/**
 * Nine workflows, event by event as their clients send them. Small enough to reckon every figure by hand:
 *
 * | workflow   | where                   | what happens                                                       |
 * | ---------- | ----------------------- | ------------------------------------------------------------------ |
 * | bought     | production, shop, order | charge 2 s, ship 3 s, completed after 10 s                           |
 * | retried    | production, shop, order | charge fails, waits 3 s, succeeds; completed after 20 s              |
 * | declined-1 | production, shop, order | charge fails for good, failed after 3 s                              |
 * | declined-2 | production, shop, order | the same with another card, a minute later                         |
 * | runs       | production, shop, order | charge has been going on for a minute                              |
 * | bounced    | production, mail, send  | deliver fails for good, failed after 2 s                             |
 * | tested     | staging, shop, order    | completed after 30 s, no step                                       |
 * | sleeps     | staging, shop, order    | asleep for ten minutes, fifty to go                                |
 * | overslept  | staging, shop, order    | should have woken a minute ago                                     |
 */
import { idOf } from '../rows.ts';

export const MINUTE = 60_000;
const now = Date.now();
/** Three hours ago, at the beginning of a minute. */
const T = Math.floor((now - 180 * MINUTE) / MINUTE) * MINUTE;
export const at = (seconds: number): string => new Date(T + seconds * 1_000).toISOString();
const sinceNow = (ms: number): number => (now + ms - T) / 1_000;
export const WAKES_AT = at(sinceNow(50 * MINUTE));

interface Place {
  env: string;
  serviceKey: string;
  workflowName: string;
}
type Happening = readonly [seconds: number, type: string, body?: object];

const SHOP: Place = { env: 'production', serviceKey: 'shop', workflowName: 'order' };
const TEST_SHOP: Place = { ...SHOP, env: 'staging' };
const MAIL: Place = { env: 'production', serviceKey: 'mail', workflowName: 'send' };

function requestOf(workflowId: string, place: Place, happenings: readonly Happening[]): { events: object[] } {
  const events = happenings.map(([seconds, type, body], nth) => ({
    eventId: idOf(`${workflowId} ${nth}`),
    timestamp: at(seconds),
    type,
    workflowId,
    ...place,
    ...body,
  }));
  return { events };
}

const step = (stepName: string, attempt = 1, body = {}) => ({ stepName, attempt, ...body });

function declined(workflowId: string, from: number, message: string): { events: object[] } {
  const error = { message, stack: 'at charge (charge.ts:7)' };
  return requestOf(workflowId, SHOP, [
    [from, 'workflow.started', { input: { amount: 12 } }],
    [from + 1, 'step.started', step('charge')],
    [from + 2, 'step.failed', step('charge', 1, { error, willRetry: false })],
    [from + 3, 'workflow.failed', { error, completedSteps: [] }],
  ]);
}

/** The bodies of the posts. */
export const STORY: readonly { events: object[] }[] = [
  requestOf('bought', SHOP, [
    [0, 'workflow.started', { input: { amount: 12 } }],
    [1, 'step.started', step('charge')],
    [3, 'step.completed', step('charge', 1, { durationMs: 2_000, result: { paid: true } })],
    [3.5, 'step.started', step('ship')],
    [6.5, 'step.completed', step('ship', 1, { durationMs: 3_000 })],
    [10, 'workflow.completed', { completedSteps: ['charge', 'ship'], durationMs: 10_000 }],
  ]),
  requestOf('retried', SHOP, [
    [60, 'workflow.started', { input: { amount: 30 } }],
    [61, 'step.started', step('charge', 1, { maxAttempts: 3 })],
    [61.5, 'retry.scheduled', step('charge', 1, { nextAttemptAt: at(65), delayMs: 3_500 })],
    [62, 'workflow.paused', { reason: 'retry', resumeAt: at(65), stepName: 'charge' }],
    [65, 'workflow.resumed'],
    [65.5, 'step.started', step('charge', 2, { maxAttempts: 3 })],
    [66.5, 'step.completed', step('charge', 2, { durationMs: 1_000 })],
    [80, 'workflow.completed', { completedSteps: ['charge'], durationMs: 15_000 }],
  ]),
  declined('declined-1', 120, 'card 17 declined'),
  declined('declined-2', 180, 'card 99 declined'),
  requestOf('bounced', MAIL, [
    [240, 'workflow.started', { input: {} }],
    [240.5, 'step.started', step('deliver')],
    [241, 'step.failed', step('deliver', 1, { error: { message: 'smtp down' }, willRetry: false })],
    [242, 'workflow.failed', { error: { message: 'smtp down' }, completedSteps: [] }],
  ]),
  requestOf('tested', TEST_SHOP, [
    [5, 'workflow.started', { input: {} }],
    [35, 'workflow.completed', { completedSteps: [], durationMs: 30_000 }],
  ]),
  requestOf('overslept', TEST_SHOP, [
    [sinceNow(-11 * MINUTE), 'workflow.started', { input: {} }],
    [sinceNow(-10 * MINUTE), 'workflow.paused', { reason: 'sleep', resumeAt: at(sinceNow(-MINUTE)) }],
  ]),
  requestOf('sleeps', TEST_SHOP, [
    [sinceNow(-10 * MINUTE), 'workflow.started', { input: {} }],
    [sinceNow(-10 * MINUTE) + 1, 'sleep.started', { durationMs: 60 * MINUTE, resumeAt: WAKES_AT }],
    [sinceNow(-10 * MINUTE) + 2, 'workflow.paused', { reason: 'sleep', resumeAt: WAKES_AT }],
  ]),
  requestOf('runs', SHOP, [
    [sinceNow(-MINUTE), 'workflow.started', { input: {} }],
    [sinceNow(-MINUTE) + 1, 'step.started', step('charge')],
  ]),
];
