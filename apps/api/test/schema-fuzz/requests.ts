/** Requests written from the document: what it allows, what it nearly allows, and what nobody should send. */
import * as fc from 'fast-check';
import type { Schema } from '../../src/reference/reference-route.ts';
import type { Parameter, Route } from './document.ts';

export interface Sent {
  path: string;
  init: RequestInit;
}

/** What is in the store, by the name of the parameter that may ask for it. */
export type Known = Readonly<Record<string, readonly string[]>>;

const HOSTILE = [
  '',
  ' ',
  '\0',
  'a\0b',
  "'; DROP TABLE workflows; --",
  '%',
  '_',
  '\\',
  '%00',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  '\u202e\u0001',
  '漢字🙂',
  '\u{10FFFF}',
  'x'.repeat(513),
  '{}',
  '[]',
  'null',
  'NaN',
  '-1',
  '1e309',
  '9223372036854775808',
];
const INSTANTS = [
  '2026-03-01T12:00:00.000Z',
  '2026-03-01T13:00:00+01:00',
  '2026-03-02T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
];
const NO_INSTANTS = ['2026-02-31T00:00:00Z', '10000-01-01T00:00:00Z', 'yesterday', 'infinity'];
const CURSORS = [
  [],
  [0],
  ['started', 'desc', 0, 'x', 'y'],
  [1, '00000000-0000-7000-8000-000000000000'],
  [1e15, 1e16, 1, 'a'],
  { a: 1 },
];

/** @param cursors that the api handed out so far; it grows */
export function requestsOf(route: Route, known: Known, cursors: readonly string[]): fc.Arbitrary<Sent> {
  const sources = { known, cursors };
  // What is asked in earnest gets through the door; each hostile value alone would keep the others from being read.
  return fc.oneof(requestsLike(route, { ...sources, wild: false }), requestsLike(route, { ...sources, wild: true }));
}

interface Sources {
  known: Known;
  cursors: readonly string[];
  /** With values that nobody should send among them. */
  wild: boolean;
}

function requestsLike(route: Route, from: Sources): fc.Arbitrary<Sent> {
  const { parameters = [], requestBody } = route.operation;
  const pathParts = parameters.filter((parameter) => parameter.in === 'path');
  const queryParts = parameters.filter((parameter) => parameter.in === 'query');
  return fc
    .record({
      path: fc.tuple(...pathParts.map((parameter) => valueOf(parameter, from))),
      query: fc.tuple(...queryParts.map((parameter) => pairs(parameter, from))),
      stranger: from.wild
        ? fc.option(fc.constantFrom('x', 'limit[]', '__proto__', 'Limit'), { freq: 20 })
        : fc.constant(null),
      body: bodyOf(requestBody?.content['application/json']?.schema, from),
    })
    .map(({ path, query, stranger, body }) => {
      let target = route.path;
      pathParts.forEach(({ name }, nth) => {
        target = target.replace(`{${name}}`, () => encodeURIComponent(path[nth]!) || '%20');
      });
      const search = new URLSearchParams(query.flat());
      if (stranger !== null) search.append(stranger, '1');
      return {
        path: search.size === 0 ? target : `${target}?${search.toString()}`,
        init: { method: route.method, ...body },
      };
    });
}

function pairs(parameter: Parameter, from: Sources): fc.Arbitrary<[string, string][]> {
  const { name, required = false, schema } = parameter;
  const named = (values: string[]): [string, string][] => values.map((value) => [name, value]);
  const value = valueOf(parameter, from);
  const one = value.map((each) => named([each]));
  const mayRepeat = schema.type === 'array' || from.wild;
  const several = mayRepeat ? fc.array(value, { minLength: 1, maxLength: 3 }).map(named) : one;
  if (required) return fc.oneof({ weight: 9, arbitrary: one }, { weight: 1, arbitrary: several });
  // Of twenty optional parameters most are left out. A cursor belongs to the order that it comes from.
  const weight = name === 'cursor' && !from.wild ? 50 : 9;
  return fc.oneof(
    { weight, arbitrary: fc.constant<[string, string][]>([]) },
    { weight: 2, arbitrary: one },
    { weight: 1, arbitrary: several },
  );
}

