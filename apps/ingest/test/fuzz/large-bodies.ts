/** Bodies at, and just over, every limit, and small ones that become large. */
import { createHash } from 'node:crypto';
import { createGzip, gzipSync } from 'node:zlib';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { bodyRequest } from './hostile-request.ts';
import type { BodyRequest, HostileRequest } from './hostile-request.ts';

const { bodyBytes, inflatedBytes, eventsPerRequest, valuesPerRequest } = DEFAULT_LIMITS;
/** As many of these small events as a body holds. */
const MOST_EVENTS = Math.floor(inflatedBytes / 270);

/** Makes the body when its turn comes; `salt` makes its ids unlike those of the other rounds. */
type LargeBody = (salt: string) => Omit<BodyRequest, 'name'> | Promise<Omit<BodyRequest, 'name'>>;

function event(salt: string, index: number, changes = ''): string {
  const id = createHash('sha256').update(`${salt}/${index}`).digest('hex');
  const eventId = id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
  const at = new Date(Date.UTC(2026, 10, 2) + index).toISOString();
  return `{"eventId":"${eventId}","timestamp":"${at}","type":"workflow.started","workflowId":"large-${salt}-${index % 5_000}","workflowName":"large","env":"fuzz","serviceKey":"large"${changes}}`;
}

function events(list: readonly string[]): { plain: Buffer; raws: readonly string[] } {
  return { plain: Buffer.from(`{"events":[${list.join(',')}]}`), raws: list };
}

const count = (length: number, make: (index: number) => string): string[] =>
  Array.from({ length }, (_, index) => make(index));
const manyTimes = (text: string, times: number): string => Array(Math.floor(times)).fill(text).join(',');
const REFUSED = { raws: null, gzip: true, allowed: [413] } as const;

/** One event with a value that fills the body up to the given size. */
function filledTo(bytes: number, salt: string, filling: string): { plain: Buffer; raws: readonly string[] } {
  const empty = event(salt, 0, ',"input":""');
  const room = bytes - Buffer.byteLength(`{"events":[${empty}]}`);
  const width = Buffer.byteLength(filling);
  const text = filling.repeat(Math.floor(room / width)) + 'x'.repeat(room % width);
  return events([event(salt, 0, `,"input":"${text}"`)]);
}

/** Zeros are so short when zipped that a gigabyte of them fits into one body. */
async function bomb(megabytes: number): Promise<Buffer> {
  const gzip = createGzip({ level: 9 });
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  const done = new Promise((resolve) => gzip.on('end', resolve));
  const zeros = Buffer.alloc(1024 * 1024);
  for (let sent = 0; sent < megabytes; sent += 1) {
    if (!gzip.write(zeros)) await new Promise((resolve) => gzip.once('drain', resolve));
  }
  gzip.end();
  await done;
  return Buffer.concat(parts);
}

