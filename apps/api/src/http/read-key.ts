/** Who asks, and what they may see. */
import type { Context, MiddlewareHandler } from 'hono';
import { EVERYTHING, type KeyVerifier } from '@wm/store';
import type { ApiEnv } from './api-env.ts';
import { problem } from './problem.ts';

/** With AUTH=off: nobody in particular. */
const ANYONE = 'anyone';

/** Lets a request in with a key for reading or operating from `Authorization: Bearer …` or `X-API-KEY: …`. Without a verifier, everyone. */
export function requireReadKey(keys: KeyVerifier | null): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (keys === null) {
      c.set('scope', EVERYTHING);
      c.set('actor', ANYONE);
      return next();
    }
    const token = tokenOf(c.req.header('authorization'), c.req.header('x-api-key'));
    const verdict = await keys.verify(token);
    switch (verdict.kind) {
      case 'valid':
        c.set('scope', { env: verdict.key.env, serviceKey: verdict.key.serviceKey });
        c.set('actor', verdict.key.scope === 'operate' ? verdict.key.id : null);
        return next();
      case 'wrong_scope':
        return problem(
          c,
          403,
          'This key is for sending events, not for reading. `wm keys create` makes one for reading.',
        );
      case 'unknown':
        c.header('www-authenticate', 'Bearer');
        return problem(
          c,
          401,
          token === null
            ? 'This route needs a read key, in the header Authorization: Bearer … or X-API-KEY. `wm keys create` makes one.'
            : 'The key is unknown or revoked. `wm keys list` shows which there are.',
        );
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

function tokenOf(authorization: string | undefined, apiKey: string | undefined): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  return bearer ?? (apiKey?.trim() || null);
}
