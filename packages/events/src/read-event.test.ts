import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { workflowEventBodies } from './bodies.ts';
import { jobEventBodies } from './job-bodies.ts';
import { QUARANTINE_REASONS } from './quarantine-reasons.ts';
import { readBody } from './read-body.ts';
import { readEvent } from './read-event.ts';
import type { ReadEvent } from './read-event.ts';

const NOW = Date.parse('2026-01-02T00:00:00.000Z');
const workflow = {
  eventId: '01a204c9-411b-70ba-908a-6e272598d2ef',
  timestamp: '2026-01-01T12:00:00.123Z',
  type: 'workflow.started',
  source: 'workflow',
  workflowId: '0c715a42',
  workflowName: 'processOrder',
  executionId: 'order-7',
  env: 'production',
  serviceKey: 'orders',
};
const { workflowId: _id, workflowName: _name, executionId: _execution, ...base } = workflow;
const job = {
  ...base,
  source: 'job',
  type: 'job.executed',
  instanceId: 'c33b',
  jobType: 'task',
  jobName: 'orderTask',
  id: 't-1',
};

function readJson(...jsons: string[]): ReadEvent[] {
  const body = readBody(Buffer.from(`{"events":[${jsons.join(',')}]}`));
  if (body.kind !== 'events') throw new Error(body.problem);
  return body.events.map((raw) => readEvent(raw, NOW));
}

function read(event: unknown): ReadEvent {
  return readJson(JSON.stringify(event))[0]!;
}

function stored(event: unknown) {
  const result = read(event);
  if (result.kind === 'rejected') throw new Error(result.rejection.detail);
  return result.event;
}

function reasonOf(event: unknown): string | null {
  const result = read(event);
  return result.kind === 'rejected' ? result.rejection.reason : null;
}

describe('an event that can be stored', () => {
  it('fills the columns of a workflow event', () => {
    expect(stored({ ...workflow, input: { a: 1 } })).toEqual({
      id: workflow.eventId,
      type: 'workflow.started',
      source: 'workflow',
      workflowId: '0c715a42',
      workflowName: 'processOrder',
      executionId: 'order-7',
      env: 'production',
      serviceKey: 'orders',
      at: Date.parse(workflow.timestamp),
      flags: [],
      payload: JSON.stringify({ ...workflow, input: { a: 1 } }),
    });
  });

  it('fills the columns of a job event from instanceId, jobName and id', () => {
    expect(stored(job)).toMatchObject({
      source: 'job',
      workflowId: 'c33b',
      workflowName: 'orderTask',
      executionId: 't-1',
    });
  });

  it('takes the source of the oldest client, which sends none, from the id that is there', () => {
    expect(stored({ ...workflow, source: undefined }).source).toBe('workflow');
    expect(stored({ ...job, source: undefined }).source).toBe('job');
    expect(stored({ ...job, source: 'a later one' }).source).toBe('job');
  });

  it('takes every type of job event, whatever is in its body', () => {
    for (const type of Object.keys(jobEventBodies))
      expect(reasonOf({ ...job, type, runCount: 'many', error: 1 })).toBeNull();
  });

  it('keeps an unknown type, whatever is in its body', () => {
    expect(stored({ ...workflow, type: 'workflow.teleported', stepName: 7, error: [] }).type).toBe(
      'workflow.teleported',
    );
    expect(stored({ ...workflow, type: 'constructor' }).type).toBe('constructor');
  });

  it('treats ids that are no text, or empty, as absent where they may be', () => {
    for (const executionId of [null, '', 7, {}, undefined])
      expect(stored({ ...workflow, executionId }).executionId).toBeNull();
  });
});

describe('ids', () => {
  it('are stored in lower case', () => {
    expect(stored({ ...workflow, eventId: workflow.eventId.toUpperCase() })).toMatchObject({
      id: workflow.eventId,
      flags: [],
    });
  });

  it('that are no UUID become a UUIDv5 of environment, service and id', () => {
    const derived = stored({ ...workflow, eventId: 'evt_1' });
    expect(derived.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-/);
    expect(derived.flags).toEqual(['id_derived']);
    expect(JSON.parse(derived.payload)).toMatchObject({ eventId: 'evt_1' });
    expect(stored({ ...workflow, eventId: 'evt_1' }).id).toBe(derived.id);
    const others = [
      { env: 'staging' },
      { serviceKey: 'billing' },
      { eventId: 'evt_2' },
      { eventId: workflow.eventId.replaceAll('-', '') },
    ];
    const ids = others.map((other) => stored({ ...workflow, eventId: 'evt_1', ...other }).id);
    expect(new Set([derived.id, ...ids]).size).toBe(5);
  });
});

