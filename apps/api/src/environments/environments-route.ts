import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { alongIndex, countOpenRuns, inSnapshot, listServices, sumRollups } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, instantJson } from '../http/params.ts';
import { problemResponses } from '../http/problem.ts';
import { rangeFields, rangeJson, rangeSchema, timeRange } from '../http/time-range.ts';
import { addUp, figureFields, successRate, readCounts } from '../statistics/figures.ts';
import { addUpOpen, openSchema } from '../statistics/open-runs.ts';

const environmentSchema = z
  .object({
    env: z.string(),
    services: z.int().openapi({ description: 'Services that were ever heard of there' }),
    started: figureFields.started,
    completed: figureFields.completed,
    failed: figureFields.failed,
    cancelled: figureFields.cancelled,
    successRate: figureFields.successRate,
    open: openSchema,
    lastEventAt: instantJson.nullable().openapi({ description: 'Newest time that an event itself names' }),
    lastArrivalAt: instantJson.nullable().openapi({ description: 'Newest arrival, about ten seconds behind' }),
  })
  .openapi('Environment');

const route = createRoute({
  method: 'get',
  path: '/v1/environments',
  summary: 'Environments, with what happened there in a time range',
  request: { query: z.strictObject(rangeFields) },
  responses: {
    200: {
      description: 'By name',
      content: {
        'application/json': {
          schema: z.object({
            environments: z.array(environmentSchema),
            range: rangeSchema,
            freshness: freshnessSchema,
            asOf,
          }),
        },
      },
    },
    ...problemResponses,
  },
});

export function addEnvironments(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const scope = c.get('scope');
    const range = timeRange(c.req.valid('query'));
    const filter = { scope, envs: [], services: [], names: [], steps: [] };
    const [{ value, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) =>
        Promise.all([
          sumRollups(tx, range, { filter, of: 'workflows', groupBy: ['env'], stepMs: null, durations: false }),
          alongIndex(tx, countOpenRuns(tx, filter, { service: false, name: false })),
          listServices(tx, scope),
        ]),
      ),
      freshness.of(scope),
    ]);
    const [counted, open, services] = value;
    const names = [...counted.map(({ env }) => env!), ...open.map(({ env }) => env), ...services.map(({ env }) => env)];
    const environments = [...new Set(names)].toSorted().map((env) => {
      const { started, completed, failed, cancelled } = addUp(counted.filter((row) => row.env === env).map(readCounts));
      const own = services.filter((service) => service.env === env);
      return {
        env,
        services: own.length,
        started,
        completed,
        failed,
        cancelled,
        successRate: successRate({ completed, failed }),
        open: addUpOpen(open.filter((row) => row.env === env)),
        lastEventAt: newest(own.map(({ lastEventAt }) => lastEventAt)),
        lastArrivalAt: newest(own.map(({ lastArrivalAt }) => lastArrivalAt)),
      };
    });
    return c.json({ environments, range: rangeJson(range), freshness: fresh, asOf: now }, 200);
  });
}

function newest(times: readonly (Date | null)[]): string | null {
  const known = times.filter((at) => at !== null).map((at) => at.getTime());
  return known.length === 0 ? null : new Date(Math.max(...known)).toISOString();
}
