import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { inSnapshot, listRuns } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { runCursor } from '../http/cursor.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, limit, nextCursor, runCursorParam, workflowPath } from '../http/params.ts';
import { notFoundResponse, problemResponses } from '../http/problem.ts';
import { runView } from './run-view.ts';
import { runSummarySchema } from './schemas.ts';
import { keyInScope, noSuchWorkflow } from './workflow-key.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/workflows/{env}/{service}/{workflowId}/runs',
  summary: 'All runs of a workflow id, newest first',
  request: { params: workflowPath, query: z.strictObject({ limit, cursor: runCursorParam }) },
  responses: {
    200: {
      description: 'A page',
      content: {
        'application/json': {
          schema: z.object({ runs: z.array(runSummarySchema), nextCursor, freshness: freshnessSchema, asOf }),
        },
      },
    },
    ...problemResponses,
    ...notFoundResponse,
  },
});

export function addListRuns(app: OpenAPIHono<ApiEnv>, { sql, freshness, usual }: ApiParts): void {
  app.openapi(route, async (c) => {
    const key = keyInScope(c.req.valid('param'), c.get('scope'));
    const { limit: size, cursor } = c.req.valid('query');
    const [read, { expectations }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) => listRuns(tx, key, cursor ?? null, size + 1)),
      usual.read(),
      freshness.ofWorkflow(key),
    ]);
    if (read.value.length === 0 && cursor === undefined) throw noSuchWorkflow(key, undefined);
    const runs = read.value.slice(0, size);
    const last = read.value.length > size ? runs.at(-1) : undefined;
    return c.json(
      {
        runs: runs.map((run) => runView(run, read.asOf, expectations)),
        nextCursor: last === undefined ? null : runCursor(last.run),
        freshness: fresh,
        asOf: read.asOf,
      },
      200,
    );
  });
}
