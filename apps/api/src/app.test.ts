import { afterAll, beforeAll, expect, test } from 'vitest';
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
    '/v1/failures',
    '/v1/failures/groups',
    '/v1/failures/steps',
    '/v1/failures/workflows',
    '/v1/pipeline',
    '/v1/quarantine',
    '/v1/quarantine/discard',
    '/v1/quarantine/redrive',
    '/v1/quarantine/{id}',
    '/v1/quarantine/{id}/discard',
    '/v1/quarantine/{id}/redrive',
    '/v1/workflows',
    '/v1/workflows/export',
    '/v1/workflows/{env}/{service}/{workflowId}',
    '/v1/workflows/{env}/{service}/{workflowId}/events',
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
