/** The corpus: JSON texts of values that have broken something somewhere, and the fields that they are put into. */
const long = (bytes: number): string => JSON.stringify('x'.repeat(bytes));
const nested = (open: string, close: string, depth: number): string => `${open.repeat(depth)}0${close.repeat(depth)}`;

// oxfmt-ignore
const NUMBERS = [
  '0', '-0', '1', '-1', '0.1', '1.5', '-0.0', '1E5', '0e0', '0e400', '0.0e-400', '1e308', '1.8e308', '1e309', '1e400',
  '-1E+999', '1e-400', '5e-324', '1e-16383', '1e131072', '1e999999999999', '2147483647', '2147483648', '-2147483649',
  '9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', '9007199254740992.5',
  '9223372036854775807', '9223372036854775808', '18446744073709551616', '3.3000000000000003', '1e21', '8640000000000001',
  '9'.repeat(1_000), `0.${'1'.repeat(1_000)}`, `-${'1'.repeat(63)}`, `1${'0'.repeat(64)}`,
];

// oxfmt-ignore
const TEXTS = [
  '""', '" "', '"\\t\\n"', '"0"', '"null"', '"undefined"', '"NaN"', '"true"', '"[object Object]"', '"\\u0000"',
  '"a\\u0000b"', '"\\ud800"', '"\\udc00"', '"x\\ud83dx"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"', '"😀"', '"e\\u0301"', '"é"',
  '"⟦U+0000⟧"', '"\\u27e6U+0000⟧\\u0000"', '"⟦"', '"\\ufeff"', '"\\ufffd"', '"\\ufffe\\uffff"', '"\\u202eabc"', '"\\u0001\\u001f\\u007f\\u0080"',
  '"\\u2028\\u2029"', '"__proto__"', '"constructor"', '"prototype"', '"toString"', '"hasOwnProperty"', '"then"', '"toJSON"',
  '"\'; DROP TABLE workflow_events; --"', '"{1,2}"', '"\\\\"', '"\\\\x00"', '"\\\\u0000"', '"\\""', '"$1"', '"%00"', '"../../etc/passwd"',
  '"\\/"', '"workflow.started\\n"', '"Workflow.Started"', '"step.completed"', '"job.executed"', '"retry.scheduled"', '"workflow"', '"job"',
  long(511), long(512), long(513), long(2_704), long(8_191), long(70_000), long(1_100_000),
  JSON.stringify('é'.repeat(256)), JSON.stringify('é'.repeat(257)), JSON.stringify('😀'.repeat(128)), JSON.stringify('😀'.repeat(129)),
];

// oxfmt-ignore
const IDS = [
  '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'FFFFFFFF-ABCD-4abc-8DEF-0123456789AB',
  '{0b6f2f3e-3f0a-4b8e-9c55-0d8a7a7f2a11}', 'urn:uuid:0b6f2f3e-3f0a-4b8e-9c55-0d8a7a7f2a11', '0b6f2f3e3f0a4b8e9c550d8a7a7f2a11',
  '0b6f2f3e-3f0a-4b8e-9c55-0d8a7a7f2a1', '0b6f2f3e-3f0a-4b8e-9c55-0d8a7a7f2a11 ', '０b6f2f3e-3f0a-4b8e-9c55-0d8a7a7f2a11',
].map((id) => JSON.stringify(id));

// oxfmt-ignore
const DATES = [
  'now', 'today', 'epoch', 'infinity', '-infinity', 'allballs', '2026-11-01', '2026-11-01T10:00:00', '2026-11-01 10:00:00Z',
  '2026-11-01T10:00:00Z', '2026-11-01t10:00:00z', '2026-11-01T10:00Z', '2026-11-01T10Z', '2026-11-01T24:00:00Z', '2026-11-01T10:60:00Z',
  '2026-11-01T10:00:60Z', '2026-12-31T23:59:60Z', '2026-02-29T10:00:00Z', '2024-02-29T10:00:00Z', '2026-02-30T10:00:00Z', '2026-13-01T10:00:00Z',
  '2026-00-00T00:00:00Z', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00+00:01', '0099-06-01T00:00:00Z', '1582-10-10T00:00:00Z',
  '1969-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59-00:01', '10000-01-01T00:00:00Z',
  '+010000-01-01T00:00:00Z', '-000001-01-01T00:00:00Z', '294277-01-01T00:00:00Z', '4714-11-24T00:00:00Z BC', '2026-11-01T10:00:00+15:59',
  '2026-11-01T10:00:00-15:59', '2026-11-01T10:00:00+16:00', '2026-11-01T10:00:00+99:99', '2026-11-01T10:00:00+0530', '2026-11-01T10:00:00+05',
  '2026-11-01T10:00:00.1Z', '2026-11-01T10:00:00,123Z', '2026-11-01T10:00:00.123456789Z', '2026-11-01T10:00:00.1234567890Z', '2026-11-01T10:00:00.Z',
  '2026-W45-1T10:00:00Z', '2026-305T10:00:00Z', '20261101T100000Z', '1793527200', '1793527200000', 'Sun, 01 Nov 2026 10:00:00 GMT',
  '11/01/2026', '２０２６-11-01T10:00:00Z', '2026-11-01T10:00:00Z\n', ' 2026-11-01T10:00:00Z', '2026-11-01T10:00:00−05:00', '2026-11-01T10:00:00[UTC]',
].map((date) => JSON.stringify(date));

