import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { inSnapshot, listWorkflows } from '@wm/store';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { positionCursor } from '../http/cursor.ts';
import { asOf, instant, limit, name, nextCursor, positionCursorParam, repeated } from '../http/params.ts';
import { problemResponses } from '../http/problem.ts';
import { runView } from './run-view.ts';
import { workflowListItemSchema, workflowStatus } from './schemas.ts';

const query = z.strictObject({
  env: name.optional().openapi({ description: 'Only this environment' }),
  service: repeated(name).openapi({
    description: 'Only these services; may be given more than once',
    type: 'array',
    items: { type: 'string' },
  }),
  status: repeated(workflowStatus).openapi({
    description: 'Only these statuses; may be given more than once',
    type: 'array',
    items: { type: 'string', enum: workflowStatus.options },
  }),
  name: name.optional().openapi({ description: 'Only workflows of this name' }),
  since: instant.optional().openapi({ description: 'Only those with sortAt at or after this time' }),
  until: instant.optional().openapi({ description: 'Only those with sortAt before this time' }),
  search: name.optional().openapi({ description: 'A workflow id or execution id, whole or its beginning' }),
  runs: z
    .enum(['latest', 'all'])
    .default('latest')
    .openapi({ description: 'Only the newest run of each workflow, or all' }),
  limit,
  cursor: positionCursorParam,
});

const route = createRoute({
  method: 'get',
  path: '/v1/workflows',
  summary: 'Workflows, newest first',
  description:
    'Ordered by sortAt, then id, both descending. A page is exact as of its answer: rows that keep matching while you page appear once, newer ones stand before the first page.',
  request: { query },
  responses: {
    200: {
      description: 'A page',
      content: {
        'application/json': { schema: z.object({ workflows: z.array(workflowListItemSchema), nextCursor, asOf }) },
      },
    },
    ...problemResponses,
  },
});

export function addListWorkflows(app: OpenAPIHono<ApiEnv>, { sql }: ApiDependencies): void {
  app.openapi(route, async (c) => {
    const {
      env,
      service,
      status,
      name: workflowName,
      since,
      until,
      search,
      runs,
      limit: size,
      cursor,
    } = c.req.valid('query');
    const filter = {
      scope: c.get('scope'),
      env: env ?? null,
      services: service,
      statuses: status,
      name: workflowName ?? null,
      since: since ?? null,
      until: until ?? null,
      search: search ?? null,
      runs,
    };
    const read = await inSnapshot(sql, (tx) => listWorkflows(tx, filter, cursor ?? null, size + 1));
    const workflows = read.value.slice(0, size);
    const last = read.value.length > size ? workflows.at(-1) : undefined;
    return c.json(
      {
        workflows: workflows.map((workflow) => runView(workflow, read.asOf)),
        nextCursor: last === undefined ? null : positionCursor(last.sortAt, last.id),
        asOf: read.asOf,
      },
      200,
    );
  });
}
