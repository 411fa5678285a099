import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { inSnapshot, listEvents, pinEventOrder } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { positionCursor } from '../http/cursor.ts';
import { freshnessSchema } from '../http/freshness.ts';
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
import { eventRange } from './event-range.ts';
import { eventSchema } from './schemas.ts';
import { keyInScope } from './workflow-key.ts';

/** Of single events that one request may ask for. */
const MOST_IDS = 50;

const query = z.strictObject({
  run: runNumber.openapi({
    description: 'Only the events of this run; without it those of all runs, also what waits to be folded',
  }),
  id: repeated(z.uuid())
    .refine((ids) => ids.length <= MOST_IDS, `must not be given more than ${MOST_IDS} times`)
    .openapi({
      description: `Only the events with these ids; may be given ${MOST_IDS} times`,
      type: 'array',
      items: { type: 'string', format: 'uuid' },
    }),
  type: repeated(name).openapi({
    description: 'Only these types; may be given more than once',
    type: 'array',
    items: { type: 'string' },
  }),
  step: name.optional().openapi({ description: 'Only events that name this step' }),
  text: name
    .optional()
    .openapi({ description: 'Only events that have this text in a name or value, upper or lower case alike' }),
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
      content: {
        'application/json': {
          schema: z.object({ events: z.array(eventSchema), nextCursor, freshness: freshnessSchema, asOf }),
        },
      },
    },
    ...problemResponses,
    ...notFoundResponse,
  },
});

export function addListEvents(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const key = keyInScope(c.req.valid('param'), c.get('scope'));
    const { run, id, type, step, text, limit: size, cursor } = c.req.valid('query');
    const [read, fresh] = await Promise.all([
      inSnapshot(sql, async (tx) => {
        const range = await eventRange(tx, key, run);
        const filter = { ids: id, types: type, stepName: step ?? null, text: text ?? null, ...range };
        // Few that are named are found by their key, and then sorted.
        if (id.length === 0) await pinEventOrder(tx);
        return listEvents(tx, key, filter, cursor ?? null, size);
      }),
      freshness.ofWorkflow(key),
    ]);
    const last = (read.value[0]?.found ?? 0) > read.value.length ? read.value.at(-1) : undefined;
    return c.json(
      {
        events: read.value.map(({ found: _found, ...event }) => event),
        nextCursor: last === undefined ? null : positionCursor(last.timestamp, last.id),
        freshness: fresh,
        asOf: read.asOf,
      },
      200,
    );
  });
}
