/** Who asks, and what they may see. */
import type { MiddlewareHandler } from 'hono';
import { EVERYTHING, type KeyVerifier } from '@wm/store';
import type { ApiEnv } from './api-env.ts';
import { problem } from './problem.ts';

/** Lets a request in with a read key from `Authorization: Bearer …` or `X-API-KEY: …`. Without a verifier, everyone. */
export function requireReadKey(keys: KeyVerifier | null): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    if (keys === null) {
      c.set('scope', EVERYTHING);
      return next();
    }
    const token = tokenOf(c.req.header('authorization'), c.req.header('x-api-key'));
    const verdict = await keys.verify(token);
    switch (verdict.kind) {
      case 'valid':
        c.set('scope', { env: verdict.key.env, serviceKey: verdict.key.serviceKey });
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

function tokenOf(authorization: string | undefined, apiKey: string | undefined): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  return bearer ?? (apiKey?.trim() || null);
}
