/** An endpoint that does nothing but parse the JSON of a request and answer it: what HTTP itself costs. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const app = new Hono();
app.post('/v1/events', async (c) => {
  const { events } = await c.req.json<{ events: unknown[] }>();
  return c.json({ accepted: events.length, duplicates: 0, quarantined: [] }, 202);
});
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
  process.send!({ type: 'ready', url: `http://127.0.0.1:${port}` });
});
