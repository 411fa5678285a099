/** Bodies that know how an event is built, and then do not keep to it. */
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { bodyRequest } from './hostile-request.ts';
import type { HostileRequest } from './hostile-request.ts';
import { EVENT_TYPES, FIELDS, STRANGE_KEYS, STRANGE_VALUES } from './strange-values.ts';

/** Keys and values of an event as JSON texts, so that a key can come twice and a number can be anything. */
type Member = [key: string, value: string];

const FIRST_AT = Date.UTC(2026, 10, 1);
const DAY_MS = 86_400_000;

interface GoodEvent {
  eventId: string;
  type: string;
  /** Milliseconds after the first of all. */
  after: number;
  workflow: number;
}

function membersOf({ eventId, type, after, workflow }: GoodEvent): Member[] {
  const event = {
    eventId,
    timestamp: new Date(FIRST_AT + after).toISOString(),
    type,
    source: type.includes('job') ? 'job' : 'workflow',
    workflowId: `fuzz-${workflow}`,
    workflowName: 'fuzzed',
    executionId: `order-${workflow}`,
    instanceId: `instance-${workflow}`,
    jobName: 'fuzzedJob',
    env: 'fuzz',
    serviceKey: 'fuzz-service',
    stepName: 'charge',
    attempt: 1,
    attempts: 3,
    durationMs: 12.5,
    error: { message: 'boom', stack: 'at x', stepName: 'charge' },
    completedSteps: ['charge'],
    reason: 'sleep',
    input: { a: 1 },
  };
  return Object.entries(event).map(([key, value]) => [JSON.stringify(key), JSON.stringify(value)]);
}

const strangeValue = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...STRANGE_VALUES) },
  { weight: 2, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: fc.double().map((number) => (Number.isFinite(number) ? String(number) : '1e999')) },
);
const field = fc.constantFrom(...FIELDS.map((name) => JSON.stringify(name)));

type Change = (members: Member[]) => Member[];
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(field, strangeValue).map(
      ([name, value]): Change =>
        (members) =>
          replaced(members, name, value),
    ),
  },
  {
    weight: 1,
    arbitrary: field.map(
      (name): Change =>
        (members) =>
          members.filter(([key]) => key !== name),
    ),
  },
  // The same key again, before and behind the first one.
  {
    weight: 2,
    arbitrary: fc.tuple(field, strangeValue).map((member): Change => (members) => [...members, member]),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(field, strangeValue).map((member): Change => (members) => [member, ...members]),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...STRANGE_KEYS), strangeValue).map((member): Change => (members) => [
      ...members,
      member,
    ]),
  },
);

function replaced(members: readonly Member[], name: string, value: string): Member[] {
  const others = members.filter(([key]) => key !== name);
  return [...others, [name, value]];
}

const SPACES = ['', '', '', ' ', '\n', '\r\n\t '];
const space = fc.constantFrom(...SPACES);

function textOf(members: readonly Member[], gap: string): string {
  return `{${gap}${members.map(([key, value]) => `${key}${gap}:${gap}${value}`).join(`${gap},${gap}`)}${gap}}`;
}

const changedEvent = fc
  .record({
    good: fc.record({
      eventId: fc.uuid(),
      type: fc.constantFrom(...EVENT_TYPES),
      after: fc.nat({ max: 20 * DAY_MS }),
      workflow: fc.nat({ max: 30 }),
    }),
    changes: fc.array(change, { maxLength: 4 }),
    gap: space,
  })
  .map(({ good, changes, gap }) =>
    textOf(
      changes.reduce((members, apply) => apply(members), membersOf(good)),
      gap,
    ),
  );

const entries = fc
  .array(fc.oneof({ weight: 9, arbitrary: changedEvent }, { weight: 1, arbitrary: strangeValue }), { maxLength: 20 })
  .chain((list) =>
    // Some of them twice in one request.
    fc.subarray(list).map((again) => [...list, ...again.slice(0, 5)]),
  );

/** What is around the entries; `holds` where the events array is the list as it is given. */
type Shape = (list: string) => { text: string; holds: boolean };
const good =
  (make: (list: string) => string): Shape =>
  (list) => ({ text: make(list), holds: true });
const bad =
  (make: (list: string) => string): Shape =>
  (list) => ({ text: make(list), holds: false });

