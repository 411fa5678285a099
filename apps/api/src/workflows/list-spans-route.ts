import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { SpanRecorder, type Span } from '@wm/projection';
import { foldLog, inSnapshot, listRuns } from '@wm/store';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { asOf, runNumber, workflowPath } from '../http/params.ts';
import { notFoundResponse, problemResponses } from '../http/problem.ts';
import { runRange } from './event-range.ts';
import { spanSchema } from './schemas.ts';
import { keyInScope, noSuchWorkflow } from './workflow-key.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/workflows/{env}/{service}/{workflowId}/spans',
  summary: 'What a run did when: steps, attempts, sleeps, waits for retries and pauses as stretches of time',
  description:
    'Made from the events of the run, those that wait to be folded included. An attempt that was interrupted and started again is here as often as it started.',
  request: { params: workflowPath, query: z.strictObject({ run: runNumber }) },
  responses: {
    200: {
      description: 'The spans of the run asked for, or of the newest, by their start',
      content: { 'application/json': { schema: z.object({ run: z.int(), spans: z.array(spanSchema), asOf }) } },
    },
    ...problemResponses,
    ...notFoundResponse,
  },
});

export function addListSpans(app: OpenAPIHono<ApiEnv>, { sql }: ApiDependencies): void {
  app.openapi(route, async (c) => {
    const key = keyInScope(c.req.valid('param'), c.get('scope'));
    const { run: asked } = c.req.valid('query');
    const { value, asOf: now } = await inSnapshot(sql, async (tx) => {
      const run = asked ?? (await listRuns(tx, key, null, 1))[0]?.run;
      // Without a row all that there may be is events that wait.
      const range = run === undefined ? null : await runRange(tx, key, run);
      if (asked !== undefined && range === null) throw noSuchWorkflow(key, asked);
      const recorder = new SpanRecorder(asked ?? null);
      await foldLog(tx, key, {
        begin: range?.from ?? null,
        end: asked === undefined ? null : (range?.before ?? null),
        unprocessed: 'all',
        observe: recorder.observe,
      });
      return recorder.spans() ?? refuse();
      function refuse(): never {
        throw noSuchWorkflow(key, asked);
      }
    });
    return c.json({ run: value.run, spans: value.spans.map((span) => spanView(span)), asOf: now }, 200);
  });
}

function spanView(span: Span) {
  const instant = (at: number | null): Date | null => (at === null ? null : new Date(at));
  return { ...span, startedAt: instant(span.startedAt), endedAt: instant(span.endedAt) };
}
