import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { SpanRecorder, type Span, type WorkflowKey } from '@wm/projection';
import { foldLog, inSnapshot, instantText, listRuns, type Tx } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf, runNumber, workflowPath } from '../http/params.ts';
import { wholeJson } from '../http/whole-json.ts';
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
      content: {
        'application/json': {
          schema: z.object({ run: z.int(), spans: z.array(spanSchema), freshness: freshnessSchema, asOf }),
        },
      },
    },
    ...problemResponses,
    ...notFoundResponse,
  },
});

export function addListSpans(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const key = keyInScope(c.req.valid('param'), c.get('scope'));
    const { run } = c.req.valid('query');
    const [{ value, asOf: now }, fresh] = await Promise.all([
      inSnapshot(sql, (tx) => readSpans(tx, key, run)),
      freshness.ofWorkflow(key),
    ]);
    const spans = value.spans.map((span) => spanView(span));
    return wholeJson(c, { run: value.run, spans, freshness: fresh, asOf: now });
  });
}

async function readSpans(tx: Tx, key: WorkflowKey, asked: number | undefined) {
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
  const spans = recorder.spans();
  if (spans === null) throw noSuchWorkflow(key, asked);
  return spans;
}

const instant = (at: number | null): string | null => (at === null ? null : instantText(at));

/** Field by field: spreads took twice as long. */
function spanView(span: Span) {
  return {
    kind: span.kind,
    stepName: span.stepName,
    attempt: span.attempt,
    startedAt: instant(span.startedAt),
    endedAt: instant(span.endedAt),
    outcome: span.outcome,
    inferred: span.inferred,
    startEventId: span.startEventId,
    endEventId: span.endEventId,
  };
}
