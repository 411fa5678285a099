/** A day of a small company, with one of everything that people look for. What is right about it stands in answers.ts. */
import { crowd } from './crowd.ts';
import { CANCELLED, DEFECT, HOSTILE, LATE, LONG, NEWEST_FAILURE, NO_START, ODD, ORDERS, REJECTED } from './answers.ts';
import { RETRIED, RUNNING, SLEEPER, STUCK, TIMEOUT, TWICE } from './answers.ts';
import { Story, type ReportedError, type SceneEvent } from './story.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** @param now when it is posted, milliseconds since the epoch: all times are relative to it */
export function scene(now: number): SceneEvent[] {
  return newestFirst([
    ...orders(now),
    ...ledger(now),
    ...mailer(now),
    ...onboarding(now),
    ...longRun(now - 3 * HOUR),
    ...oddEnvironment(now),
  ]);
}

/** What a service said last is noted once in ten seconds, so the newest workflows of each must arrive first. */
function newestFirst(events: readonly SceneEvent[]): SceneEvent[] {
  const workflows = new Map<string, SceneEvent[]>();
  for (const event of events) {
    const key = JSON.stringify([event['env'], event['serviceKey'], event['workflowId']]);
    const before = workflows.get(key);
    if (before === undefined) workflows.set(key, [event]);
    else before.push(event);
  }
  const lastOf = (some: SceneEvent[]): string => some.at(-1)!.timestamp;
  return [...workflows.values()].toSorted((left, right) => (lastOf(left) < lastOf(right) ? 1 : -1)).flat();
}

