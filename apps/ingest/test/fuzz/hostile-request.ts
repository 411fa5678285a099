/** One thing that is done to the service, and what it may answer. */
import { gzipSync } from 'node:zlib';
import type { Step, Wire } from './wire.ts';

export interface HostileRequest {
  name: string;
  wire: Wire;
  /** Each wanted answer must be one of these. Where none is demanded, the service may also close without a word. */
  allowed: readonly number[];
  /** Whether all wanted answers must come. */
  demanded: boolean;
  /** The events that the body holds, for each wanted answer alike; null where no 202 may come. */
  events: readonly SentEvent[] | null;
}

export interface SentEvent {
  value: unknown;
  /** Its JSON text; null where it is not known what the service makes of the bytes. */
  raw: string | null;
}

export interface BodyRequest {
  name: string;
  /** The body as it is meant. */
  plain: Buffer;
  /** Texts of the entries of `events`, where they are known. */
  raws: readonly string[] | null;
  gzip?: boolean;
  /** What goes over the wire as the body, where it is not plain or zipped in the usual way. */
  body?: Buffer;
  /** Where the body is cut into chunks; absent: it is sent whole, with its length. */
  chunkEnds?: readonly number[];
  headers?: readonly string[];
  /** Instead of what the content of the body demands. */
  allowed?: readonly number[];
}

/** A well-formed POST. What it must be answered with follows from its content: 202 where it is an object with an array `events`, else 400. */
export function bodyRequest(request: BodyRequest): HostileRequest {
  const { name, plain, raws, gzip = false, chunkEnds, headers = [] } = request;
  const body = request.body ?? (gzip ? gzipSync(plain, { level: 1 }) : plain);
  const length = chunkEnds === undefined ? `content-length: ${body.length}` : 'transfer-encoding: chunked';
  const lines = ['content-type: application/json', ...(gzip ? ['content-encoding: gzip'] : []), length, ...headers];
  const steps: Step[] = [postHead(lines), ...(chunkEnds === undefined ? [body] : inChunks(body, chunkEnds))];
  const allowed = request.allowed;
  if (allowed !== undefined && !allowed.includes(202)) {
    return { name, wire: { steps }, allowed, demanded: true, events: null };
  }
  const events = eventsIn(plain, raws);
  return { name, wire: { steps }, allowed: allowed ?? [events === null ? 400 : 202], demanded: true, events };
}

export function postHead(lines: readonly string[]): Buffer {
  return Buffer.from(`POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function inChunks(body: Buffer, ends: readonly number[]): Buffer[] {
  const bounds = [...new Set([...ends.filter((end) => end > 0 && end < body.length), body.length])].sort(
    (a, b) => a - b,
  );
  let from = 0;
  const chunks = bounds.map((end) => {
    const chunk = body.subarray(from, end);
    from = end;
    return Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);
  });
  return [...(body.length === 0 ? [] : chunks), Buffer.from('0\r\n\r\n')];
}

/** By another way than the service takes. Null: the body is to be refused as a whole. */
function eventsIn(plain: Buffer, raws: readonly string[] | null): SentEvent[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8').decode(plain));
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const events = Object.entries(parsed).find(([key]) => key === 'events')?.[1] as unknown;
  if (!Array.isArray(events)) return null;
  return events.map((value: unknown, index) => ({ value, raw: raws === null ? null : raws[index]! }));
}
