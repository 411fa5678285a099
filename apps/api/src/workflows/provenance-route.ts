import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { ProvenanceRecorder, type WorkflowKey } from '@wm/projection';
import { findRun, foldLog, inSnapshot, type Tx } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, runNumber, workflowPath } from '../http/params.ts';
import { wholeJson } from '../http/whole-json.ts';
import { notFoundResponse, problemResponses } from '../http/problem.ts';
import { EVERYWHERE, runRange } from './event-range.ts';
import { setBySchema } from './schemas.ts';
import { keyInScope, noSuchWorkflow } from './workflow-key.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/workflows/{env}/{service}/{workflowId}/provenance',
  summary: 'Which event set each field of a run and of its steps',
  description: 'Made from all events of the run that are folded.',
  request: { params: workflowPath, query: z.strictObject({ run: runNumber }) },
  responses: {
    200: {
      description: 'Of the run asked for, or of the newest',
      content: {
        'application/json': {
          schema: z.object({
            run: z.int(),
            workflow: setBySchema,
            steps: z.record(z.string(), setBySchema).openapi({ description: 'By name of the step' }),
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

export function addProvenance(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const key = keyInScope(c.req.valid('param'), c.get('scope'));
    const { run } = c.req.valid('query');
    const [{ value, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) => readProvenance(tx, key, run)),
      freshness.ofWorkflow(key),
    ]);
    return wholeJson(c, { ...value, freshness: fresh, asOf: now });
  });
}

/**
 * What the rows were made from is folded once more, watched: nothing keeps which event said what.
 *
 * @throws 404 where there is no such run
 */
async function readProvenance(tx: Tx, key: WorkflowKey, asked: number | undefined) {
  const [found] = await findRun(tx, key, asked ?? null);
  if (found === undefined) throw noSuchWorkflow(key, asked);
  const { run } = found;
  const { from, before } = (await runRange(tx, key, run)) ?? EVERYWHERE;
  const recorder = new ProvenanceRecorder(run);
  await foldLog(tx, key, { begin: from, end: before, unprocessed: 'none', observe: recorder.observe });
  return { run, workflow: recorder.workflow(), steps: recorder.steps() };
}
