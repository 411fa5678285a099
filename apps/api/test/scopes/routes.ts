/** What each route of the api asks for. A route that is not here fails the test. */
import { eventOf, startedEventOf, STEP, WORKFLOW, type Cell } from './world.ts';

type Need =
  /** Nothing. */
  | 'open'
  /** A key for reading; what lies beyond its reach is left out or not found. */
  | 'read'
  /** A key for operating, and as above. */
  | 'operate'
  /** A key for operating without a limit on the environment. */
  | 'operate every environment'
  /** A key of this scope that reaches everything. */
  | 'whole metrics'
  | 'whole operate';

export interface RouteCase {
  need: Need;
  /** What it names lies in one environment and service: from outside it is not there. */
  namesCell?: boolean;
  /** What it names is a service, of every environment: it is there for whoever reaches it in one. */
  namesService?: true;
  /** It answers whoever may read, with nothing of what lies beyond their reach, whatever it names. */
  alwaysFound?: true;
  /** Its answer does not end by itself. */
  streams?: true;
  /** It is about entries of the quarantine. */
  entries?: true;
  /**
   * @param entry an open entry of the quarantine, of that cell; empty where the route is not about them
   * @param token of the request, for the route that takes it in its body
   */
  request: (cell: Cell, entry: string, token: string | null) => { path: string; method?: string; body?: object };
}

const RANGE = 'since=2026-03-01T00:00:00Z&until=2026-03-02T00:00:00Z';
const at = (path: string) => () => ({ path });
const workflow = (below = '') => ({
  need: 'read' as const,
  namesCell: true,
  request: ({ env, service }: Cell) => ({ path: `/v1/workflows/${env}/${service}/${WORKFLOW}${below}` }),
});

/** Each page and figure of the board; its routes that change something are refused before they are reached. */
export const BOARD: RouteCase = { need: 'whole operate', request: at('/queues/api/queues') };

export const ROUTES: Readonly<Record<string, RouteCase>> = {
  'GET /': { need: 'open', request: at('/') },
  'GET /openapi.json': { need: 'open', request: at('/openapi.json') },
  'GET /docs': { need: 'open', request: at('/docs') },
  'GET /healthz': { need: 'open', request: at('/healthz') },
  'GET /readyz': { need: 'open', request: at('/readyz') },
  'GET /metrics': { need: 'whole metrics', request: at('/metrics') },
  'GET /v1/session': { need: 'read', request: at('/v1/session') },
  'POST /v1/session': {
    need: 'read',
    request: (_cell, _entry, token) => ({ path: '/v1/session', body: { key: token ?? 'none' } }),
  },
  'DELETE /v1/session': { need: 'open', request: () => ({ path: '/v1/session', method: 'DELETE' }) },
  'GET /v1/workflows': { need: 'read', request: at('/v1/workflows') },
  'GET /v1/workflows/export': { need: 'read', request: at('/v1/workflows/export?runs=all') },
  'GET /v1/workflows/:env/:service/:workflowId': workflow(),
  'GET /v1/workflows/:env/:service/:workflowId/steps/:step': workflow(`/steps/${STEP}`),
  'GET /v1/workflows/:env/:service/:workflowId/events': workflow('/events'),
  'GET /v1/workflows/:env/:service/:workflowId/runs': workflow('/runs'),
  'GET /v1/workflows/:env/:service/:workflowId/provenance': workflow('/provenance'),
  'GET /v1/workflows/:env/:service/:workflowId/spans': workflow('/spans'),
  'GET /v1/workflows/:env/:service/:workflowId/state': {
    ...workflow(),
    request: (cell) => ({
      path: `/v1/workflows/${cell.env}/${cell.service}/${WORKFLOW}/state?event=${startedEventOf(cell)}`,
    }),
  },
  'GET /v1/failures': { need: 'read', request: at('/v1/failures') },
  'GET /v1/failures/groups': { need: 'read', request: at(`/v1/failures/groups?${RANGE}`) },
  'GET /v1/failures/workflows': { need: 'read', request: at(`/v1/failures/workflows?${RANGE}`) },
  'GET /v1/failures/steps': { need: 'read', request: at(`/v1/failures/steps?${RANGE}`) },
  'GET /v1/environments': { need: 'read', request: at('/v1/environments') },
  'GET /v1/services': { need: 'read', request: at('/v1/services') },
  'GET /v1/services/:service': {
    need: 'read',
    namesService: true,
    request: ({ service }) => ({ path: `/v1/services/${service}` }),
  },
  'PATCH /v1/services/:service': {
    need: 'operate every environment',
    namesService: true,
    request: ({ service }) => ({
      path: `/v1/services/${service}`,
      method: 'PATCH',
      body: { description: 'What it is for' },
    }),
  },
  'GET /v1/active': { need: 'read', request: at('/v1/active') },
  'GET /v1/stream': { need: 'read', streams: true, request: at('/v1/stream') },
  'GET /v1/active/forecast': { need: 'read', request: at('/v1/active/forecast') },
  'GET /v1/metrics': { need: 'read', request: at('/v1/metrics?groupBy=env&groupBy=service&groupBy=name') },
  'GET /v1/metrics/compare': {
    need: 'read',
    namesCell: true,
    alwaysFound: true,
    request: ({ env }) => ({ path: `/v1/metrics/compare?left=${env}&right=${env === 'env-a' ? 'env-b' : 'env-a'}` }),
  },
  'GET /v1/pipeline': { need: 'read', request: at('/v1/pipeline') },
  'GET /v1/quarantine': { need: 'read', request: at('/v1/quarantine') },
  'GET /v1/quarantine/:id': {
    need: 'read',
    entries: true,
    namesCell: true,
    request: (_cell, entry) => ({ path: `/v1/quarantine/${entry}` }),
  },
  'POST /v1/quarantine/:id/redrive': {
    need: 'operate',
    entries: true,
    namesCell: true,
    request: (cell, entry) => ({ path: `/v1/quarantine/${entry}/redrive`, body: { event: eventOf(cell) } }),
  },
  'POST /v1/quarantine/:id/discard': {
    need: 'operate',
    entries: true,
    namesCell: true,
    request: (_cell, entry) => ({ path: `/v1/quarantine/${entry}/discard`, body: { reason: 'why' } }),
  },
  'POST /v1/quarantine/redrive': {
    need: 'operate',
    entries: true,
    request: () => ({ path: '/v1/quarantine/redrive', body: { filter: {} } }),
  },
  'POST /v1/quarantine/discard': {
    need: 'operate',
    entries: true,
    request: () => ({ path: '/v1/quarantine/discard', body: { filter: {}, reason: 'why' } }),
  },
};
