/** JSON answers compressed in one piece, once they are whole. */
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Context, MiddlewareHandler } from 'hono';

const compress = promisify(gzip);

/** Bytes from which on compressing pays: below, the answer fits into one packet as it is. */
const THRESHOLD = 512;

/**
 * Goes inside of hono's `compress`, which leaves alone what is compressed, and takes JSON from it: a stream at a higher level
 * costs a page of 50 rows (52 kB) 1.3 ms of its 8, and 500 kB 7 ms.
 */
export function compressJson(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    const type = c.res.headers.get('content-type') ?? '';
    const isJson = /^application\/(problem\+)?json\b/.test(type);
    if (!isJson || c.res.headers.has('content-encoding') || !mayCompress(c)) return;
    const { body, headers } = await inOnePiece(Buffer.from(await c.res.arrayBuffer()));
    // With its length, what is small is left as it is further out, too.
    const length = { 'content-length': String(body.length) };
    c.res = new Response(body, { status: c.res.status, headers: { 'content-type': type, ...length, ...headers } });
    if (!/accept-encoding/i.test(c.res.headers.get('vary') ?? ''))
      c.header('vary', 'Accept-Encoding', { append: true });
  };
}

/** Whether who asks takes gzip. */
export function mayCompress(c: Context): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(c.req.header('accept-encoding') ?? '');
}

/** At the lowest level, which takes half of the time of the usual one and half as many bytes more; as it is where it is small. */
export async function inOnePiece(bytes: Buffer<ArrayBuffer>) {
  if (bytes.length < THRESHOLD) return { body: bytes, headers: {} };
  const chunkSize = Math.max(64 * 1_024, bytes.length >> 3);
  const body = await compress(bytes, { level: constants.Z_BEST_SPEED, chunkSize });
  return { body, headers: { 'content-encoding': 'gzip' } };
}
