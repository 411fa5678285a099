import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { inSnapshot, listQuarantined } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { positionCursor } from '../http/cursor.ts';
import { freshnessSchema, type Concerned } from '../http/freshness.ts';
import { asOf, limit, nextCursor, positionCursorParam } from '../http/params.ts';
import { problemResponses } from '../http/problem.ts';
import { filterFields, stateSchema, storeFilter, summarySchema } from './schemas.ts';

const query = z.strictObject({
  ...filterFields,
  state: stateSchema.optional().openapi({ description: 'Only this state; without it, any' }),
  limit,
  cursor: positionCursorParam,
});

const route = createRoute({
  method: 'get',
  path: '/v1/quarantine',
  summary: 'Events that were put aside, newest first, each with its reason',
  description:
    'Ordered by receivedAt, then id, both descending. A key that is limited to an environment or service does not see events that name none.',
  request: { query },
  responses: {
    200: {
      description: 'A page',
      content: {
        'application/json': {
          schema: z.object({ quarantined: z.array(summarySchema), nextCursor, freshness: freshnessSchema, asOf }),
        },
      },
    },
    ...problemResponses,
  },
});

export function addListQuarantine(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { state, limit: size, cursor, ...asked } = c.req.valid('query');
    const scope = c.get('scope');
    const filter = storeFilter(asked, scope);
    const [read, fresh] = await Promise.all([
      inSnapshot(sql, (tx) => listQuarantined(tx, filter, state ?? null, cursor ?? null, size + 1)),
      freshness.of(scope, concernedBy(asked)),
    ]);
    const quarantined = read.value.slice(0, size);
    const last = read.value.length > size ? quarantined.at(-1) : undefined;
    return c.json(
      {
        quarantined,
        nextCursor: last === undefined ? null : positionCursor(last.receivedAt, last.id),
        freshness: fresh,
        asOf: read.asOf,
      },
      200,
    );
  });
}

function concernedBy({ env, service }: { env?: string | undefined; service?: string | undefined }): Concerned {
  return { ...(env !== undefined && { envs: [env] }), ...(service !== undefined && { services: [service] }) };
}
