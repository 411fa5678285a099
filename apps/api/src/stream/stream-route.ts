import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { ApiParts } from '../api-dependencies.ts';
import type { ApiEnv } from '../http/api-env.ts';
import { presentedKey, verdictOf } from '../http/door.ts';
import { ProblemError, problemResponses } from '../http/problem.ts';
import { filterOf, filterParams } from '../workflows/list-query.ts';

const query = z.strictObject(filterParams);

const route = createRoute({
  method: 'get',
  path: '/v1/stream',
  summary: 'What changes among the workflows of a filter, as it happens',
  description: `Server-sent events. Ask for the list after \`ready\` has come, then go by the messages:

- \`ready\` {resumed, freshness, asOf}: follows from now on; resumed: what came after Last-Event-ID follows too, without a gap.
- \`changes\` {runs, left, asOf}: runs as they are at asOf, each once, and ids of runs that changed so that the filter does not show them any more. Two messages a second at most.
- \`many\` {reason, asOf}: there is more than is told (busy), more than was read in time (slow), or Last-Event-ID is too old (too_old): ask for the list again.
- \`beat\` {at, freshness}: every 15 seconds.

Filters are those of the list. What a run does not tell by a change is not told: one that becomes overdue or stuck in silence is found by /v1/active. An event id finds runs that have that event when the stream begins.

A message's id, sent back as Last-Event-ID within five minutes, goes on behind it on any server of this system.`,
  request: { query },
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...problemResponses,
  },
});

export function addStream(app: OpenAPIHono<ApiEnv>, { sql, usual, stream, door }: ApiParts): void {
  app.openapi(route, async (c) => {
    const asked = c.req.valid('query');
    const { expectations } = await usual.read();
    const { activity: _rules, ...filter } = await filterOf(sql, { scope: c.get('scope'), expectations }, asked);
    const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
    // Nobody would read its body, or say that it leaves.
    if (c.req.method === 'HEAD') return c.body('', 200, headers);
    const { keys } = door;
    const { token } = presentedKey(c);
    const mayStay = async (): Promise<boolean> =>
      keys === null || (await verdictOf(c, keys, door, { token, scope: 'read' })).kind === 'valid';
    const client = await stream.open({ ...filter, activity: asked.activity }, c.req.header('last-event-id'), mayStay);
    if (client === null) {
      c.header('retry-after', '10');
      throw new ProblemError(
        503,
        'As many follow the stream, or as many different steps, tags and error texts are followed, as this server can serve. Ask again later.',
      );
    }
    // Our servers answer whoever has closed their side behind a request; of this answer there would be no end.
    const { incoming, outgoing } = (c.env ?? {}) as { incoming?: IncomingMessage; outgoing?: ServerResponse };
    const end = (): void => client.close();
    outgoing?.once('close', () => incoming?.socket.off('end', end));
    if (outgoing !== undefined) incoming?.socket.once('end', end);
    return c.body(client.body, 200, headers);
  });
}
