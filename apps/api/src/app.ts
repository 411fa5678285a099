/** The HTTP application: every route of the API, without a server around it. */
import { OpenAPIHono } from '@hono/zod-openapi';
import { compress } from 'hono/compress';
import { except } from 'hono/combine';
import { etag } from 'hono/etag';
import { healthRoutes } from '@wm/runtime';
import { addActive } from './active/active-routes.ts';
import type { ApiDependencies, ApiParts } from './api-dependencies.ts';
import { addEnvironments } from './environments/environments-route.ts';
import type { ApiEnv } from './http/api-env.ts';
import { compressJson } from './http/compress-json.ts';
import { Freshness } from './http/freshness.ts';
import { KEY_COOKIE } from './http/key-cookie.ts';
import { onError } from './http/on-error.ts';
import { otherSites } from './http/other-sites.ts';
import { problem } from './http/problem.ts';
import { rateLimit } from './http/rate-limit.ts';
import { requireReadKey } from './http/read-key.ts';
import { requestOrigin } from './http/request-origin.ts';
import { requestMetrics } from './http/request-metrics.ts';
import { requireWholeKey } from './http/whole-key.ts';
import { securityHeaders } from './http/security-headers.ts';
import { refuseInvalid } from './http/validation.ts';
import { addFailures } from './failures/failure-routes.ts';
import { addPipeline } from './pipeline/pipeline-route.ts';
import { addQueueBoard, BOARD_PATH } from './queue-board/queue-board.ts';
import { addQuarantine } from './quarantine/quarantine-routes.ts';
import { addExportWorkflows } from './workflows/export-workflows-route.ts';
import { addReference, REFERENCE_PATH } from './reference/reference-route.ts';
import { addSession, isLoginOrLogout } from './session/session-routes.ts';
import { addServices } from './services/services-routes.ts';
import { addCompare } from './statistics/compare-route.ts';
import { addMetrics } from './statistics/metrics-route.ts';
import { addStream } from './stream/stream-route.ts';
import { addListEvents } from './workflows/list-events-route.ts';
import { addListRuns } from './workflows/list-runs-route.ts';
import { addListSpans } from './workflows/list-spans-route.ts';
import { addListWorkflows } from './workflows/list-workflows-route.ts';
import { addProvenance } from './workflows/provenance-route.ts';
import { addWorkflowState } from './workflows/workflow-state-route.ts';
import { addStepDetail } from './workflows/step-detail-route.ts';
import { addWorkflowDetail } from './workflows/workflow-detail-route.ts';
import { routeOf } from './web/base-path.ts';
import { ASSETS_PATH, createDashboard, type Dashboard } from './web/dashboard.ts';

/** What answers at and below these is never a page of the dashboard. */
export const OTHER_PATHS: readonly string[] = [
  ASSETS_PATH,
  '/v1',
  '/openapi.json',
  REFERENCE_PATH,
  '/metrics',
  '/healthz',
  '/readyz',
  BOARD_PATH,
];

export function createApi(dependencies: ApiDependencies): OpenAPIHono<ApiEnv> {
  const { registry, ready, logger, tracing, door } = dependencies;
  const app = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid, getPath: routeOf(door.basePath) });
  const dashboard = createDashboard({
    folder: dependencies.webDir,
    basePath: door.basePath,
    otherPaths: OTHER_PATHS,
  });
  app.use(requestOrigin(tracing));
  app.use(requestMetrics(registry));
  app.use(securityHeaders([BOARD_PATH, REFERENCE_PATH]));
  app.use(otherSites(dependencies.corsOrigins));
  for (const path of ['/v1/*', '/openapi.json', REFERENCE_PATH, '/', `${ASSETS_PATH}/*`]) app.use(path, compress());
  app.use('/v1/*', compressJson());
  app.use('/v1/*', except(isLoginOrLogout, requireReadKey(door), rateLimit(dependencies.requestsPerSecond)));
  app.use('/v1/*', async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  const parts: ApiParts = { ...dependencies, freshness: new Freshness(dependencies.primary) };
  addSession(app, dependencies);
  addListWorkflows(app, parts);
  addExportWorkflows(app, parts);
  addWorkflowDetail(app, parts);
  addStepDetail(app, parts);
  addListEvents(app, parts);
  addProvenance(app, parts);
  addListSpans(app, parts);
  addWorkflowState(app, parts);
  addListRuns(app, parts);
  addEnvironments(app, parts);
  addServices(app, parts);
  addActive(app, parts);
  addStream(app, parts);
  addMetrics(app, parts);
  addCompare(app, parts);
  addFailures(app, parts);
  addPipeline(app, parts);
  addQuarantine(app, parts);
  addQueueBoard(app, { door, openQueue: dependencies.queue.openForBoard, logger });
  describe(app, door.basePath);
  listRoutes(app, dashboard);
  addReference(app);
  app.use('/metrics', requireWholeKey(door, { scope: 'metrics' }));
  app.route('/', healthRoutes({ registry, ready }));
  app.notFound(async (c) => {
    const ofDashboard = await dashboard(c);
    if (ofDashboard !== null) return ofDashboard;
    if (c.req.method === 'GET' || c.req.method === 'HEAD')
      return problem(c, 404, 'There is no such route. / lists those that there are.');
    c.header('allow', 'GET, HEAD');
    return problem(c, 405, `${c.req.method} is not understood here: this address only reads.`);
  });
  app.onError(onError(logger));
  return app;
}

/** The description of the routes, for programs and for people. */
function describe(app: OpenAPIHono<ApiEnv>, basePath: string): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-KEY',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: KEY_COOKIE,
  });
  app.use('/openapi.json', etag());
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'workflow-monitor', version: '1', description: 'The state of durable workflows.' },
    servers: [{ url: basePath }],
    security: [{ bearer: [] }, { apiKey: [] }, { cookie: [] }],
  });
}

/** For people the dashboard, for programs the list of routes. */
function listRoutes(app: OpenAPIHono<ApiEnv>, dashboard: Dashboard): void {
  app.get('/', async (c) => {
    const page = await dashboard(c);
    if (page !== null) return page;
    c.header('vary', 'Accept');
    const routes = app.openAPIRegistry.definitions.flatMap((definition) =>
      definition.type === 'route'
        ? [
            {
              method: definition.route.method.toUpperCase(),
              path: definition.route.path,
              summary: definition.route.summary ?? '',
            },
          ]
        : [],
    );
    return c.json({ name: 'workflow-monitor', description: '/openapi.json', reference: REFERENCE_PATH, routes });
  });
}
