/** Who asks, and what they may see. */
import type { Context, MiddlewareHandler } from 'hono';
import { EVERYTHING } from '@wm/store';
import type { ApiEnv } from './api-env.ts';
import { headerToken, refuseUnknown, verdictOf, type Door } from './door.ts';
import { problem } from './problem.ts';

/** With AUTH=off: nobody in particular. */
const ANYONE = 'anyone';

/** Lets a request in with a key for reading or operating. Without a verifier, everyone. */
export function requireReadKey(door: Door): MiddlewareHandler<ApiEnv> {
  const { keys } = door;
  return async (c, next) => {
    if (keys === null) {
      c.set('scope', EVERYTHING);
      c.set('actor', ANYONE);
      c.set('keyId', null);
      return next();
    }
    const verdict = await verdictOf(c, keys, door, { token: headerToken(c), scope: 'read' });
    switch (verdict.kind) {
      case 'valid':
        c.set('scope', { env: verdict.key.env, serviceKey: verdict.key.serviceKey });
        c.set('keyId', verdict.key.id);
        c.set('actor', verdict.key.scope === 'operate' ? verdict.key.id : null);
        return next();
      case 'wrong_scope':
        return problem(c, 403, 'This key is not for reading. `wm keys create --scope read` makes one that is.');
      default:
        return refuseUnknown(c, verdict);
    }
  };
}

/**
 * Lets a request change things with a key for operating; stands behind requireReadKey. Where nobody needs a key, a page of
 * another site in somebody's browser must not do it for them.
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
  const site = c.req.header('sec-fetch-site') ?? 'none';
  if (actor === ANYONE && site !== 'none' && site !== 'same-origin') {
    return problem(c, 403, 'A page of another site sent this request, so nothing was changed.');
  }
  return next();
};

/** Who changes something, behind requireOperateKey. */
export function actorOf(c: Context<ApiEnv>): string {
  const actor = c.get('actor');
  if (actor === null) throw new Error('A route that changes something has no check of keys before it');
  return actor;
}
