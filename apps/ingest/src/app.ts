import type { IncomingMessage } from 'node:http';
import { healthRoutes, RareLog, REQUEST_ID_HEADER, requestIdOf } from '@wm/runtime';
import type { Logger, Origin, Registry, Tracing } from '@wm/runtime';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { authenticateScrape } from './authentication.ts';
import { receiveEvents } from './events-route.ts';
import type { EventsRouteContext } from './events-route.ts';
import { Problem, unavailable } from './problem.ts';

/** Answers are JSON and plain text for programs: what only concerns pages is left out, because each header costs 0.1 µs an event. */
const SECURITY_HEADERS: Parameters<typeof secureHeaders>[0] = {
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
};

interface AppEnv {
  Bindings: { incoming: IncomingMessage };
}

export interface AppOptions extends EventsRouteContext {
  registry: Registry;
  logger: Logger;
  tracing: Tracing;
  /** null: ready; otherwise why not. */
  ready: () => Promise<string | null>;
}

export function createApp(options: AppOptions): Hono<AppEnv> {
  const { registry, ready, metrics, logger, tracing, door } = options;
  const toProblem = problemMaker(logger);
  const app = new Hono<AppEnv>();
  app.use(secureHeaders(SECURITY_HEADERS));
  app.post('/v1/events', (c) =>
    withOrigin(c.env.incoming, tracing, async (origin) => {
      const { requestId } = origin;
      const answer = await receiveEvents(c.env.incoming, options, origin).then(
        (receipt) => {
          logger.debug({ requestId, ...receipt, quarantined: receipt.quarantined.length }, 'events taken in');
          return c.json(receipt, 202);
        },
        (error: unknown) => toProblem(error, requestId).toResponse(),
      );
      metrics.answers.inc({ status: answer.status });
      return answer;
    }),
  );
  app.all('/v1/events', () => methodNotAllowed('POST'));
  app.use('/metrics', async (c, next) => {
    await authenticateScrape(c.env.incoming, door);
    await next();
  });
  app.route('/', healthRoutes({ registry, ready }));
  for (const path of ['/healthz', '/readyz', '/metrics']) app.all(path, () => methodNotAllowed('GET, HEAD'));
  app.notFound(() =>
    new Problem(
      404,
      'There is nothing at this address, so nothing was kept. Events go to POST /v1/events.',
    ).toResponse(),
  );
  app.onError((error) => toProblem(error).toResponse());
  return app;
}

/** Gives the request its id and its span; the id is in the answer, whatever that is. */
function withOrigin(
  incoming: IncomingMessage,
  tracing: Tracing,
  work: (origin: Origin) => Promise<Response>,
): Promise<Response> {
  const traceparent = headerOf(incoming, 'traceparent');
  const requestId = requestIdOf(headerOf(incoming, REQUEST_ID_HEADER), traceparent);
  const attributes = { 'http.request.method': 'POST', 'http.route': '/v1/events', 'wm.request_id': requestId };
  return tracing.span('POST /v1/events', { kind: 'server', causes: [traceparent], attributes }, async (span) => {
    const answer = await work({ requestId, traceparent: span.traceparent });
    span.note({ 'http.response.status_code': answer.status });
    answer.headers.set(REQUEST_ID_HEADER, requestId);
    return answer;
  });
}

function headerOf(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function methodNotAllowed(allow: string): Response {
  return new Problem(405, `This address takes ${allow} only. Nothing was kept.`, { headers: { allow } }).toResponse();
}

/** The one place where an exception becomes an answer: what nobody foresaw is a 503, so that the client sends it again. */
function problemMaker(logger: Logger): (error: unknown, requestId?: string) => Problem {
  const outages = new RareLog(logger);
  return (error, requestId) => {
    if (!(error instanceof Problem)) {
      logger.error(
        { error, requestId },
        'A request failed by a fault of this service. It was answered with 503, and the client sends it again.',
      );
      return unavailable('This service made a mistake; its log says which.', error);
    }
    if (error.status === 503) outages.warn({ error: error.cause, requestId }, error.message);
    else logger.debug({ status: error.status, requestId }, error.message);
    return error;
  };
}
