/** What goes wrong below the body: request lines, headers, chunks, connections. */
import * as fc from 'fast-check';
import { postHead } from './hostile-request.ts';
import type { HostileRequest } from './hostile-request.ts';
import type { Step, Wire } from './wire.ts';

/** All that ingest may say to a client that errs. */
const REFUSALS = [400, 401, 404, 405, 408, 413, 415, 431] as const;
const ANY = [202, ...REFUSALS];

const NO_EVENTS = '{"events":[]}';
const JSON_TYPE = 'content-type: application/json';
const LENGTH = `content-length: ${NO_EVENTS.length}`;

function attack(
  name: string,
  steps: readonly Step[],
  allowed: readonly number[],
  more: { demanded?: boolean; wire?: Omit<Wire, 'steps'> } = {},
): HostileRequest {
  const { wire, ...rest } = more;
  return {
    name,
    allowed,
    demanded: true,
    events: allowed.includes(202) ? [] : null,
    ...rest,
    wire: { steps, ...wire },
  };
}

function raw(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** A whole request with further header lines. */
function post(...lines: string[]): Buffer {
  return Buffer.concat([postHead([JSON_TYPE, LENGTH, ...lines]), raw(NO_EVENTS)]);
}

function chunked(...chunks: string[]): Buffer {
  return Buffer.concat([postHead([JSON_TYPE, 'transfer-encoding: chunked']), raw(chunks.join(''))]);
}

const flood = (length: number, line: (index: number) => string): string[] =>
  Array.from({ length }, (_, index) => line(index));

// oxfmt-ignore
const HEADERS: HostileRequest[] = [
  attack('a flood of headers', [post(...flood(50_000, (index) => `x-${index}: y`))], [431]),
  attack('many short headers', [post(...flood(2_500, () => 'a:b'))], [202]),
  attack('one long header', [post(`x: ${'y'.repeat(20_000)}`)], [431]),
  attack('a header name without end', [raw(`POST /v1/events HTTP/1.1\r\n${'x'.repeat(500_000)}`)], [431]),
  attack('a long address', [raw(`POST /${'x'.repeat(30_000)} HTTP/1.1\r\nhost: x\r\n\r\n`)], [431]),
  attack('two hosts', [post('host: other')], [202, 400]),
  attack('no host', [raw(`POST /v1/events HTTP/1.1\r\n${JSON_TYPE}\r\n${LENGTH}\r\n\r\n${NO_EVENTS}`)], [400]),
  ...['', 'a b', 'a/b', '@', '[::1', '%00', 'x'.repeat(3_000), 'a:99999999', 'é'].map((host) =>
    attack(`the host "${host.slice(0, 20)}"`, [raw(`POST /v1/events HTTP/1.1\r\nhost: ${host}\r\n${JSON_TYPE}\r\n${LENGTH}\r\n\r\n${NO_EVENTS}`)], [202, 400]),
  ),
  ...['abc', '-1', '+13', '1e1', '0x0d', '13 13', '99999999999999999999999', ''].map((length) =>
    attack(`the length "${length}"`, [postHead([JSON_TYPE, `content-length: ${length}`]), raw(NO_EVENTS)], [400]),
  ),
  attack('two lengths', [post('content-length: 5')], [400]),
  attack('a length of terabytes', [postHead([JSON_TYPE, 'content-length: 9999999999999'])], [413]),
  attack('a length and chunks', [post('transfer-encoding: chunked')], [400]),
  ...['gzip, chunked', 'identity', 'chunked, chunked', 'xchunked', '\x0bchunked', 'chunked, identity'].map((encoding) =>
    attack(`the transfer encoding "${encoding}"`, [postHead([JSON_TYPE, `transfer-encoding: ${encoding}`]), raw(`d\r\n${NO_EVENTS}\r\n0\r\n\r\n`)], [202, 400, 415], { demanded: false }),
  ),
  attack('Expect: 100-continue', [post('expect: 100-continue')], [202]),
  ...['websocket', 'h2c', 'TLS/1.0', ''].map((protocol) => attack(`Upgrade: ${protocol}`, [post('connection: upgrade', `upgrade: ${protocol}`)], [202])),
  ...['text/plain', 'application/json; charset=utf-16', 'application/jsonx', ',', ';', 'multipart/form-data; boundary=x', 'x'.repeat(9_000), '\xff', '__proto__'].map((type) =>
    attack(`the type "${type.slice(0, 30)}"`, [Buffer.concat([postHead([`content-type: ${type}`, LENGTH]), raw(NO_EVENTS)])], [202, 415]),
  ),
  ...['br', 'deflate', 'gzip, gzip', 'identity, gzip', '*', '', 'GZIP', ' gzip ', 'x'.repeat(9_000), 'constructor', '\xff'].map((encoding) =>
    attack(`the encoding "${encoding.slice(0, 30)}"`, [post(`content-encoding: ${encoding}`)], [202, 400, 415]),
  ),
  ...['Bearer', 'Bearer ', `Bearer ${'x'.repeat(7_000)}`, 'Basic \xff\xfe', "Bearer ' OR 1=1 --", '__proto__'].map((key) =>
    attack('a strange key, where none is asked for', [post(`authorization: ${key}`, `x-api-key: ${key}`)], [202]),
  ),
  attack('a NUL in a header', [post('x: a\0b')], [400]),
  attack('a header over two lines', [post('x: a\r\n b')], [202, 400]),
  attack('lines without carriage returns', [raw(`POST /v1/events HTTP/1.1\nhost: x\n${JSON_TYPE}\n${LENGTH}\n\n${NO_EVENTS}`)], [202, 400]),
  attack('a space before the colon', [post('x : y')], [400]),
];

// oxfmt-ignore
const CHUNKS: HostileRequest[] = [
  attack('a byte a chunk', [chunked(...NO_EVENTS.split('').map((byte) => `1\r\n${byte}\r\n`), '0\r\n\r\n')], [202]),
  attack('chunk of a size of too many digits', [chunked(`${'0'.repeat(5_000)}d\r\n${NO_EVENTS}\r\n0\r\n\r\n`)], ANY),
  attack('chunk of no size', [chunked(`x\r\n${NO_EVENTS}\r\n0\r\n\r\n`)], [400]),
  attack('chunk of a negative size', [chunked(`-1\r\n${NO_EVENTS}\r\n0\r\n\r\n`)], [400]),
  attack('chunk shorter than it says', [chunked(`ff\r\n${NO_EVENTS}\r\n0\r\n\r\n`), 'end'], [400], { demanded: false }),
  attack('chunk longer than it says', [chunked(`2\r\n${NO_EVENTS}\r\n0\r\n\r\n`)], [400]),
  attack('long chunk extensions', [chunked(`d;${'x'.repeat(100_000)}\r\n${NO_EVENTS}\r\n0\r\n\r\n`)], [400, 413]),
  attack('a flood of trailers', [chunked(`d\r\n${NO_EVENTS}\r\n0\r\n`, ...flood(5_000, (index) => `x-${index}: y\r\n`), '\r\n')], [202, 400, 431]),
  attack('trailers', [chunked(`d\r\n${NO_EVENTS}\r\n0\r\nx: y\r\n\r\n`)], [202]),
  attack('a length behind the chunks', [chunked(`d\r\n${NO_EVENTS}\r\n0\r\ncontent-length: 3\r\n\r\n`)], [202, 400]),
  attack('no last chunk', [chunked(`d\r\n${NO_EVENTS}\r\n`), 'end'], [400], { demanded: false }),
];

// oxfmt-ignore
const LINES: HostileRequest[] = [
  ...['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH', 'PURGE', 'M-SEARCH', 'REPORT', 'SOURCE', 'QUERY'].map((method) =>
    attack(`the method ${method}`, [raw(`${method} /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n`)], [400, 405], { wire: { isHead: method === 'HEAD' } }),
  ),
  attack('CONNECT', [raw('CONNECT evil:443 HTTP/1.1\r\nhost: evil:443\r\n\r\n')], [400, 404, 405], { demanded: false }),
  ...['post', 'P\0ST', 'POSTPOSTPOST', '', 'ПОСТ'].map((method) => attack(`the method "${method}"`, [raw(`${method} /v1/events HTTP/1.1\r\nhost: x\r\n\r\n`)], [400])),
  ...['/', '//', '/v1/events/', '/v1/events/../events', '/v1/./events', '/v1//events', '/V1/EVENTS', '/v1/events%00', '/v1/event%73', '/%', '/%ff', '/%2e%2e/', '*', '/v1/events;a=b', '/v1/events?x=%', '/v1/events#x', 'http://evil.example/v1/events', 'http://a b/v1/events', '//evil.example/v1/events', '/__proto__', '/constructor', '/v1/events\\', '/healthz', '/metrics', '/\xff', 'v1/events', '?'].map((path) =>
    attack(`the address ${path}`, [raw(`POST ${path} HTTP/1.1\r\nhost: x\r\n${JSON_TYPE}\r\n${LENGTH}\r\n\r\n${NO_EVENTS}`)], [202, 400, 404, 405]),
  ),
  ...['HTTP/0.9', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/9.9', 'HTTP/x', 'FTP/1.1', ''].map((version) =>
    attack(`the version "${version}"`, [raw(`POST /v1/events ${version}\r\nhost: x\r\n${JSON_TYPE}\r\n${LENGTH}\r\n\r\n${NO_EVENTS}`)], [202, 400]),
  ),
  attack('the preface of HTTP/2', [raw('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')], [400, 404, 405], { demanded: false }),
  attack('a TLS greeting', [Buffer.from('16030100a5010000a10303', 'hex'), Buffer.alloc(200, 7)], [400]),
  attack('another protocol', [raw('EHLO example.com\r\nMAIL FROM:<x@example.com>\r\n')], [400]),
  attack('nothing but line ends', [raw('\r\n'.repeat(50_000)), 'end'], [400, 431], { demanded: false }),
];

// oxfmt-ignore
const CONNECTIONS: HostileRequest[] = [
  attack('twenty requests in one', [Buffer.concat(Array<Buffer>(20).fill(post()))], [202], { wire: { wanted: 20 } }),
  attack('a request and rubbish behind it', [Buffer.concat([post(), raw('\0\0rubbish\r\n\r\n')])], [202, 400], { demanded: false, wire: { wanted: 2 } }),
  attack('a refused body and a request behind it', [Buffer.concat([postHead(['content-type: text/plain', LENGTH]), raw(NO_EVENTS), post()])], [202, 415], { wire: { wanted: 2 } }),
  attack('our side closed behind the request', [post(), 'end'], [202]),
  attack('our side closed in the middle of the body', [postHead([JSON_TYPE, 'content-length: 500']), raw('{"events":['), 'end'], [400], { demanded: false }),
  attack('our side closed in the middle of the headers', [raw('POST /v1/ev'), 'end'], [400], { demanded: false }),
  attack('closed at once', ['end'], [], { demanded: false }),
  attack('gone in the middle of the body', [postHead([JSON_TYPE, 'content-length: 500']), raw('{"events":['), { waitMs: 30 }, 'destroy'], [], { demanded: false }),
  attack('gone before the answer', [post(), 'destroy'], [202], { demanded: false }),
  attack('byte by byte', [...post()].flatMap((byte): Step[] => [Buffer.from([byte]), { waitMs: 1 }]), [202]),
  attack('a thousand requests and nobody reads the answers', ['deaf', Buffer.concat(Array<Buffer>(1_000).fill(post())), { waitMs: 200 }, 'destroy'], [202], { demanded: false }),
];

export const WIRE_ATTACKS: readonly HostileRequest[] = [...HEADERS, ...CHUNKS, ...LINES, ...CONNECTIONS];

/** They take as long as the service is patient; it must not be for ever. */
export const SLOW_ATTACKS: readonly HostileRequest[] = [
  // What is sent into a connection that was just closed takes the answer with it.
  attack('headers that never end', [raw('POST /v1/events HTTP/1.1\r\n'), ...slowly('x: y\r\n', 400)], [408], {
    demanded: false,
  }),
  attack('headers that stand still', [raw('POST /v1/events HTTP/1.1\r\nhost: x\r\n')], [408]),
  attack('a body that stands still', [postHead([JSON_TYPE, 'content-length: 500']), raw('{"events":[')], [408]),
  attack(
    'a chunk that stands still',
    [postHead([JSON_TYPE, 'transfer-encoding: chunked']), raw('ff\r\n{"events":[')],
    [408],
  ),
  attack('a chunk of a size without end', [chunked('ffffffffffffffff\r\n', NO_EVENTS)], [400, 408, 413]),
  attack('a body that comes slowly, and comes', [postHead([JSON_TYPE, LENGTH]), ...slowly(NO_EVENTS, 300)], [202]),
];

function slowly(text: string, waitMs: number): Step[] {
  const pieces = text === NO_EVENTS ? text.split('') : Array<string>(60).fill(text);
  return pieces.flatMap((piece): Step[] => [raw(piece), { waitMs }]);
}

const fragment = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(
    post(),
    chunked(`d\r\n${NO_EVENTS}\r\n0\r\n\r\n`),
    postHead([JSON_TYPE, LENGTH]),
    raw(NO_EVENTS),
    raw('\r\n'),
    raw('\r\n\r\n'),
    raw('GET / HTTP/1.1\r\n'),
    raw('host: x\r\n'),
    raw('0\r\n\r\n'),
    raw('transfer-encoding: chunked\r\n'),
  ),
);

/** Rubbish, and pieces of requests in any order and with bytes changed; our side closes, so that the service never waits for more. */
export const rawBytes: fc.Arbitrary<HostileRequest> = fc
  .record({
    pieces: fc.array(fragment, { minLength: 1, maxLength: 6 }),
    changes: fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 }),
  })
  .map(({ pieces, changes }) => {
    const bytes = Buffer.concat(pieces);
    for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
    const steps: Step[] = [bytes, 'end'];
    return { name: 'raw bytes', wire: { steps, wanted: 50 }, allowed: [...ANY, 200], demanded: false, events: [] };
  });
