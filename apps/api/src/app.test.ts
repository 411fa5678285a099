import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApi, type Json, type TestApi } from '../test/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
}, 60_000);
afterAll(() => api.close());

test('describes every route as OpenAPI 3.1', async () => {
  const { body } = await api.get('/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  expect(Object.keys(body.paths).toSorted()).toEqual([
    '/v1/active',
    '/v1/active/forecast',
    '/v1/environments',
    '/v1/failures',
    '/v1/failures/groups',
    '/v1/failures/steps',
    '/v1/failures/workflows',
    '/v1/metrics',
    '/v1/metrics/compare',
    '/v1/pipeline',
    '/v1/quarantine',
    '/v1/quarantine/discard',
    '/v1/quarantine/redrive',
    '/v1/quarantine/{id}',
    '/v1/quarantine/{id}/discard',
    '/v1/quarantine/{id}/redrive',
    '/v1/services',
    '/v1/services/{service}',
    '/v1/session',
    '/v1/stream',
    '/v1/workflows',
    '/v1/workflows/export',
    '/v1/workflows/{env}/{service}/{workflowId}',
    '/v1/workflows/{env}/{service}/{workflowId}/events',
    '/v1/workflows/{env}/{service}/{workflowId}/provenance',
    '/v1/workflows/{env}/{service}/{workflowId}/runs',
    '/v1/workflows/{env}/{service}/{workflowId}/spans',
    '/v1/workflows/{env}/{service}/{workflowId}/state',
    '/v1/workflows/{env}/{service}/{workflowId}/steps/{step}',
  ]);
  const parameters = body.paths['/v1/workflows'].get.parameters as { name: string; schema: object }[];
  expect(Object.fromEntries(parameters.map(({ name, schema }) => [name, (schema as { type: string }).type]))).toEqual({
    env: 'array',
    service: 'array',
    status: 'array',
    name: 'array',
    since: 'string',
    until: 'string',
    finishedSince: 'string',
    finishedUntil: 'string',
    minDurationMs: 'integer',
    maxDurationMs: 'integer',
    error: 'string',
    errorGroup: 'string',
    errorStep: 'string',
    step: 'string',
    tag: 'array',
    hasRetries: 'string',
    hasGaps: 'string',
    overdue: 'string',
    activity: 'array',
    sort: 'string',
    order: 'string',
    search: 'string',
    runs: 'string',
    limit: 'integer',
    cursor: 'string',
  });
  for (const path of Object.values<Json>(body.paths)) {
    for (const status of ['200', '400', '401', '403', '503'])
      expect((path.get ?? path.post).responses).toHaveProperty(status);
  }
});

test('lists its routes', async () => {
  const { body } = await api.get('/');
  expect(body.routes.map((route: { path: string }) => route.path)).toContain('/v1/workflows');
});

test('sends headers that keep browsers careful, and lets nothing be kept', async () => {
  const { headers } = await api.get('/v1/workflows');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('cache-control')).toBe('no-store');
});

test.each(['POST', 'PUT', 'DELETE', 'PATCH'])('refuses %s', async (method) => {
  const response = await api.request('/v1/workflows', { method });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('answers HEAD as GET, without the body', async () => {
  const response = await api.request('/v1/workflows', { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
});

test('counts requests by route, not by path', async () => {
  await api.get('/v1/workflows/production/orders/secret-id');
  const metrics = await (await api.request('/metrics')).text();
  expect(metrics).toContain('route="/v1/workflows/:env/:service/:workflowId",status="404"');
  expect(metrics).not.toContain('secret-id');
});

describe('what is large is sent small', () => {
  test('compressed where the client understands it', async () => {
    const response = await api.request('/v1/pipeline', { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const text = gunzipSync(Buffer.from(await response.arrayBuffer())).toString();
    expect(JSON.parse(text)).toHaveProperty('unprocessed');
    expect((await api.request('/v1/pipeline')).headers.get('content-encoding')).toBeNull();
  });

  test('a stream is not held back to be compressed', async () => {
    const response = await api.request('/v1/stream', { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBeNull();
    const reader = response.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('event: ready');
    await reader.cancel();
  });

  test.each(['/openapi.json', '/docs'])('%s is not sent again to whoever has it', async (path) => {
    const etag = (await api.request(path)).headers.get('etag')!;
    const again = await api.request(path, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });
});

describe('pages of other sites', () => {
  const preflight = (origin: string) =>
    api.request('/v1/workflows', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
    });

  test('may read where they are named', async () => {
    const { status, headers } = await preflight('https://monitor.example.com');
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe('https://monitor.example.com');
    expect(headers.get('access-control-allow-headers')?.split(',')).toContain('authorization');
  });

  test('may not where they are not', async () => {
    expect((await preflight('https://other.example.com')).headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('the page of the routes shows them all, and its policy lets no script run', async () => {
  const response = await api.request('/docs');
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  const page = await response.text();
  for (const { method, path } of (await api.get('/')).body.routes) expect(page).toContain(`${method} ${path}`);
  expect(page).not.toContain('<script');
  for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`);
});

test('HEAD of the stream begins none', async () => {
  const response = await api.request('/v1/stream', { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
});
