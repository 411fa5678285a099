import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { redriveOne, redriveSome, type Redriver } from '@wm/store';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { positionCursor } from '../http/cursor.ts';
import { nextCursor, positionCursorParam } from '../http/params.ts';
import { changeResponses, notFoundResponse, ProblemError, problemResponses } from '../http/problem.ts';
import { actorOf } from '../http/read-key.ts';
import { noSuchEntry } from './entry-route.ts';
import { mendedEventOf } from './mended-event.ts';
import { entryPath, filterSchema, storeFilter } from './schemas.ts';

const resultSchema = z
  .discriminatedUnion('outcome', [
    z.object({
      outcome: z
        .enum(['stored', 'duplicate'])
        .openapi({ description: 'It is in the log now; a duplicate was there before' }),
      eventId: z.uuid().openapi({ description: 'Its id there' }),
    }),
    z.object({
      outcome: z.literal('rejected').openapi({ description: 'It stays in the quarantine' }),
      reason: z.string(),
      detail: z.string(),
    }),
  ])
  .openapi('RedriveResult');

const oneRoute = createRoute({
  method: 'post',
  path: '/v1/quarantine/{id}/redrive',
  summary: 'Send an event through again: as it was kept, or mended',
  description:
    'It goes through the same checks as at ingest, with the reach of the key that redrives it. What is rejected again stays, and the answer says why. Needs a key for operating.',
  request: { params: entryPath, query: z.strictObject({}) },
  // Described here and read by hand: the text of the event counts, not what a parser makes of its numbers.
  requestBody: {
    required: false,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: { event: { type: 'object', description: 'The mended event, to go in place of the kept one' } },
        },
      },
    },
  },
  responses: {
    200: { description: 'What became of it', content: { 'application/json': { schema: resultSchema } } },
    ...problemResponses,
    ...notFoundResponse,
    ...changeResponses,
  },
});

const someBody = z.strictObject({
  filter: filterSchema,
  limit: z.int().min(1).max(500).default(200).openapi({ description: 'Entries of this call, 1 to 500' }),
  cursor: positionCursorParam,
});

const countsSchema = z
  .object({
    stored: z.int(),
    duplicates: z.int().openapi({ description: 'They were in the log before' }),
    rejected: z.int().openapi({ description: 'They stay in the quarantine' }),
    rejectedByReason: z.record(z.string(), z.int()),
    cut: z.int().openapi({ description: 'Only the beginning of their text is kept: mend them one by one, or discard' }),
    more: z.boolean().openapi({ description: 'There are more: call again with nextCursor as cursor' }),
    nextCursor,
  })
  .openapi('RedriveCounts');

const someRoute = createRoute({
  method: 'post',
  path: '/v1/quarantine/redrive',
  summary: 'Send the open events of a filter through again, oldest first, some of them a call',
  description:
    'A call takes up to `limit` entries, or fewer where their texts are large. Go on with `nextCursor` until it is null: what is rejected again stays, and would come again without it. Needs a key for operating.',
  request: {
    query: z.strictObject({}),
    body: { required: true, content: { 'application/json': { schema: someBody } } },
  },
  responses: {
    200: { description: 'What became of them', content: { 'application/json': { schema: countsSchema } } },
    ...problemResponses,
    413: changeResponses[413],
  },
});

export function addRedrive(app: OpenAPIHono<ApiEnv>, { primary, queue }: ApiDependencies): void {
  const redriver = (actor: string): Redriver => ({ actor, wake: queue.wake });
  app.openapi(oneRoute, async (c) => {
    const { id } = c.req.valid('param');
    const mended = mendedEventOf(await c.req.arrayBuffer());
    const result = await redriveOne(primary, id, c.get('scope'), mended, redriver(actorOf(c)));
    switch (result.outcome) {
      case 'stored':
      case 'duplicate':
      case 'rejected':
        return c.json(result, 200);
      case 'not_found':
        throw noSuchEntry(id);
      case 'settled':
        throw alreadySettled(result.state);
      case 'cut':
        throw new ProblemError(
          409,
          'Only the beginning of the text was kept, so there is nothing whole to send. Nothing was changed. Send the whole event as {"event": …}, or discard the entry.',
        );
    }
  });
  app.openapi(someRoute, async (c) => {
    const { filter, limit, cursor } = c.req.valid('json');
    const page = { after: cursor ?? null, limit };
    const counts = await redriveSome(primary, storeFilter(filter, c.get('scope')), page, redriver(actorOf(c)));
    const { stored, duplicates, rejected, cut, next } = counts;
    return c.json(
      {
        stored,
        duplicates,
        rejected: Object.values(rejected).reduce((sum, number) => sum + number, 0),
        rejectedByReason: rejected,
        cut,
        more: next !== null,
        nextCursor: next === null ? null : positionCursor(new Date(next.at), next.id),
      },
      200,
    );
  });
}

export function alreadySettled(state: 'redriven' | 'discarded'): ProblemError {
  return new ProblemError(
    409,
    `The entry was ${state} before. Nothing was changed. The entry itself shows when and by whom.`,
  );
}
