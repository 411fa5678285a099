import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { inSnapshot, rankFailingSteps } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, instantJson, nextCursor } from '../http/params.ts';
import { problemResponses } from '../http/problem.ts';
import { rangeOf, rangeSchema, rangeView, rankCursor, rankingQuery } from './failure-query.ts';

const stepSchema = z
  .object({
    env: z.string(),
    serviceKey: z.string(),
    workflowName: z.string(),
    stepName: z.string(),
    count: z.int().openapi({ description: 'How often it failed for good; what the workflow caught counts too' }),
    lastMinute: instantJson.openapi({ description: 'The minute of the last failure' }),
  })
  .openapi('FailingStep');

const route = createRoute({
  method: 'get',
  path: '/v1/failures/steps',
  summary: 'The steps that failed in a range of time, the most frequent first',
  description: 'An attempt that failed and was tried again is no failure of its step.',
  request: { query: rankingQuery(4) },
  responses: {
    200: {
      description: 'A page',
      content: {
        'application/json': {
          schema: z.object({
            steps: z.array(stepSchema),
            range: rangeSchema,
            nextCursor,
            freshness: freshnessSchema,
            asOf,
          }),
        },
      },
    },
    ...problemResponses,
  },
});

export function addFailingSteps(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const values = c.req.valid('query');
    const range = rangeOf(c.get('scope'), values, Date.now());
    const { cursor, limit } = values;
    const [env = '', serviceKey = '', workflowName = '', stepName = ''] = cursor?.keys ?? [];
    const after = cursor === undefined ? null : { count: cursor.count, env, serviceKey, workflowName, stepName };
    const [{ value, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) => rankFailingSteps(tx, range, after, limit + 1)),
      freshness.of(range.scope, range),
    ]);
    const steps = value.slice(0, limit);
    const last = value.length > limit ? steps.at(-1) : undefined;
    const keys = last === undefined ? [] : [last.env, last.serviceKey, last.workflowName, last.stepName];
    return c.json(
      {
        steps,
        range: rangeView(range),
        nextCursor: last === undefined ? null : rankCursor(range, last.count, keys),
        freshness: fresh,
        asOf: now,
      },
      200,
    );
  });
}
