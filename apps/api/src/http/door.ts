/** How requests are let in: their key, and where they come from. */
import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import type { CameByHttps, ClientAddress } from '@wm/runtime';
import { presentedToken } from '@wm/store';
import type { KeyScope, KeyVerdict, KeyVerifier } from '@wm/store';
import { cookieToken } from './key-cookie.ts';
import { problem } from './problem.ts';

export interface Door {
  /** null: everyone may do everything. */
  keys: KeyVerifier | null;
  addressOf: ClientAddress;
  cameByHttps: CameByHttps;
  /** Path that browsers know the api by; a key in a cookie is sent at and below it. */
  basePath: string;
}

/** Node's own request; absent where a test calls the application without a server. */
export function incomingOf(c: Context): IncomingMessage | undefined {
  return ((c.env ?? {}) as { incoming?: IncomingMessage }).incoming;
}

/** @param token null: the request carries none */
export async function verdictOf(
  c: Context,
  keys: KeyVerifier,
  { addressOf }: Door,
  wanted: { token: string | null; scope: KeyScope },
): Promise<KeyVerdict> {
  return keys.verify({ ...wanted, address: addressOf(incomingOf(c)) });
}

/** The answer to a request without a key that exists. */
export function refuseUnknown(
  c: Context,
  verdict: Extract<KeyVerdict, { kind: 'missing' | 'unknown' | 'limited' }>,
  challenge = 'Bearer',
): Response {
  switch (verdict.kind) {
    case 'missing':
      c.header('www-authenticate', challenge);
      return problem(
        c,
        401,
        'This route needs a key, in the header Authorization: Bearer … or X-API-KEY. `wm keys create` makes one.',
      );
    case 'unknown':
      c.header('www-authenticate', challenge);
      return problem(c, 401, 'The key is unknown, expired or revoked. `wm keys list` shows which there are.');
    case 'limited':
      c.header('retry-after', String(verdict.retryAfterSeconds));
      return problem(
        c,
        429,
        `Too many wrong keys came from this address. Only a key that is accepted helps for the next ${verdict.retryAfterSeconds} s; the one sent is not looked at.`,
      );
  }
}

/** From `Authorization: Bearer …` or `X-API-KEY: …`. */
export function headerToken(c: Context): string | null {
  return presentedToken(c.req.header('authorization'), c.req.header('x-api-key'));
}

/** What a request shows: the key in its header, which counts first, or the one in its cookie. */
export function presentedKey(c: Context): { token: string | null; inCookie: boolean } {
  const token = headerToken(c);
  return token === null ? { token: cookieToken(c), inCookie: true } : { token, inCookie: false };
}

/** From the password of HTTP Basic, as a browser asks for it. The user name may be anything. */
export function basicToken(c: Context): string | null {
  const encoded = /^Basic +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, 'base64').toString();
  const password = pair.slice(pair.indexOf(':') + 1).trim();
  return pair.includes(':') && password !== '' ? password : null;
}