function valueOf({ name, schema }: Parameter, from: Sources): fc.Arbitrary<string> {
  const arbitrary = sensible(name, schema, from);
  if (!from.wild) return arbitrary;
  return fc.oneof({ weight: 6, arbitrary }, fc.constantFrom(...HOSTILE), fc.string({ unit: 'grapheme' }));
}

function sensible(name: string, schema: Schema, from: Sources): fc.Arbitrary<string> {
  const { type, enum: words, format, items, minimum = 0, maximum = 1_000_000 } = schema;
  if (name === 'cursor') return cursorOf(from.cursors);
  if (type === 'array') return sensible(name, items ?? {}, from);
  if (words !== undefined) return fc.constantFrom(...words.map(String));
  if (type === 'integer' || type === 'number')
    return fc.integer({ min: minimum, max: Math.min(maximum, 1_000_000) }).map(String);
  if (format === 'date-time') return fc.constantFrom(...INSTANTS, ...(from.wild ? NO_INSTANTS : []));
  const values = fc.constantFrom(...(from.known[name] ?? ['true', 'false']));
  return from.wild
    ? fc.oneof(
        values,
        values.map((text) => text.slice(0, 5) || 'x'),
      )
    : values;
}

/** One that the api made, one that looks like it, or one with something changed. */
function cursorOf(cursors: readonly string[]): fc.Arbitrary<string> {
  const encode = (values: unknown) => Buffer.from(JSON.stringify(values)).toString('base64url');
  const made = fc.nat().map((nth) => cursors[nth % Math.max(1, cursors.length)] ?? encode([]));
  const damaged = fc.tuple(made, fc.nat(), fc.constantFrom('A', '_', '')).map(([cursor, nth, letter]) => {
    const at = nth % Math.max(1, cursor.length);
    return `${cursor.slice(0, at)}${letter}${cursor.slice(at + 1)}`;
  });
  return fc.oneof({ weight: 3, arbitrary: made }, damaged, fc.constantFrom(...CURSORS.map(encode)));
}

function bodyOf(schema: Schema | undefined, from: Sources): fc.Arbitrary<RequestInit> {
  if (schema === undefined) return fc.constant({});
  const json = (value: unknown): RequestInit => raw(JSON.stringify(value));
  const raw = (body: string, type = 'application/json'): RequestInit => ({ body, headers: { 'content-type': type } });
  const described = jsonOf(schema, from, 'body').map(json);
  if (!from.wild) return described;
  const broken = ['', '{', '[]', '{"filter":{}', '\0', '{"__proto__":{"a":1}}'].map((body) => raw(body));
  return fc.oneof(
    described,
    fc.jsonValue().map(json),
    fc.constantFrom(...broken, raw('a=b', 'application/x-www-form-urlencoded')),
  );
}

function jsonOf(schema: Schema, from: Sources, name: string): fc.Arbitrary<unknown> {
  const { type, properties, required = [], items } = schema;
  const some = schema.anyOf ?? schema.oneOf;
  if (some !== undefined) return fc.oneof(...some.map((each) => jsonOf(each, from, name)));
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(([field, of]) => [field, jsonOf(of, from, field)] as const);
    const given = fields.filter(([field]) => from.wild || field !== 'cursor');
    return fc.record(Object.fromEntries(given), { requiredKeys: required });
  }
  if (type === 'array') return fc.array(jsonOf(items ?? {}, from, name), { maxLength: 3 });
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer' && !from.wild) return sensible(name, schema, from).map(Number);
  if (type === undefined || type === 'object') return fc.jsonValue();
  const value = valueOf({ name, in: 'query', schema }, from);
  return from.wild ? fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: fc.jsonValue() }) : value;
}
