import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { Histogram, type Registry } from '@wm/runtime';

/** Times every request, by route (its pattern, not its path: paths hold ids) and status. */
export function requestMetrics(registry: Registry): MiddlewareHandler {
  const seconds = new Histogram({
    name: 'wm_api_request_seconds',
    help: 'Time from a request to its answer',
    labelNames: ['route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  return async (c, next) => {
    const stop = seconds.startTimer();
    await next();
    stop({ route: routePath(c, -1), status: String(c.res.status) });
  };
}
