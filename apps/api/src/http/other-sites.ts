/** Which pages of other sites may read the answers: none, unless somebody names them. */
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

const REQUEST_HEADERS = ['authorization', 'x-api-key', 'content-type', 'last-event-id', 'if-none-match', 'traceparent'];
const RESPONSE_HEADERS = ['etag', 'retry-after', 'x-request-id', 'x-as-of', 'x-lag-ms', 'content-disposition'];

export function otherSites(origins: readonly string[]): MiddlewareHandler {
  if (origins.length === 0) return (_c, next) => next();
  return cors({
    origin: [...origins],
    allowMethods: ['GET', 'HEAD', 'POST', 'PATCH'],
    allowHeaders: REQUEST_HEADERS,
    exposeHeaders: RESPONSE_HEADERS,
    maxAge: 600,
  });
}
