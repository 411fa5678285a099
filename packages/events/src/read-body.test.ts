import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countValues, readBody } from './read-body.ts';

function eventsOf(body: string | Buffer) {
  const read = readBody(Buffer.from(body));
  if (read.kind !== 'events') throw new Error(read.problem);
  return read.events;
}

describe('readBody', () => {
  it.each(['', '{', '{"events":[}', 'nonsense', '{"events":[1,]}'])('says that %j is not JSON', (body) => {
    expect(readBody(Buffer.from(body))).toMatchObject({ kind: 'not_json' });
  });

  it('does not repeat what the body holds', () => {
    expect(JSON.stringify(readBody(Buffer.from('{"events":["secret" oops')))).not.toContain('secret');
  });

  it.each(['null', '[]', '{}', '"events"', '{"events":{}}', '{"events":null}', '{"__proto__":{"events":[]}}'])(
    'finds no events in %s',
    (body) => {
      expect(readBody(Buffer.from(body))).toMatchObject({ kind: 'no_events' });
    },
  );

  it('refuses more events than the limit', () => {
    const read = (body: string): string => readBody(Buffer.from(body), 3).kind;
    expect(read('{"events":[1,2,3]}')).toBe('events');
    expect(read('{"events":[1,2,3,4]}')).toBe('too_much');
  });

  it('gives each entry the very text it came as', () => {
    const events = eventsOf(
      ' { "v":[{"events":[9]}], "events" : [ {"a" : [1, {"b":"]}\\""}]} ,null,"x", -1.5e3, false,[] ] , "z":1 } ',
    );
    expect(events.map((event) => event.json)).toEqual([
      '{"a" : [1, {"b":"]}\\""}]}',
      'null',
      '"x"',
      '-1.5e3',
      'false',
      '[]',
    ]);
    expect(events.map((event) => event.scan.depth)).toEqual([3, 0, 0, 0, 0, 1]);
  });

  it('takes the last of several events keys, however it is written', () => {
    expect(eventsOf('{"events":[1,2],"\\u0065vents":[3]}').map((event) => event.value)).toEqual([3]);
    expect(readBody(Buffer.from('{"events":[1],"events":1}')).kind).toBe('no_events');
  });

  it('reads a body with a byte order mark', () => {
    expect(eventsOf('\ufeff{"events":[1]}')).toHaveLength(1);
  });

  it('marks the event whose bytes could not be read, and only that one', () => {
    const body = Buffer.concat([
      Buffer.from('{"events":["�","'),
      Buffer.from([0xff, 0xed, 0xa0, 0x80]),
      Buffer.from('","plain"]}'),
    ]);
    expect(eventsOf(body).map((event) => event.bytesReplaced)).toEqual([true, true, false]);
    expect(eventsOf('{"events":["�"]}').map((event) => event.bytesReplaced)).toEqual([false]);
  });

  it('measures a depth of 200,000 without recursion', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(eventsOf(`{"events":[{"input":${deep}}]}`)[0]!.scan.depth).toBe(200_001);
  });

  it('cuts any events array into the texts of its entries', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ stringUnit: 'binary' })),
        fc.constantFrom(undefined, 1, '\t'),
        (values, indent) => {
          const events = eventsOf(JSON.stringify({ before: values, events: values, after: values }, null, indent));
          expect(events.map((event) => JSON.stringify(JSON.parse(event.json)))).toEqual(
            values.map((value) => JSON.stringify(value)),
          );
          expect(events.map((event) => JSON.stringify(event.value))).toEqual(
            values.map((value) => JSON.stringify(value)),
          );
        },
      ),
    );
  });
});

describe('countValues', () => {
  it.each([
    ['0', 1],
    ['{"events":[1,2,3]}', 5],
    ['[[{}],[{}],1]', 8],
    ['[[[', 4],
    ['["[[[{{{,,,\\",,,\\\\"]', 2],
    ['{"a,[":0,"b":"]"}', 3],
  ])('counts in %s at most %i', (json, count) => {
    expect(countValues(Buffer.from(json))).toBe(count);
  });

  it('never counts fewer than there are', () => {
    const size = (value: unknown): number =>
      1 +
      (typeof value === 'object' && value !== null
        ? Object.values(value).reduce<number>((sum, one) => sum + size(one), 0)
        : 0);
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(countValues(Buffer.from(JSON.stringify(value)))).toBeGreaterThanOrEqual(size(value));
      }),
    );
  });
});
