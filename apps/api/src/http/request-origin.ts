import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { REQUEST_ID_HEADER, requestIdOf, type Tracing } from '@wm/runtime';
import type { ApiEnv } from './api-env.ts';

/** Gives each request its id, which is in its answer and its lines of the log, and its span. */
export function requestOrigin(tracing: Tracing): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const traceparent = c.req.header('traceparent');
    const requestId = requestIdOf(c.req.header(REQUEST_ID_HEADER), traceparent);
    c.set('requestId', requestId);
    const attributes = { 'http.request.method': c.req.method, 'wm.request_id': requestId };
    await tracing.span(c.req.method, { kind: 'server', causes: [traceparent], attributes }, async (span) => {
      await next();
      // The pattern of the path, which holds no ids.
      span.note({ 'http.route': routePath(c, -1), 'http.response.status_code': c.res.status });
    });
    c.header(REQUEST_ID_HEADER, requestId);
  };
}
