import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { discardOne, discardSome } from '@wm/store';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { changeResponses, notFoundResponse, problemResponses } from '../http/problem.ts';
import { actorOf } from '../http/read-key.ts';
import { noSuchEntry } from './entry-route.ts';
import { alreadySettled } from './redrive-routes.ts';
import { entryPath, filterSchema, storeFilter } from './schemas.ts';

/** Entries of one call. */
const MOST = 5_000;

const why = z
  .string()
  .trim()
  .min(1, 'must say why')
  .max(1_000)
  .openapi({ description: 'Why it is not needed; kept with who discarded it and when' });

const oneBody = z.strictObject({ reason: why });
const oneRoute = createRoute({
  method: 'post',
  path: '/v1/quarantine/{id}/discard',
  summary: 'Say that an event is not needed, and why',
  description:
    'The entry stays, with its reason and yours; its text makes room when the quarantine is full. Needs a key for operating.',
  request: {
    params: entryPath,
    query: z.strictObject({}),
    body: { required: true, content: { 'application/json': { schema: oneBody } } },
  },
  responses: {
    200: {
      description: 'Done',
      content: { 'application/json': { schema: z.object({ outcome: z.literal('discarded') }) } },
    },
    ...problemResponses,
    ...notFoundResponse,
    ...changeResponses,
  },
});

const someBody = z.strictObject({ filter: filterSchema, reason: why });
const someRoute = createRoute({
  method: 'post',
  path: '/v1/quarantine/discard',
  summary: 'Say that the open events of a filter are not needed, and why',
  description: `Takes the oldest ${MOST} of them; call again while \`more\` is true. Needs a key for operating.`,
  request: {
    query: z.strictObject({}),
    body: { required: true, content: { 'application/json': { schema: someBody } } },
  },
  responses: {
    200: {
      description: 'Done',
      content: {
        'application/json': {
          schema: z.object({ discarded: z.int(), more: z.boolean().openapi({ description: 'There may be more' }) }),
        },
      },
    },
    ...problemResponses,
    413: changeResponses[413],
  },
});

export function addDiscard(app: OpenAPIHono<ApiEnv>, { primary }: ApiDependencies): void {
  app.openapi(oneRoute, async (c) => {
    const { id } = c.req.valid('param');
    const by = { actor: actorOf(c), why: c.req.valid('json').reason };
    const result = await discardOne(primary, id, c.get('scope'), by);
    switch (result.outcome) {
      case 'discarded':
        return c.json(result, 200);
      case 'not_found':
        throw noSuchEntry(id);
      case 'settled':
        throw alreadySettled(result.state);
    }
  });
  app.openapi(someRoute, async (c) => {
    const { filter, reason } = c.req.valid('json');
    const by = { actor: actorOf(c), why: reason };
    const discarded = await discardSome(primary, storeFilter(filter, c.get('scope')), MOST, by);
    return c.json({ discarded, more: discarded === MOST }, 200);
  });
}
