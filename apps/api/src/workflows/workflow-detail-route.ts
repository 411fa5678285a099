import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { findRun, inSnapshot, listAttempts, listRuns, listSleeps, listSteps, type AttemptView } from '@wm/store';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { asOf, runNumber, workflowPath } from '../http/params.ts';
import { notFoundResponse, problemResponses } from '../http/problem.ts';
import { runView } from './run-view.ts';
import { runSummarySchema, sleepSchema, stepSchema, workflowSchema } from './schemas.ts';
import { keyInScope, noSuchWorkflow } from './workflow-key.ts';

/** Runs that the detail lists itself; the route /runs has the others. */
const RUNS_SHOWN = 100;

const route = createRoute({
  method: 'get',
  path: '/v1/workflows/{env}/{service}/{workflowId}',
  summary: 'One run of a workflow with its steps, attempts and sleeps',
  request: { params: workflowPath, query: z.strictObject({ run: runNumber }) },
  responses: {
    200: {
      description: 'The run asked for, or the newest',
      content: {
        'application/json': {
          schema: z.object({
            workflow: workflowSchema,
            steps: z.array(stepSchema).openapi({ description: 'In order of first sight' }),
            sleeps: z.array(sleepSchema).openapi({ description: 'Oldest first' }),
            runs: z
              .array(runSummarySchema)
              .openapi({ description: `The newest ${RUNS_SHOWN} runs of this id, newest first` }),
            asOf,
          }),
        },
      },
    },
    ...problemResponses,
    ...notFoundResponse,
  },
});

export function addWorkflowDetail(app: OpenAPIHono<ApiEnv>, { sql }: ApiDependencies): void {
  app.openapi(route, async (c) => {
    const key = keyInScope(c.req.valid('param'), c.get('scope'));
    const { run: asked } = c.req.valid('query');
    const { value, asOf: now } = await inSnapshot(sql, async (tx) => {
      const [run] = await findRun(tx, key, asked ?? null);
      if (run === undefined) throw noSuchWorkflow(key, asked);
      const [steps, attempts, sleeps, runs] = await Promise.all([
        listSteps(tx, key, run.run, null),
        listAttempts(tx, key, run.run, null),
        listSleeps(tx, key, run.run),
        listRuns(tx, key, null, RUNS_SHOWN),
      ]);
      return { run, steps, attempts, sleeps, runs };
    });
    const attemptsOf = byStep(value.attempts);
    return c.json(
      {
        workflow: runView(value.run, now),
        steps: value.steps.map((step) => ({ ...step, attempts: attemptsOf.get(step.stepName) ?? [] })),
        sleeps: [...value.sleeps],
        runs: value.runs.map((run) => runView(run, now)),
        asOf: now,
      },
      200,
    );
  });
}

function byStep(attempts: readonly AttemptView[]): Map<string, AttemptView[]> {
  const groups = new Map<string, AttemptView[]>();
  for (const attempt of attempts) {
    const group = groups.get(attempt.stepName);
    if (group === undefined) groups.set(attempt.stepName, [attempt]);
    else group.push(attempt);
  }
  return groups;
}
