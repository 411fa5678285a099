import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { inSnapshot, listWorkflows } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, cursorParam, instant, limit, nextCursor } from '../http/params.ts';
import { problemResponses } from '../http/problem.ts';
import { listCursor, readListCursor } from '../workflows/list-cursor.ts';
import { filterOf, filterParams, questionOf } from '../workflows/list-query.ts';
import { NOTHING_EXPECTED, runView } from '../workflows/run-view.ts';
import { workflowListItemSchema } from '../workflows/schemas.ts';

const { env, service, name, error, errorGroup, errorStep } = filterParams;
const ORDER = { sort: 'finished', order: 'desc' } as const;

const query = z
  .strictObject({
    env,
    service,
    name,
    error,
    errorGroup,
    errorStep,
    since: instant.optional().openapi({ description: 'Only those that failed at or after this time' }),
    until: instant.optional().openapi({ description: 'Only those that failed before this time' }),
    limit,
    cursor: cursorParam(readListCursor),
  })
  .refine(({ cursor }) => cursor === undefined || (cursor.sort === ORDER.sort && cursor.direction === ORDER.order), {
    path: ['cursor'],
    message: 'is no cursor of this route: take nextCursor of the page before as it is',
  });

const route = createRoute({
  method: 'get',
  path: '/v1/failures',
  summary: 'Failed runs, the newest failure first',
  description: 'All of them, whether or not the workflow was run again since (`latest` is false then).',
  request: { query },
  responses: {
    200: {
      description: 'A page',
      content: {
        'application/json': {
          schema: z.object({
            failures: z.array(workflowListItemSchema),
            nextCursor,
            complete: z.boolean().openapi({
              description: 'false: the search was stopped before the page was full, and nextCursor goes on',
            }),
            freshness: freshnessSchema,
            asOf,
          }),
        },
      },
    },
    ...problemResponses,
  },
});

const NO_OTHER_FILTER = { tag: [], activity: [], status: ['failed' as const], runs: 'all' as const };

export function addListFailures(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { limit: size, cursor, since, until, ...values } = c.req.valid('query');
    const scope = c.get('scope');
    const [{ value, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, async (tx) => {
        const asked = { ...values, ...NO_OTHER_FILTER, finishedSince: since, finishedUntil: until };
        const filter = await filterOf(tx, { scope, expectations: NOTHING_EXPECTED }, asked);
        return listWorkflows(tx, questionOf(filter, { ...ORDER, limit: size, cursor }));
      }),
      freshness.of(scope, { envs: values.env, services: values.service }),
    ]);
    return c.json(
      {
        failures: value.rows.map((run) => runView(run, now, NOTHING_EXPECTED)),
        nextCursor: value.next === null ? null : listCursor(ORDER.sort, ORDER.order, value.next),
        complete: value.complete,
        freshness: fresh,
        asOf: now,
      },
      200,
    );
  });
}
