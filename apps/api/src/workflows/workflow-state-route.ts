import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { PROJECTION_VERSION, type WorkflowKey } from '@wm/projection';
import { findEvent, foldLog, inSnapshot, readLoggedValues, type Tx } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, instantJson, workflowPath } from '../http/params.ts';
import { wholeJson } from '../http/whole-json.ts';
import { notFoundResponse, ProblemError, problemResponses } from '../http/problem.ts';
import { NOTHING_EXPECTED, runView } from './run-view.ts';
import { sleepSchema, stateStepSchema, stateWorkflowSchema } from './schemas.ts';
import { loggedIdsOf, stateSleeps, stateSteps, stateWorkflow } from './state-view.ts';
import { keyInScope } from './workflow-key.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/workflows/{env}/{service}/{workflowId}/state',
  summary: 'A run as it stood at one of its events',
  description:
    'The fold of all events up to that one, in their order, whenever they arrived: what is known today about then, not what was shown then.',
  request: {
    params: workflowPath,
    query: z.strictObject({ event: z.uuid().openapi({ description: 'Id of the event' }) }),
  },
  responses: {
    200: {
      description: 'The run that the event belongs to, right after it',
      content: {
        'application/json': {
          schema: z.object({
            event: z.object({ id: z.uuid(), type: z.string(), timestamp: instantJson }),
            workflow: stateWorkflowSchema,
            steps: z.array(stateStepSchema).openapi({ description: 'In order of first sight' }),
            sleeps: z.array(sleepSchema).openapi({ description: 'Oldest first' }),
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

export function addWorkflowState(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const key = keyInScope(c.req.valid('param'), c.get('scope'));
    const { event: id } = c.req.valid('query');
    const [{ value, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) => readState(tx, key, id)),
      freshness.ofWorkflow(key),
    ]);
    const { event, run, values } = value;
    return wholeJson(c, {
      event: { id: event.id, type: event.type, timestamp: event.timestamp },
      workflow: runView(
        { ...stateWorkflow(key, run, values), projectionVersion: PROJECTION_VERSION },
        event.timestamp,
        NOTHING_EXPECTED,
      ),
      steps: stateSteps(key, run, values),
      sleeps: stateSleeps(key, run),
      freshness: fresh,
      asOf: now,
    });
  });
}

async function readState(tx: Tx, key: WorkflowKey, id: string) {
  const [event] = await findEvent(tx, key, id);
  if (event === undefined)
    throw new ProblemError(404, `This workflow has no event ${id}, or your key does not reach it.`);
  const place = { at: event.timestamp.getTime(), id: event.id };
  const state = await foldLog(tx, key, { begin: place, end: place, unprocessed: 'all' });
  const run = state.runs.at(-1);
  if (run === undefined || !event.folded) {
    throw new ProblemError(
      404,
      `The event ${id} makes no state: it is a job's, or every fold skips it because the store refused it.`,
    );
  }
  const ids = loggedIdsOf(run);
  const rows = ids.length === 0 ? [] : await readLoggedValues(tx, ids, { from: run.row.firstEvent.at, to: place.at });
  return { event, run, values: new Map(rows.map((row) => [row.id, row.value])) };
}
