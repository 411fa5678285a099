import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { inSnapshot, listWorkflows } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, nextCursor } from '../http/params.ts';
import { problemResponses } from '../http/problem.ts';
import { listCursor } from './list-cursor.ts';
import { filterOf, listQuery, questionOf } from './list-query.ts';
import { runView } from './run-view.ts';
import { workflowListItemSchema } from './schemas.ts';

const totalSchema = z
  .object({
    count: z.int(),
    exact: z.boolean().openapi({ description: 'false: estimated by the statistics of the store' }),
  })
  .nullable()
  .openapi({ description: 'How many there are in all; null behind the first page' });

const route = createRoute({
  method: 'get',
  path: '/v1/workflows',
  summary: 'Workflows, newest first or in another order',
  description:
    'Ordered by the sort, then id. A page costs a bounded effort: where a filter leaves so little that the page is not full in time, it is short, `complete` is false and `nextCursor` goes on from where the search stopped. Rows that keep matching, and keep their place, while you page appear once.',
  request: { query: listQuery },
  responses: {
    200: {
      description: 'A page',
      content: {
        'application/json': {
          schema: z.object({
            workflows: z.array(workflowListItemSchema),
            nextCursor,
            complete: z.boolean().openapi({
              description: 'false: the search was stopped before the page was full, and nextCursor goes on',
            }),
            total: totalSchema,
            freshness: freshnessSchema,
            asOf,
          }),
        },
      },
    },
    ...problemResponses,
  },
});

export function addListWorkflows(app: OpenAPIHono<ApiEnv>, { sql, freshness, usual }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { sort, order, limit, cursor, ...values } = c.req.valid('query');
    const scope = c.get('scope');
    const { expectations } = await usual.read();
    const [{ value, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, async (tx) => {
        const filter = await filterOf(tx, { scope, expectations }, values);
        return listWorkflows(tx, questionOf(filter, { sort, order, limit, cursor }, cursor === undefined));
      }),
      freshness.of(scope, { envs: values.env, services: values.service }),
    ]);
    const { rows, next, complete, total } = value;
    return c.json(
      {
        workflows: rows.map((workflow) => runView(workflow, now, expectations)),
        nextCursor: next === null ? null : listCursor(sort, order, next),
        complete,
        total,
        freshness: fresh,
        asOf: now,
      },
      200,
    );
  });
}
