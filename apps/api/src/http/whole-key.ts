/** What tells of all environments together is only for keys without a limit. */
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api-env.ts';
import { basicToken, headerToken, refuseUnknown, verdictOf, type Door } from './door.ts';
import { cookieToken } from './key-cookie.ts';
import { problem } from './problem.ts';

export interface WholeKey {
  scope: 'metrics' | 'operate';
  /** A person opens it in a browser, which asks for a password: the key goes there, unless it is logged in. */
  forBrowsers?: boolean;
}

/** Lets a request in with a key of the scope that reaches every environment and service. Without a verifier, everyone. */
export function requireWholeKey(door: Door, { scope, forBrowsers = false }: WholeKey): MiddlewareHandler<ApiEnv> {
  const { keys } = door;
  const challenge = forBrowsers ? 'Basic realm="workflow-monitor: a key as the password", charset="UTF-8"' : 'Bearer';
  return async (c, next) => {
    if (keys === null) return next();
    const token = headerToken(c) ?? (forBrowsers ? (basicToken(c) ?? cookieToken(c)) : null);
    const verdict = await verdictOf(c, keys, door, { token, scope });
    switch (verdict.kind) {
      case 'valid':
        if (verdict.key.env === null && verdict.key.serviceKey === null) return next();
        return problem(
          c,
          403,
          'This key is limited to an environment or service, and what is shown here is of all of them together.',
        );
      case 'wrong_scope':
        return problem(c, 403, `This key is not for this. \`wm keys create --scope ${scope}\` makes one that is.`);
      default:
        return refuseUnknown(c, verdict, challenge);
    }
  };
}