function stackOf(name: string, message: string, frames: readonly string[]): string {
  return [`${name}: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
}

const LIBRARY_FRAMES = [
  'runAttempt (/srv/app/node_modules/@durable-effect/workflow/dist/step.js:214:31)',
  'FiberRuntime.evaluateEffect (/srv/app/node_modules/effect/dist/esm/internal/fiberRuntime.js:1184:19)',
  'process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
];

function declined(index: number): ReportedError {
  const message = `card declined: insufficient_funds (request ${4_000 + index})`;
  const own = [
    'chargeCard (/srv/app/src/orders/charge.ts:31:11)',
    'processOrder (/srv/app/src/orders/process.ts:12:3)',
  ];
  return { message, stack: stackOf('PaymentError', message, [...own, ...LIBRARY_FRAMES]) };
}

function outOfStock(index: number): ReportedError {
  const message = `SKU ${7_000 + index}: 2 wanted, 0 in stock`;
  return {
    message,
    stack: stackOf('OutOfStock', message, ['reserve (/srv/app/src/orders/stock.ts:58:9)', ...LIBRARY_FRAMES]),
  };
}

function orders(now: number): SceneEvent[] {
  const { service, workflow, steps } = ORDERS;
  const kind = { service, workflow, steps };
  const today = { from: now - 20 * HOUR, until: now - 10 * MINUTE };
  const failures = (charge: number, reserve: number) => [
    { step: 'Charge card', count: charge, error: declined },
    { step: 'Reserve stock', count: reserve, error: outOfStock },
  ];
  const stuck = new Story({ ...kind, env: STUCK.env, execution: STUCK.execution, at: now - 2 * HOUR });
  stuck
    .started({ orderId: STUCK.execution, amount: 12 })
    .step('Validate', 120)
    .step('Reserve stock', 80)
    .begins(STUCK.step);
  return [
    ...crowd({ ...kind, env: 'production', prefix: 'order', completed: 236, failures: failures(3, 1), ...today }),
    ...crowd({ ...kind, env: 'staging', prefix: 'order', completed: 96, failures: failures(20, 4), ...today }),
    // The day before none failed there: so it has become worse.
    ...crowd({ ...kind, env: 'staging', prefix: 'old', completed: 100, from: now - 47 * HOUR, until: now - 26 * HOUR }),
    ...stuck.events,
  ];
}

function ledger(now: number): SceneEvent[] {
  const { env, service, workflow, step, execution, message, ownFrame, file } = NEWEST_FAILURE;
  const kind = { service, workflow, steps: ['Collect', 'Balance', step] };
  const balance = (): ReportedError => ({ message: 'the ledger does not balance: 0.01 left over' });
  const failures = (count: number) => [{ step: 'Balance', count, error: balance }];
  const times = { from: now - 18 * HOUR, until: now - 30 * MINUTE };
  const newest = new Story({ ...kind, env, execution, at: now - 95 * SECOND });
  const frames = [
    `${ownFrame} (/srv/app/${file}:88:13)`,
    'closeDay (/srv/app/src/ledger/close.ts:19:5)',
    ...LIBRARY_FRAMES,
  ];
  newest
    .started({ day: '2026-03-09', accounts: [1, 2, 3] })
    .step('Collect', 900)
    .step('Balance', 1_100);
  newest
    .begins(step)
    .after(2 * SECOND)
    .failed(step, { message, stack: stackOf('LedgerClosed', message, frames) });
  return [
    ...crowd({ ...kind, env: 'production', prefix: 'day', completed: 58, failures: failures(1), ...times }),
    ...crowd({ ...kind, env: 'staging', prefix: 'day', completed: 28, failures: failures(2), ...times }),
    ...newest.events,
  ];
}

function mailer(now: number): SceneEvent[] {
  const error = (index: number): ReportedError => ({ message: `451 4.3.0 mail server busy (queue ${100 + index})` });
  return crowd({
    env: 'production',
    service: 'mailer',
    workflow: 'sendNewsletter',
    steps: ['Render', 'Send'],
    prefix: 'mail',
    completed: 2,
    failures: [{ step: 'Send', count: 8, error }],
    from: now - 50 * MINUTE,
    until: now - 5 * MINUTE,
  });
}

/** Twelve runs, each another case. */
function onboarding(now: number): SceneEvent[] {
  const kind = { env: 'production', service: 'onboarding', workflow: 'onboardUser' };
  const story = (execution: string, ago: number): Story => new Story({ ...kind, execution, at: now - ago });
  const input = {
    userId: 4_711,
    plan: 'team',
    address: { city: 'Zürich', lines: ['Bahnhofstrasse 1', '8001'] },
    note: null,
  };

  const sleeper = story(SLEEPER.execution, 2 * HOUR + 400)
    .started(input)
    .step(SLEEPER.step, 400)
    .sleeps(SLEEPER.sleepsMs);
  const late = story(LATE.execution, 2 * HOUR)
    .started(input)
    .step('Create account', 300)
    .sleeps(80 * MINUTE - 300);

  const retried = story(RETRIED.execution, HOUR).started(input).step('Create account', 500);
  retried
    .begins(RETRIED.step)
    .after(SECOND)
    .triedAgain(RETRIED.step, 1, 5 * SECOND);
  retried.after(SECOND).triedAgain(RETRIED.step, 2, 10 * SECOND);
  retried
    .after(2 * SECOND)
    .ends(RETRIED.step, 19 * SECOND, 3)
    .completed();

  const waiting = story('user-waits', 20 * MINUTE)
    .started(input)
    .begins('Send welcome e-mail')
    .after(SECOND);
  waiting.waitsToRetry('Send welcome e-mail', 1, 6 * HOUR);

  const noStart = story(NO_START.execution, 3 * HOUR)
    .emit('workflow.resumed')
    .step('Seed workspace', 700)
    .completed();

  const twice = story(TWICE.execution, 5 * HOUR)
    .started(input)
    .begins('Create account')
    .after(200);
  twice.failed('Create account', { message: TWICE.firstFailedWith }).after(HOUR);
  const again = new Story({ ...kind, execution: TWICE.execution, at: now - 4 * HOUR })
    .started(input)
    .step('Create account', 250)
    .completed();

  const defect = story(DEFECT.execution, 6 * HOUR)
    .started(input)
    .step('Create account', 150)
    .begins(DEFECT.step)
    .after(90);
  const where = ['seed (/srv/app/src/onboarding/seed.ts:7:21)', ...LIBRARY_FRAMES];
  const error = { message: DEFECT.message, stack: stackOf('TypeError', DEFECT.message, where) };
  // It lists a step that never reported.
  defect.emit('workflow.failed', { error, completedSteps: ['Create account', 'Send welcome e-mail'] });

  const timeout = story(TIMEOUT.execution, 7 * HOUR)
    .started(input)
    .begins(TIMEOUT.step);
  timeout.emit('timeout.set', {
    stepName: TIMEOUT.step,
    deadline: new Date(now - 7 * HOUR + 5_000).toISOString(),
    timeoutMs: 5_000,
  });
  timeout.after(5_002).failed(TIMEOUT.step, { message: `Step "${TIMEOUT.step}" timed out after 5000ms` });

  const cancelled = story(CANCELLED.execution, 8 * HOUR)
    .started(input)
    .begins('Create account')
    .after(40)
    .cancelled(CANCELLED.reason);
  const running = story(RUNNING.execution, 9 * MINUTE)
    .started(input)
    .step('Create account', 210)
    .begins(RUNNING.step);
  const queued = story('user-queued', 4 * MINUTE).emit('workflow.queued', { input });
  const unknown = story('user-unknown', 3 * MINUTE).emit('workflow.snapshotted', { percent: 40 });
  const all = [
    sleeper,
    late,
    retried,
    waiting,
    noStart,
    twice,
    again,
    defect,
    timeout,
    cancelled,
    running,
    queued,
    unknown,
  ];
  return all.flatMap(({ events }) => events);
}

/** 4,999 steps between start and end: ten thousand events. */
function longRun(at: number): SceneEvent[] {
  const story = new Story({
    env: 'production',
    service: LONG.service,
    workflow: LONG.workflow,
    execution: LONG.execution,
    at,
  });
  const rows = Array.from({ length: 2_000 }, (_, index) => ({
    sku: `SKU-${index + 1}`,
    price: 100 + (index % 97),
    tags: ['new', 'sale'],
  }));
  story.started({ catalogue: { name: 'spring', rows } });
  for (let number = 1; number <= LONG.steps; number += 1) story.step(`Record ${number}`, 20 + ((number * 37) % 400));
  return story.completed().events;
}

/** An environment, a service, a workflow, a step and texts with names that want to be something else. */
function oddEnvironment(now: number): SceneEvent[] {
  const kind = { env: ODD, service: HOSTILE.service, workflow: HOSTILE.workflow };
  const failed = new Story({
    ...kind,
    execution: HOSTILE.execution,
    id: HOSTILE.id,
    at: now - 40 * MINUTE,
  });
  failed.started({
    html: '</script><script>window.__markup=6</script>',
    ['__proto__x']: HOSTILE.message,
    [HOSTILE.workflow]: 1,
  });
  failed.step('ok', 30).begins(HOSTILE.step).after(50);
  failed.failed(HOSTILE.step, {
    message: HOSTILE.message,
    stack: stackOf('<b>Error</b>', HOSTILE.message, ['<i>f</i> (<u>file.ts</u>:1:1)']),
  });
  const sleeper = new Story({ ...kind, execution: HOSTILE.sleeper, at: now - 30 * MINUTE });
  sleeper
    .started(HOSTILE.message)
    .step(HOSTILE.step, 10)
    .sleeps(20 * HOUR);
  const { service, workflow, steps } = ORDERS;
  const times = { from: now - 6 * HOUR, until: now - HOUR };
  return [
    ...crowd({ env: ODD, service, workflow, steps, prefix: 'order', completed: 12, ...times }),
    ...failed.events,
    ...sleeper.events,
  ];
}

/** Three events that cannot go into the log, oldest first, each for another reason. */
export function rejectedEvents(now: number): Record<string, unknown>[] {
  const kind = { env: 'production', service: 'onboarding', workflow: 'onboardUser' };
  const one = (execution: string): SceneEvent =>
    new Story({ ...kind, execution, at: now - 15 * MINUTE }).started({ userId: 1 }).events[0]!;
  const { type: _type, ...noType } = one(REJECTED.noType.execution);
  return [
    { ...one(REJECTED.badTime.execution), timestamp: REJECTED.badTime.timestamp },
    noType,
    { ...one(REJECTED.longName.execution), workflowName: 'n'.repeat(600) },
  ];
}
