import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { countFailuresByWorkflow, inSnapshot } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, instantJson, nextCursor } from '../http/params.ts';
import { problemResponses } from '../http/problem.ts';
import { rangeOf, rangeSchema, rangeView, rankCursor, rankingQuery } from './failure-query.ts';

const workflowSchema = z
  .object({
    env: z.string(),
    serviceKey: z.string(),
    workflowName: z.string(),
    count: z.int().openapi({ description: 'Failed runs' }),
    errorGroups: z.int().openapi({ description: 'How many kinds of errors they are' }),
    lastMinute: instantJson.openapi({ description: 'The minute of the last failure' }),
  })
  .openapi('FailingWorkflow');

const route = createRoute({
  method: 'get',
  path: '/v1/failures/workflows',
  summary: 'How often each workflow failed in a range of time',
  request: { query: rankingQuery(3) },
  responses: {
    200: {
      description: 'A page, the most frequent first',
      content: {
        'application/json': {
          schema: z.object({
            workflows: z.array(workflowSchema),
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

export function addFailingWorkflows(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const values = c.req.valid('query');
    const range = rangeOf(c.get('scope'), values, Date.now());
    const { cursor, limit } = values;
    const [env = '', serviceKey = '', workflowName = ''] = cursor?.keys ?? [];
    const after = cursor === undefined ? null : { count: cursor.count, env, serviceKey, workflowName };
    const [{ value, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) => countFailuresByWorkflow(tx, range, after, limit + 1)),
      freshness.of(range.scope, range),
    ]);
    const workflows = value.slice(0, limit);
    const last = value.length > limit ? workflows.at(-1) : undefined;
    const keys = last === undefined ? [] : [last.env, last.serviceKey, last.workflowName];
    return c.json(
      {
        workflows,
        range: rangeView(range),
        nextCursor: last === undefined ? null : rankCursor(range, last.count, keys),
        freshness: fresh,
        asOf: now,
      },
      200,
    );
  });
}
