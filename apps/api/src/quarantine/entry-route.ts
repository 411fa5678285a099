import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { QUARANTINE_REASONS } from '@wm/events';
import { findQuarantined, inSnapshot, listQuarantineActions } from '@wm/store';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { freshnessSchema } from '../http/freshness.ts';
import { asOf } from '../http/params.ts';
import { notFoundResponse, ProblemError, problemResponses } from '../http/problem.ts';
import { entryPath, entrySchema } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/quarantine/{id}',
  summary: 'One event that was put aside, with its text and what was done about it',
  request: { params: entryPath, query: z.strictObject({}) },
  responses: {
    200: {
      description: 'The entry',
      content: { 'application/json': { schema: z.object({ entry: entrySchema, freshness: freshnessSchema, asOf }) } },
    },
    ...problemResponses,
    ...notFoundResponse,
  },
});

export function addQuarantineEntry(app: OpenAPIHono<ApiEnv>, { sql, freshness }: ApiParts): void {
  app.openapi(route, async (c) => {
    const { id } = c.req.valid('param');
    const scope = c.get('scope');
    const [read, fresh] = await Promise.all([
      inSnapshot(sql, (tx) => Promise.all([findQuarantined(tx, id, scope), listQuarantineActions(tx, id)])),
      freshness.of(scope),
    ]);
    const [entry, actions] = read.value;
    if (entry === null) throw noSuchEntry(id);
    const reasons: Partial<Record<string, string>> = QUARANTINE_REASONS;
    const body = { ...entry, reasonText: reasons[entry.reason] ?? null, actions: [...actions] };
    return c.json({ entry: body, freshness: fresh, asOf: read.asOf }, 200);
  });
}

export function noSuchEntry(id: string): ProblemError {
  return new ProblemError(404, `There is no entry ${id} in the quarantine, or your key does not reach it.`);
}
