import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { inSnapshot, listAttempts, listRuns, listSteps } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, name, runNumber, workflowPath } from '../http/params.ts';
import { notFoundResponse, ProblemError, problemResponses } from '../http/problem.ts';
import { stepSchema } from './schemas.ts';
import { keyInScope, noSuchWorkflow } from './workflow-key.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/workflows/{env}/{service}/{workflowId}/steps/{step}',
  summary: 'One step of a run with all its attempts',
  request: {
    params: workflowPath.extend({ step: name.openapi({ description: 'Name of the step, percent-encoded' }) }),
    query: z.strictObject({ run: runNumber }),
  },
  responses: {
    200: {
      description: 'The step in the run asked for, or in the newest',
      content: {
        'application/json': {
          schema: z.object({ run: z.int(), step: stepSchema, freshness: freshnessSchema, asOf }),
        },
      },
    },
    ...problemResponses,
    ...notFoundResponse,
  },
});

export function addStepDetail(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const path = c.req.valid('param');
    const key = keyInScope(path, c.get('scope'));
    const { run: asked } = c.req.valid('query');
    const [{ value, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, async (tx) => {
        const run = asked ?? (await listRuns(tx, key, null, 1))[0]?.run;
        if (run === undefined) throw noSuchWorkflow(key, asked);
        const [[step], attempts] = await Promise.all([
          listSteps(tx, key, run, path.step),
          listAttempts(tx, key, run, path.step),
        ]);
        if (step === undefined) {
          throw new ProblemError(
            404,
            `Run ${run} of this workflow has no step ${JSON.stringify(path.step)}, or there is no such run.`,
          );
        }
        return { run, step: { ...step, attempts: [...attempts] } };
      }),
      freshness.ofWorkflow(key),
    ]);
    return c.json({ ...value, freshness: fresh, asOf: now }, 200);
  });
}
