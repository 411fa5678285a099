import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { ApiEnv } from './api-env.ts';
import { rateLimit } from './rate-limit.ts';

function appFor(keyOf: (name: string) => string | null): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.use(async (c, next) => {
    const id = keyOf(c.req.query('as') ?? '');
    c.set('key', id === null ? null : { id, name: id, scope: 'read', env: null, serviceKey: null });
    await next();
  });
  app.use(rateLimit(2));
  app.get('/', (c) => c.text('here'));
  return app;
}

test('a key may send so many requests in ten seconds, and is told when it may go on; another key is not held up', async () => {
  const app = appFor((name) => name);
  const statuses = await Promise.all(Array.from({ length: 21 }, async () => (await app.request('/?as=a')).status));
  expect(statuses.filter((status) => status === 200)).toHaveLength(20);
  const refused = await app.request('/?as=a');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('content-type')).toContain('application/problem+json');
  const seconds = Number(refused.headers.get('retry-after'));
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(10);
  expect((await app.request('/?as=b')).status).toBe(200);
});

test('where nobody needs a key nobody is counted', async () => {
  const app = appFor(() => null);
  const statuses = await Promise.all(Array.from({ length: 50 }, async () => (await app.request('/')).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
});
