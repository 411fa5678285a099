/** Answers of megabytes, written and compressed at once. */
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Context, TypedResponse } from 'hono';
import type { JSONParsed } from 'hono/utils/types';

const compressed = promisify(gzip);

/** From here on the sender is told what it may do without; as many bytes as fit in a packet or two. */
const THRESHOLD = 1_024;

/**
 * A JSON answer as `c.json` makes it, but compressed as one piece at the lowest level, without streams: of 5.5 MB that takes 10
 * instead of 26 ms of processor time, and half as many bytes more; streams take as much again.
 */
export async function wholeJson<T extends object>(
  c: Context,
  body: T,
): Promise<Response & TypedResponse<JSONParsed<T>, 200, 'json'>> {
  const bytes = Buffer.from(JSON.stringify(body));
  const type = { 'content-type': 'application/json', vary: 'Accept-Encoding' };
  const isAsked = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(c.req.header('accept-encoding') ?? '');
  const answer =
    isAsked && bytes.length >= THRESHOLD
      ? c.body(
          await compressed(bytes, {
            level: constants.Z_BEST_SPEED,
            chunkSize: Math.max(64 * 1_024, bytes.length >> 3),
          }),
          200,
          { ...type, 'content-encoding': 'gzip' },
        )
      : c.body(bytes, 200, type);
  return answer as unknown as Response & TypedResponse<JSONParsed<T>, 200, 'json'>;
}
