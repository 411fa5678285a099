import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { WorkflowKey } from '@wm/projection';
import { findRunRange, hasEvents, inSnapshot, listEvents, type PagePosition, type Tx } from '@wm/store';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { positionCursor } from '../http/cursor.ts';
import {
  asOf,
  limit,
  name,
  nextCursor,
  positionCursorParam,
  repeated,
  runNumber,
  workflowPath,
} from '../http/params.ts';
import { notFoundResponse, problemResponses } from '../http/problem.ts';
import { eventSchema } from './schemas.ts';
import { keyInScope, noSuchWorkflow } from './workflow-key.ts';

const query = z.strictObject({
  run: runNumber.openapi({
    description: 'Only the events of this run; without it those of all runs, also what waits to be folded',
  }),
  type: repeated(name).openapi({
    description: 'Only these types; may be given more than once',
    type: 'array',
    items: { type: 'string' },
  }),
  step: name.optional().openapi({ description: 'Only events that name this step' }),
  limit,
  cursor: positionCursorParam,
});

const route = createRoute({
  method: 'get',
  path: '/v1/workflows/{env}/{service}/{workflowId}/events',
  summary: 'The events of a workflow id in the order of its state',
  description:
    'Ordered by timestamp, then id: the order in which they make the state, whatever order they arrived in. Where payloads are large, pages are shorter than the limit. The events of a job are found under its instance id.',
  request: { params: workflowPath, query },
  responses: {
    200: {
      description: 'A page',
      content: { 'application/json': { schema: z.object({ events: z.array(eventSchema), nextCursor, asOf }) } },
    },
    ...problemResponses,
    ...notFoundResponse,
  },
});

export function addListEvents(app: OpenAPIHono<ApiEnv>, { sql }: ApiDependencies): void {
  app.openapi(route, async (c) => {
    const key = keyInScope(c.req.valid('param'), c.get('scope'));
    const { run, type, step, limit: size, cursor } = c.req.valid('query');
    const read = await inSnapshot(sql, async (tx) => {
      const range = await eventRange(tx, key, run);
      return listEvents(tx, key, { types: type, stepName: step ?? null, ...range }, cursor ?? null, size);
    });
    const last = (read.value[0]?.found ?? 0) > read.value.length ? read.value.at(-1) : undefined;
    return c.json(
      {
        events: read.value.map(({ found: _found, ...event }) => event),
        nextCursor: last === undefined ? null : positionCursor(last.timestamp, last.id),
        asOf: read.asOf,
      },
      200,
    );
  });
}

/** Where the events of a run begin and end; of all runs where none is named. @throws 404 where there is nothing */
async function eventRange(
  tx: Tx,
  key: WorkflowKey,
  run: number | undefined,
): Promise<{ from: PagePosition | null; before: PagePosition | null }> {
  if (run === undefined) {
    const [answer] = await hasEvents(tx, key);
    if (answer?.found !== true) throw noSuchWorkflow(key, undefined);
    return { from: null, before: null };
  }
  const rows = await findRunRange(tx, key, run);
  const position = (number: number): PagePosition | null => {
    const row = rows.find((candidate) => candidate.run === number);
    return row === undefined ? null : { at: row.firstEventAt.getTime(), id: row.firstEventId };
  };
  const from = position(run);
  if (from === null) throw noSuchWorkflow(key, run);
  // An event that came later than it should, and is not folded yet, may lie before the first run's first event.
  return { from: run === 1 ? null : from, before: position(run + 1) };
}