// oxfmt-ignore
const LARGE_BODIES: Readonly<Record<string, LargeBody>> = {
  'the most events, of many workflows': (salt) => ({ ...events(count(MOST_EVENTS, (index) => event(salt, index))), gzip: true }),
  'the most events, of one workflow': (salt) => ({
    ...events(count(MOST_EVENTS, (index) => event(salt, index).replace(/"large-[^"]*"/, `"large-${salt}"`))),
    gzip: true,
  }),
  'the most events, all with one id': (salt) => ({
    ...events(count(MOST_EVENTS, (index) => event(salt, index).replace(/"eventId":"[^"]*"/, `"eventId":"${salt}"`))),
    gzip: true,
  }),
  'the most events, all the same': (salt) => ({ ...events(count(MOST_EVENTS, () => event(salt, 0))), gzip: true }),
  'the most events, all to be rejected': (salt) => ({
    ...events(count(MOST_EVENTS, (index) => event(salt, index).replace('T', ' '))),
    gzip: true,
  }),
  'the most entries that are no events': () => events(count(eventsPerRequest, () => 'null')),
  'a hundred thousand events, more bytes than a body may have': (salt) => ({
    ...REFUSED,
    plain: Buffer.from(`{"events":[${count(100_000, (index) => event(salt, index)).join(',')}]}`),
  }),
  'one event too many': () => ({ plain: Buffer.from(`{"events":[${manyTimes('0', eventsPerRequest + 1)}]}`), raws: null, allowed: [413] }),
  'a body of commas': () => ({ plain: Buffer.from(`{"events":[${manyTimes('0', bodyBytes / 2 - 20)}]}`), raws: null, allowed: [413] }),
  'zipped commas': () => ({ ...REFUSED, plain: Buffer.from(`{"events":[${manyTimes('0', inflatedBytes / 2 - 20)}]}`) }),
  'zipped objects': (salt) => ({
    ...REFUSED,
    plain: Buffer.from(`{"events":[${event(salt, 0, `,"input":[${manyTimes('{}', inflatedBytes / 3 - 200)}]`)}]}`),
  }),
  'zipped brackets': () => ({
    ...REFUSED,
    plain: Buffer.from(`{"events":[${'['.repeat(inflatedBytes / 2 - 20)}${']'.repeat(inflatedBytes / 2 - 20)}]}`),
  }),
  'zipped brackets that never close': () => ({ ...REFUSED, plain: Buffer.from(`{"events":${'['.repeat(inflatedBytes - 20)}`) }),
  'zipped objects beside the events': () => ({
    ...REFUSED,
    plain: Buffer.from(`{"x":[${manyTimes('{}', inflatedBytes / 3 - 200)}],"events":[]}`),
  }),
  'almost the most values, as objects': (salt) => ({
    ...events([event(salt, 0, `,"input":[${manyTimes('{}', (valuesPerRequest >> 1) - 40)}]`)]),
    gzip: true,
  }),
  'almost the most values, as brackets': (salt) => {
    const depth = valuesPerRequest - 40;
    return { ...events([event(salt, 0, `,"input":${'['.repeat(depth)}${']'.repeat(depth)}`)]), gzip: true };
  },
  'almost the most values, as different keys': (salt) => ({
    ...events([event(salt, 0, `,"input":{${count(valuesPerRequest - 40, (index) => `"${index.toString(36)}":0`).join(',')}}`)]),
    gzip: true,
  }),
  'a million step names': (salt) => ({
    ...events([event(salt, 0, `,"completedSteps":[${count(valuesPerRequest - 40, (index) => `"s${index}"`).join(',')}]`).replace('.started', '.completed')]),
    gzip: true,
  }),
  'a body of just the most bytes': (salt) => filledTo(bodyBytes, salt, 'x'),
  'a body of one byte more': (salt) => ({ plain: filledTo(bodyBytes + 1, salt, 'x').plain, raws: null, allowed: [413] }),
  'a body of one byte more, in chunks': (salt) => {
    const { plain } = filledTo(bodyBytes + 1, salt, 'x');
    return { plain, raws: null, allowed: [413], chunkEnds: count(100, (nth) => String(nth * 170_000)).map(Number) };
  },
  'just the most inflated bytes': (salt) => ({ ...filledTo(inflatedBytes, salt, 'x'), gzip: true }),
  'just the most inflated bytes, no Latin letters': (salt) => ({ ...filledTo(inflatedBytes, salt, '字'), gzip: true }),
  'just the most inflated bytes, all escaped': (salt) => ({ ...filledTo(inflatedBytes, salt, '\\u0000'), gzip: true }),
  'just the most inflated bytes, rejected': (salt) => {
    const { plain, raws } = filledTo(inflatedBytes, salt, '"\\"'.slice(1));
    const text = plain.toString().replace('T00', ' 00');
    return { plain: Buffer.from(text), raws: [raws[0]!.replace('T00', ' 00')], gzip: true };
  },
  'one inflated byte more': (salt) => ({ ...REFUSED, plain: filledTo(inflatedBytes + 1, salt, 'x').plain }),
  'names of a megabyte': (salt) => ({
    ...events(
      ['eventId', 'type', 'workflowId', 'workflowName', 'env', 'serviceKey', 'stepName', 'executionId', 'timestamp'].map((name, index) =>
        event(salt, index, `,"${name}":"${'n'.repeat(1024 * 1024)}"`),
      ),
    ),
    gzip: true,
  }),
  'a gigabyte of zeros, zipped': async () => ({ ...REFUSED, plain: Buffer.alloc(0), body: await bomb(1_024) }),
  'many zips in one': () => ({
    plain: Buffer.from('{"events":[]}'),
    raws: [],
    body: Buffer.concat([gzipSync('{"events":['), ...Array<Buffer>(20_000).fill(gzipSync('')), gzipSync(']}')]),
    headers: ['content-encoding: gzip'],
  }),
};

export const LARGE_BODY_NAMES: readonly string[] = Object.keys(LARGE_BODIES);

export async function largeBody(name: string, salt: string): Promise<HostileRequest> {
  return bodyRequest({ name, ...(await LARGE_BODIES[name]!(`${salt}-${LARGE_BODY_NAMES.indexOf(name)}`)) });
}
