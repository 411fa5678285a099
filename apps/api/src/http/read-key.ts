/** Who asks, and what they may see. */
import type { Context, MiddlewareHandler } from 'hono';
import { EVERYTHING, type KeyVerdict } from '@wm/store';
import type { ApiEnv } from './api-env.ts';
import { presentedKey, refuseUnknown, verdictOf, type Door } from './door.ts';
import { clearKeyCookie } from './key-cookie.ts';
import { problem } from './problem.ts';

/** With AUTH=off: nobody in particular. */
const ANYONE = 'anyone';

/**
 * Whether a page of another site sent the request, as the browser says. Without the header no browser sent it, or one by
 * plain HTTP from another machine.
 */
function isFromOtherSite(c: Context): boolean {
  const site = c.req.header('sec-fetch-site') ?? 'none';
  return site !== 'none' && site !== 'same-origin';
}

/** Lets a request in with a key for reading or operating. Without a verifier, everyone. */
export function requireReadKey(door: Door): MiddlewareHandler<ApiEnv> {
  const { keys } = door;
  return async (c, next) => {
    if (keys === null) {
      c.set('scope', EVERYTHING);
      c.set('actor', ANYONE);
      c.set('key', null);
      c.set('keyInCookie', false);
      return next();
    }
    const { token, inCookie } = presentedKey(c);
    const verdict = await verdictOf(c, keys, door, { token, scope: 'read' });
    if (verdict.kind !== 'valid') {
      // A page that asks again and again must not seem to guess.
      if (inCookie && verdict.kind === 'unknown') clearKeyCookie(c, door.basePath);
      return refuseReader(c, verdict);
    }
    const { key } = verdict;
    c.set('scope', { env: key.env, serviceKey: key.serviceKey });
    c.set('key', key);
    c.set('keyInCookie', inCookie);
    c.set('actor', key.scope === 'operate' ? key.id : null);
    return next();
  };
}

/** The answer to whoever has no key for reading. */
export function refuseReader(c: Context, verdict: Exclude<KeyVerdict, { kind: 'valid' }>): Response {
  if (verdict.kind !== 'wrong_scope') return refuseUnknown(c, verdict);
  return problem(c, 403, 'This key is not for reading. `wm keys create --scope read` makes one that is.');
}

/**
 * Lets a request change things with a key for operating; stands behind requireReadKey. Where nobody needs a key, or the
 * browser sends it by itself, a page of another site in somebody's browser must not do it for them.
 */
export const requireOperateKey: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const actor = c.get('actor');
  if (actor === null) {
    return problem(
      c,
      403,
      'This key is for reading, so nothing was changed. `wm keys create --scope operate` makes one for changing things.',
    );
  }
  if (c.get('keyInCookie') && c.req.header('sec-fetch-site') !== 'same-origin') {
    return problem(
      c,
      403,
      'The key came in a cookie, and the browser does not say that a page of this address sent the request, so nothing was changed. Browsers say so over HTTPS and on localhost; elsewhere send the key in the header Authorization.',
    );
  }
  return actor === ANYONE ? refuseOtherSites(c, next) : next();
};

/** Lets a request in that no page of another site has sent. */
export const refuseOtherSites: MiddlewareHandler<ApiEnv> = async (c, next) =>
  isFromOtherSite(c) ? problem(c, 403, 'A page of another site sent this request, so nothing was changed.') : next();

/** Who changes something, behind requireOperateKey. */
export function actorOf(c: Context<ApiEnv>): string {
  const actor = c.get('actor');
  if (actor === null) throw new Error('A route that changes something has no check of keys before it');
  return actor;
}