describe('times', () => {
  it('are cut off at milliseconds', () => {
    expect(stored({ ...workflow, timestamp: '2026-01-01T13:00:00.123999+01:00' }).at).toBe(
      Date.parse(workflow.timestamp),
    );
  });

  it('far ahead of the clock are kept and flagged', () => {
    expect(stored({ ...workflow, timestamp: '2026-01-03T00:00:00.000Z' }).flags).toEqual([]);
    expect(stored({ ...workflow, timestamp: '2026-01-03T00:00:00.001Z' }).flags).toEqual(['far_future']);
    expect(stored({ ...workflow, timestamp: '9999-12-31T23:59:59.999Z' })).toMatchObject({
      flags: ['far_future'],
      at: 253402300799999,
    });
  });

  it.each([
    'now',
    'infinity',
    'yesterday',
    '2026-01-01',
    '2026-01-01T12:00:00',
    '2026-02-31T12:00:00Z',
    'Thu, 01 Jan 2026 12:00:00 GMT',
    '',
    1767268800000,
    {},
  ])('%j is no time', (timestamp) => {
    expect(reasonOf({ ...workflow, timestamp })).toBe('bad_timestamp');
  });
});

describe('payloads', () => {
  it('survive with __proto__, markers and big numbers', () => {
    const json = JSON.stringify(workflow).replace(
      /}$/,
      ',"input":{"__proto__":{"x":1},"t":"a\\u0000","n":12345678901234567890,"e":1e400}}',
    );
    const [result] = readJson(json);
    expect(result).toMatchObject({ kind: 'storable', event: { flags: ['text_marked', 'number_as_text'] } });
    const { payload } = (result as Extract<ReadEvent, { kind: 'storable' }>).event;
    expect(payload).toContain('"input":{"__proto__":{"x":1},"t":"a⟦U+0000⟧","n":"12345678901234567890","e":"1e400"}');
  });

  it('may be 1,000 deep below the event and no deeper', () => {
    const nested = (depth: number): string =>
      JSON.stringify(workflow).replace(/}$/, `,"input":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    expect(
      readJson(nested(1_000), nested(1_001), nested(100_000)).map((result) =>
        result.kind === 'rejected' ? result.rejection.reason : 'stored',
      ),
    ).toEqual(['stored', 'too_deep', 'too_deep']);
  });
});

describe('events that cannot be stored', () => {
  it.each([null, 1, 'text', true, [], [workflow]])('%j is no object', (entry) => {
    expect(reasonOf(entry)).toBe('not_an_object');
  });

  it.each(['eventId', 'timestamp', 'type', 'env', 'serviceKey', 'workflowId', 'workflowName'])(
    '%s must be there',
    (field) => {
      expect(reasonOf({ ...workflow, [field]: undefined })).toBe('missing_field');
      expect(read({ ...workflow, [field]: undefined })).toMatchObject({
        rejection: { detail: expect.stringContaining(field) as string },
      });
      const wrong = field === 'timestamp' ? [null] : [7, '', null, []];
      for (const value of wrong) expect(reasonOf({ ...workflow, [field]: value })).toBe('missing_field');
    },
  );

  it.each(['instanceId', 'jobName'])('%s must be there in a job event', (field) => {
    expect(reasonOf({ ...job, [field]: undefined })).toBe('missing_field');
  });

  it.each(['eventId', 'type', 'env', 'serviceKey', 'workflowId', 'workflowName', 'executionId'])(
    '%s has limits',
    (field) => {
      expect(reasonOf({ ...workflow, [field]: 'x'.repeat(512) })).toBeNull();
      expect(reasonOf({ ...workflow, [field]: 'x'.repeat(513) })).toBe('name_too_long');
      expect(reasonOf({ ...workflow, [field]: 'é'.repeat(257) })).toBe('name_too_long');
      for (const bad of ['a\0b', '\ud83d', '\ude80x'])
        expect(reasonOf({ ...workflow, [field]: bad })).toBe('name_unstorable');
    },
  );

  it('names inside of the body have the same limits', () => {
    const step = { ...workflow, type: 'step.started', attempt: 1 };
    expect(reasonOf({ ...step, stepName: 'x'.repeat(513) })).toBe('name_too_long');
    expect(reasonOf({ ...step, stepName: 'a\0' })).toBe('name_unstorable');
    expect(reasonOf({ ...workflow, type: 'workflow.completed', completedSteps: ['a', 'b\0'] })).toBe('name_unstorable');
    expect(reasonOf({ ...workflow, type: 'workflow.failed', error: { stepName: 'x'.repeat(513) } })).toBe(
      'name_too_long',
    );
  });

  it('a known type must have the fields that place it', () => {
    const required = {
      'step.started': ['stepName', 'attempt'],
      'retry.exhausted': ['stepName'],
      'timeout.set': ['stepName'],
    };
    for (const [type, fields] of Object.entries(required)) {
      const good = { ...workflow, type, stepName: 'charge', attempt: 0, attempts: 3 };
      expect(reasonOf(good)).toBeNull();
      for (const field of fields) {
        for (const wrong of [undefined, null, '', {}, -1])
          expect(reasonOf({ ...good, [field]: wrong })).toBe('unreadable_body');
      }
    }
  });

  it('a name with unreadable bytes could be that of another', () => {
    const [before, after] = JSON.stringify(workflow).split('processOrder');
    const body = readBody(
      Buffer.concat([Buffer.from(`{"events":[${before}`), Buffer.from([0xff]), Buffer.from(`${after}]}`)]),
    );
    if (body.kind !== 'events') throw new Error(body.problem);
    expect(readEvent(body.events[0]!, NOW)).toMatchObject({ rejection: { reason: 'name_unstorable' } });
  });

  it.each([{ stepName: 'charge' }, { completedSteps: ['a', 'charge'] }, { error: { stepName: 'charge' } }])(
    'the name of a step with unreadable bytes could be that of another: %j',
    (fields) => {
      const [before, after] = JSON.stringify({ ...workflow, type: 'workflow.failed', ...fields }).split('charge');
      const bytes = Buffer.concat([
        Buffer.from(`{"events":[${before}`),
        Buffer.from([0xff]),
        Buffer.from(`${after}]}`),
      ]);
      const body = readBody(bytes);
      if (body.kind !== 'events') throw new Error(body.problem);
      expect(readEvent(body.events[0]!, NOW)).toMatchObject({ rejection: { reason: 'name_unstorable' } });
    },
  );
});

it('a list of more steps than any run has counts as absent, and the event stands', () => {
  const names = (length: number): string[] => Array.from({ length }, (_, index) => `s${index}`);
  const { 'workflow.completed': body } = workflowEventBodies;
  expect(body.parse({ completedSteps: names(20_000) }).completedSteps).toHaveLength(20_000);
  expect(body.parse({ completedSteps: names(20_001) })).toEqual({ completedSteps: [] });
});

it('never throws, and every reason has its sentence', () => {
  const type = fc.constantFrom(...Object.keys(workflowEventBodies), 'job.started', 'other');
  const field = fc.oneof(fc.jsonValue(), fc.constantFrom('a', workflow.eventId, workflow.timestamp));
  const keys = [
    ...Object.keys(workflow),
    'stepName',
    'attempt',
    'error',
    'completedSteps',
    'instanceId',
    'jobName',
    '__proto__',
  ];
  const event = fc.oneof(
    fc.jsonValue(),
    fc
      .dictionary(fc.constantFrom(...keys), field)
      .chain((changes) => type.map((of) => ({ ...workflow, type: of, ...changes }))),
  );
  fc.assert(
    fc.property(event, (value) => {
      const result = read(value);
      const reasons = result.kind === 'rejected' ? [result.rejection.reason] : [];
      expect(Object.keys(QUARANTINE_REASONS)).toEqual(expect.arrayContaining(reasons));
      const unchanged = result.kind === 'storable' && result.event.flags.every((flag) => flag === 'id_derived');
      const payload = unchanged ? result.event.payload : JSON.stringify(value);
      expect(JSON.parse(payload)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 1_000 },
  );
});
