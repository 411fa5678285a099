/** The bytes of a request: once, under every limit. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Room } from './bytes-in-flight.ts';
import type { IngestLimits } from './limits.ts';
import { Problem, unavailable } from './problem.ts';

type BodyLimits = Pick<IngestLimits, 'bodyBytes' | 'inflatedBytes' | 'bodyIdleMs'>;

/** Room is taken in steps of this size where the length of a body is not known ahead. */
const STEP_BYTES = 256 * 1024;

/**
 * Reads the body, inflated.
 *
 * @param room grows with the body; the caller gives it back
 * @throws Problem 400, 408, 413, 415 or 503
 */
export async function readRequestBody(incoming: IncomingMessage, limits: BodyLimits, room: Room): Promise<Buffer> {
  refuseOtherTypes(incoming.headers['content-type']);
  const encoding = (incoming.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new Problem(
      415,
      `The content encoding "${encoding.slice(0, 40)}" is not understood, so nothing of the request was kept. Send the batch plain or with gzip.`,
      {
        headers: { 'accept-encoding': 'gzip, identity' },
      },
    );
  }
  const announced = Number(incoming.headers['content-length'] ?? 0);
  if (announced > limits.bodyBytes) throw tooLarge(limits.bodyBytes, 'The body');
  if (!(await room.growTo(announced))) throw noRoom();
  const wire = await collect(incoming, {
    limit: limits.bodyBytes,
    what: 'The body',
    idleMs: limits.bodyIdleMs,
    room,
    before: 0,
  }).catch((error: unknown) => {
    throw error instanceof Problem
      ? error
      : new Problem(400, 'The connection ended before the body did. Nothing of it was kept.', { cause: error });
  });
  return encoding === 'identity' ? wire : inflate(wire, limits, room);
}

function refuseOtherTypes(contentType: string | undefined): void {
  const mediaType = (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (mediaType === '' || mediaType === 'application/json') return;
  throw new Problem(
    415,
    `The content type "${mediaType.slice(0, 80)}" is not understood, so nothing of the request was kept. Send JSON with Content-Type: application/json.`,
    {
      headers: { accept: 'application/json' },
    },
  );
}

async function inflate(wire: Buffer, limits: BodyLimits, room: Room): Promise<Buffer> {
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  gunzip.end(wire);
  try {
    const { inflatedBytes: limit, bodyIdleMs: idleMs } = limits;
    return await collect(gunzip, { limit, what: 'The inflated body', idleMs, room, before: wire.length });
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(
      400,
      'The body is not valid gzip, so nothing of the request was kept. Check the Content-Encoding header.',
      { cause: error },
    );
  } finally {
    gunzip.destroy();
  }
}

interface Collecting {
  limit: number;
  what: string;
  idleMs: number;
  room: Room;
  /** Bytes that the request holds besides. */
  before: number;
}

/** Collects a stream by its events: an async iterator would destroy the connection on the way out, and the answer with it. */
function collect(source: Readable, { limit, what, idleMs, room, before }: Collecting): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const idle = setTimeout(() => {
      // Where this process was the one that stood still, the bytes are there, and are read before an immediate runs.
      const sizeBefore = size;
      idleCheck = setImmediate(() => (size > sizeBefore ? idle.refresh() : fail(stoodStill(idleMs))));
    }, idleMs);
    let idleCheck: NodeJS.Immediate | undefined;
    const settle = (): void => {
      clearTimeout(idle);
      clearImmediate(idleCheck);
      source.off('data', onData).off('end', onEnd).off('error', fail).off('close', onClose);
      source.on('error', () => {}); // what still fails concerns nobody any more
    };
    const fail = (error: Error): void => {
      settle();
      source.pause();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      idle.refresh();
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) return fail(tooLarge(limit, what));
      const step = Math.min(limit, Math.ceil(size / STEP_BYTES) * STEP_BYTES);
      if (!room.holds(before + size)) holdForRoom(source, room.growTo(before + step), fail);
    };
    const onEnd = (): void => {
      settle();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size));
    };
    const onClose = (): void => fail(new Error('closed before its end'));
    source.on('data', onData).on('end', onEnd).on('error', fail).on('close', onClose);
  });
}

/** Nothing more is read until there is room for it. */
function holdForRoom(source: Readable, granted: Promise<boolean>, fail: (error: Error) => void): void {
  source.pause();
  void granted.then((isGranted) => (isGranted ? source.resume() : fail(noRoom())));
}

function tooLarge(limit: number, what: string): Problem {
  return new Problem(
    413,
    `${what} is larger than ${limit} bytes, so nothing of it was kept. Send fewer events at a time.`,
  );
}

function stoodStill(ms: number): Problem {
  return new Problem(408, `No byte of the body came for ${ms} ms. Nothing of it was kept. Send the same batch again.`, {
    headers: { connection: 'close' },
  });
}

export function noRoom(): Problem {
  return unavailable('The service is working on as many bytes as it may hold.');
}
