import type { IncomingMessage } from 'node:http';
import { healthRoutes } from '@wm/runtime';
import type { Logger, Registry } from '@wm/runtime';
import { Hono } from 'hono';
import { receiveEvents } from './events-route.ts';
import type { EventsRouteContext } from './events-route.ts';
import { Problem, unavailable } from './problem.ts';
import { RareLog } from './rare-log.ts';

interface AppEnv {
  Bindings: { incoming: IncomingMessage };
}

export interface AppOptions extends EventsRouteContext {
  registry: Registry;
  logger: Logger;
  /** null: ready; otherwise why not. */
  ready: () => Promise<string | null>;
}

export function createApp(options: AppOptions): Hono<AppEnv> {
  const { registry, ready, metrics, logger } = options;
  const toProblem = problemMaker(logger);
  const app = new Hono<AppEnv>();
  app.post('/v1/events', async (c) => {
    const answer = await receiveEvents(c.env.incoming, options).then(
      (receipt) => c.json(receipt, 202),
      (error: unknown) => toProblem(error).toResponse(),
    );
    metrics.answers.inc({ status: answer.status });
    return answer;
  });
  app.all('/v1/events', () => methodNotAllowed('POST'));
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

function methodNotAllowed(allow: string): Response {
  return new Problem(405, `This address takes ${allow} only. Nothing was kept.`, { headers: { allow } }).toResponse();
}

/** The one place where an exception becomes an answer: what nobody foresaw is a 503, so that the client sends it again. */
function problemMaker(logger: Logger): (error: unknown) => Problem {
  const outages = new RareLog(logger);
  return (error) => {
    if (!(error instanceof Problem)) {
      logger.error(
        { error },
        'A request failed by a fault of this service. It was answered with 503, and the client sends it again.',
      );
      return unavailable('This service made a mistake; its log says which.', error);
    }
    if (error.status === 503) outages.warn({ error: error.cause }, error.message);
    return error;
  };
}
