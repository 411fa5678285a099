import type { ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Logger } from '@wm/runtime';
import type { ApiEnv } from './api-env.ts';
import { problem, ProblemError } from './problem.ts';

/** SQLSTATE of a statement that ran into statement_timeout. */
const QUERY_CANCELED = '57014';

/**
 * SQLSTATE classes and error codes of a store that cannot be asked just now: connection trouble, no access, no such
 * database, no certificate that is accepted, no resources, an operator's intervention, a replica that had to drop a snapshot.
 */
const UNAVAILABLE =
  /^(08|28|3D|40|53|55P03|57)|^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN|ENOENT|CONNECT|ERR_TLS_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/;

/** The one place where an exception becomes an answer. */
export function onError(logger: Logger): ErrorHandler<ApiEnv> {
  return (error, c) => {
    if (error instanceof ProblemError) return problem(c, error.status, error.message, error.errors);
    if (error instanceof HTTPException && error.status < 500) return problem(c, 400, error.message);
    const about = { error, path: c.req.path, requestId: c.get('requestId') };
    const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
    if (code === QUERY_CANCELED) {
      logger.warn(about, 'A question took longer than the statement timeout');
      return problem(
        c,
        503,
        'The question took too long and was stopped, so that it cannot slow anything else. Narrow it (environment, time range) and ask again.',
      );
    }
    if (UNAVAILABLE.test(code)) {
      logger.error(about, 'The store cannot be read');
      return problem(
        c,
        503,
        'The store cannot be read just now. Events are still taken in or resent by the trackers; ask again in a moment.',
      );
    }
    logger.error(about, 'A request failed by a fault of this service');
    return problem(c, 500, 'This service made a mistake; its log says which. The stored data is not affected.');
  };
}