const shape: fc.Arbitrary<Shape> = fc.oneof(
  { weight: 10, arbitrary: fc.constant(good((list) => `{"events":${list}}`)) },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      good((list) => `\ufeff{"events":${list}}`),
      good((list) => ` \r\n\t{ "events"\n:\t${list} }\r\n `),
      good((list) => `{"\\u0065vents":${list}}`),
      good((list) => `{"events":[1,{"events":[2]},"]"],"events":${list}}`),
      good((list) => `{"__proto__":{"events":[1]},"constructor":[],"x":{"events":[3,"]}"]},"events":${list},"":0}`),
      good((list) => `{"a":"\\"","b":-1e5,"c":true,"d":null,"events":${list},"e":[[[]]],"f":"events"}`),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      bad((list) => `{"events":${list}`),
      bad((list) => `{"events":${list}}x`),
      bad((list) => `{"events":${list},}`),
      bad((list) => `{events:${list}}`),
      bad((list) => list),
      bad((list) => `[{"events":${list}}]`),
      bad((list) => `{"Events":${list}}`),
      bad((list) => `{"__proto__":{"events":${list}}}`),
      bad((list) => `{"events":${list},"events":null}`),
      bad((list) => `{"events":{"0":${list},"length":1}}`),
      bad((list) => `\ufeff\ufeff{"events":${list}}`),
      bad((list) => `{"events":${list}}\0`),
      bad(() => ''),
      bad(() => 'null'),
      bad(() => '{"events":"[]"}'),
      bad(() => '{"events":[,]}'),
      bad(() => '{"events":[NaN]}'),
      bad(() => '{"events":[01]}'),
      bad(() => '{"events":["\t"]}'),
      bad(() => "{'events':[]}"),
      bad(() => '{"events":[]//\n}'),
    ),
  },
);

/** Bytes that are put in place of others, by their position as a share of the body. */
const damage = fc.oneof(
  { weight: 5, arbitrary: fc.constant<[number, number][]>([]) },
  {
    weight: 1,
    arbitrary: fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 3,
    }),
  },
);

const transport = fc.record({
  encoding: fc.constantFrom('plain', 'plain', 'gzip', 'x-gzip', 'gzip in two members', 'utf-16'),
  chunks: fc.option(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }), {
    freq: 3,
    nil: undefined,
  }),
});

/** A well-formed request of hostile content. */
export const strangeBody: fc.Arbitrary<HostileRequest> = fc
  .record({ list: entries, around: shape, damage, transport })
  .map(({ list, around, damage, transport: { encoding, chunks } }) => {
    const { text, holds } = around(`[${list.join(',')}]`);
    const plain = Buffer.from(text, encoding === 'utf-16' ? 'utf16le' : 'utf8');
    for (const [share, byte] of damage) {
      if (plain.length > 0) plain[Math.floor(share * plain.length)] = byte;
    }
    const isIntact = holds && damage.length === 0 && encoding !== 'utf-16';
    const body = zipped(plain, encoding);
    return bodyRequest({
      name: `strange body (${encoding})`,
      plain,
      raws: isIntact ? list : null,
      body,
      headers: encoding.includes('gzip') ? [`content-encoding: ${encoding.split(' ')[0]}`] : [],
      ...(chunks === undefined ? {} : { chunkEnds: chunks.map((share) => Math.floor(share * body.length)) }),
    });
  });

function zipped(plain: Buffer, encoding: string): Buffer {
  if (encoding === 'gzip in two members') {
    const middle = plain.length >> 1;
    return Buffer.concat([gzipSync(plain.subarray(0, middle)), gzipSync(plain.subarray(middle))]);
  }
  return encoding.includes('gzip') ? gzipSync(plain) : plain;
}

/** Every value of every field, and every strange key, replaced once: not by chance but all of them. */
export function* everyFieldEveryValue(): Generator<HostileRequest> {
  const texts: string[] = [];
  let serial = 0;
  const next = (type: string): Member[] => {
    serial += 1;
    const eventId = `00000000-0000-7000-8000-${serial.toString(16).padStart(12, '0')}`;
    return membersOf({ eventId, type, after: serial * 1_000, workflow: serial % 30 });
  };
  for (const [nth, name] of FIELDS.entries()) {
    for (const [index, value] of STRANGE_VALUES.entries()) {
      const type = EVENT_TYPES[(nth + index) % EVENT_TYPES.length]!;
      texts.push(textOf(replaced(next(type), JSON.stringify(name), value), ''));
    }
  }
  for (const key of STRANGE_KEYS) texts.push(textOf([...next('step.completed'), [key, '"x"']], ''));
  for (let from = 0; from < texts.length; from += 100) {
    const raws = texts.slice(from, from + 100);
    yield bodyRequest({
      name: 'every value in every field',
      plain: Buffer.from(`{"events":[${raws.join(',')}]}`),
      raws,
    });
  }
}
