/** Answers of megabytes, written and compressed at once. */
import type { Context, TypedResponse } from 'hono';
import type { JSONParsed } from 'hono/utils/types';
import { inOnePiece, mayCompress } from './compress-json.ts';

/**
 * A JSON answer as `c.json` makes it, but compressed where its bytes are made, without a detour by a Response: of 5.5 MB that and
 * the lowest level take 10 instead of 26 ms of processor time, and half as many bytes more; streams take as much again.
 */
export async function wholeJson<T extends object>(
  c: Context,
  value: T,
): Promise<Response & TypedResponse<JSONParsed<T>, 200, 'json'>> {
  const bytes = Buffer.from(JSON.stringify(value));
  const { body, headers } = mayCompress(c) ? await inOnePiece(bytes) : { body: bytes, headers: {} };
  const answer = c.body(body, 200, { 'content-type': 'application/json', vary: 'Accept-Encoding', ...headers });
  return answer as unknown as Response & TypedResponse<JSONParsed<T>, 200, 'json'>;
}
