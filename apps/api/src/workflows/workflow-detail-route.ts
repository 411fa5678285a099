import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { WorkflowKey } from '@wm/projection';
import {
  findRun,
  inSnapshot,
  listAttempts,
  listRuns,
  listSleeps,
  listSteps,
  readTelemetryDelay,
  type Tx,
} from '@wm/store';
import { evidenceOf } from '../active/activity.ts';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, runNumber, workflowPath } from '../http/params.ts';
import { wholeJson } from '../http/whole-json.ts';
import { notFoundResponse, problemResponses } from '../http/problem.ts';
import { byStep } from './by-step.ts';
import { EVERYWHERE, runRange } from './event-range.ts';
import { runView } from './run-view.ts';
import { runSummarySchema, sleepSchema, stepSchema, timeSplitSchema, workflowSchema } from './schemas.ts';
import { timeSplit } from './time-split.ts';
import { keyInScope, noSuchWorkflow } from './workflow-key.ts';

/** Runs that the detail lists itself; the route /runs has the others. */
const RUNS_SHOWN = 100;

const route = createRoute({
  method: 'get',
  path: '/v1/workflows/{env}/{service}/{workflowId}',
  summary: 'One run of a workflow with its steps, attempts and sleeps',
  request: {
    params: workflowPath,
    query: z.strictObject({ run: runNumber }),
  },
  responses: {
    200: {
      description: 'The run asked for, or the newest',
      content: {
        'application/json': {
          schema: z.object({
            workflow: workflowSchema,
            steps: z.array(stepSchema).openapi({ description: 'In order of first sight' }),
            time: timeSplitSchema,
            sleeps: z.array(sleepSchema).openapi({ description: 'Oldest first' }),
            runs: z
              .array(runSummarySchema)
              .openapi({ description: `The newest ${RUNS_SHOWN} runs of this id, newest first` }),
            freshness: freshnessSchema,
            asOf,
          }),
        },
      },
    },
    ...problemResponses,
    ...notFoundResponse,
  },
});

export function addWorkflowDetail(app: OpenAPIHono<ApiEnv>, { sql, freshness, usual }: ApiParts): void {
  app.openapi(route, async (c) => {
    const key = keyInScope(c.req.valid('param'), c.get('scope'));
    const { run: asked } = c.req.valid('query');
    const [{ value, asOf: now }, { expectations }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) => readDetail(tx, key, asked)),
      usual.read(),
      freshness.ofWorkflow(key),
    ]);
    const attemptsOf = byStep(value.attempts);
    const { run } = value;
    const { pausedSince: _pausedSince, ...shown } = run;
    return wholeJson(c, {
      workflow: { ...runView(shown, now, expectations), evidence: evidenceOf(run, now, expectations) },
      steps: value.steps.map((step) => ({ ...step, attempts: attemptsOf.get(step.stepName) ?? [] })),
      time: timeSplit(run, now, value.delay),
      sleeps: [...value.sleeps],
      runs: value.runs.map((one) => runView(one, now, expectations)),
      freshness: fresh,
      asOf: now,
    });
  });
}

/** @throws 404 where there is no such run */
async function readDetail(tx: Tx, key: WorkflowKey, asked: number | undefined) {
  const [run] = await findRun(tx, key, asked ?? null);
  if (run === undefined) throw noSuchWorkflow(key, asked);
  const range = await runRange(tx, key, run.run);
  const [steps, attempts, sleeps, runs, delay] = await Promise.all([
    listSteps(tx, key, run.run, null),
    listAttempts(tx, key, run.run, null),
    listSleeps(tx, key, run.run),
    listRuns(tx, key, null, RUNS_SHOWN),
    readTelemetryDelay(tx, key, range ?? EVERYWHERE),
  ]);
  return { run, steps, attempts, sleeps, runs, delay: delay[0]! };
}