// oxfmt-ignore
const CONTAINERS = [
  '[]', '{}', '[[]]', '[null]', '[{}]', '{"":0}', '{"a":1,"a":2}', '{"__proto__":{"x":1}}', '{"__proto__":null}',
  '{"constructor":{"prototype":{"x":1}}}', '{"toString":1,"valueOf":2,"toJSON":3}', '{"then":{}}', '{"length":1e9}', '{"\\u0000":"\\u0000"}',
  '{"\\ud800":1,"\\udbff":2}', '{"message":{},"stack":[],"stepName":0,"attempt":"x"}', '{"message":"\\u0000","stack":"\\ud800","stepName":"\\u0000"}',
  '["a",1,null,{},["b"],"","\\u0000"]', '[9007199254740993,1e400,-0,0.1]', `[${Array(5_000).fill('1e400').join(',')}]`,
  `{${Array.from({ length: 3_000 }, (_, index) => `"k${index}":${index}`).join(',')}}`, `[${Array(2_000).fill('"s"').join(',')}]`,
  nested('[', ']', 200), nested('[', ']', 999), nested('[', ']', 1_000), nested('[', ']', 1_001), nested('{"a":', '}', 999), nested('{"a":', '}', 1_000),
  nested('[', ']', 20_000), nested('{"a":[', ']}', 10_000), '[ 1 ,\t2\r\n]', '{ "a" : { } }',
];

export const STRANGE_VALUES: readonly string[] = [
  'null',
  'true',
  'false',
  ...NUMBERS,
  ...TEXTS,
  ...IDS,
  ...DATES,
  ...CONTAINERS,
];

// oxfmt-ignore
/** Every field that some event has, and some that none has. */
export const FIELDS = [
  'eventId', 'timestamp', 'type', 'source', 'workflowId', 'workflowName', 'executionId', 'env', 'serviceKey', 'instanceId', 'jobName', 'jobType',
  'id', 'input', 'output', 'result', 'stepName', 'attempt', 'attempts', 'maxAttempts', 'durationMs', 'delayMs', 'timeoutMs', 'completedSteps', 'error',
  'reason', 'resumeAt', 'nextAttemptAt', 'deadline', 'willRetry', 'cached', 'runCount', '__proto__', 'constructor', 'toString', 'events', '',
] as const;

/** Keys for a further field; the first ones are known fields written in another way. */
// oxfmt-ignore
export const STRANGE_KEYS: readonly string[] = [
  '"\\u0065ventId"', '"time\\u0073tamp"', '"typ\\u0065"', '"eventid"', '"EVENTID"', '"__proto__"', '"constructor"', '"prototype"', '"hasOwnProperty"',
  '"toString"', '"valueOf"', '"toJSON"', '"then"', '""', '" "', '"\\u0000"', '"\\ud800"', '"⟦U+0000⟧"', '"0"', '"-1"', '"length"', '"$ref"', '"@type"', '"a.b"', '"a[0]"',
  long(513), long(100_000),
];

// oxfmt-ignore
export const EVENT_TYPES = [
  'workflow.queued', 'workflow.started', 'workflow.completed', 'workflow.failed', 'workflow.paused', 'workflow.resumed', 'workflow.cancelled',
  'step.started', 'step.completed', 'step.failed', 'retry.scheduled', 'retry.exhausted', 'sleep.started', 'sleep.completed', 'timeout.set',
  'timeout.exceeded', 'job.started', 'job.executed', 'job.failed', 'debounce.flushed', 'task.scheduled', 'something.else',
] as const;
