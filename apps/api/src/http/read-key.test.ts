import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertEvent, insertRun, insertStep } from '../../test/rows.ts';
import { createTestApi, type Json, type TestApi } from '../../test/test-api.ts';

const at = new Date('2026-03-01T12:00:00.000Z');
const envs = ['production', 'staging'];
const services = ['mail', 'orders'];

/** Every route that shows data of a workflow. */
const workflowRoutes = ['', '?run=1', '/steps/pay', '/events', '/events?run=1', '/runs'];
/** Every other route that needs a key. */
const sharedRoutes = [
  '/v1/workflows',
  '/v1/workflows?runs=all',
  '/v1/workflows?search=order',
  '/v1/workflows?status=completed',
  '/v1/pipeline',
  '/v1/quarantine',
];

describe('read keys', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi('on');
    for (const env of envs) {
      for (const serviceKey of services) {
        const of = { env, serviceKey, workflowId: 'order-1' };
        await insertRun(api.sql, of);
        await insertStep(api.sql, of, 'pay');
        await insertEvent(api.sql, of, { at, type: 'workflow.started', id: crypto.randomUUID(), pending: true });
        await insertEvent(api.sql, of, {
          at,
          type: 'odd',
          id: crypto.randomUUID(),
          columns: { processing_error: 'refused' },
        });
        await api.sql`
          INSERT INTO quarantined_events (hash, reason, detail, raw, env, service_key)
          VALUES (${Buffer.from(env + serviceKey)}, 'r', 'd', '', ${env}, ${serviceKey})`;
      }
    }
    await api.sql`INSERT INTO quarantined_events (hash, reason, detail, raw) VALUES ('nameless', 'r', 'd', '')`;
    await api.sql`INSERT INTO pipeline_counters (name, slot, value) VALUES ('swept', 1, 3), ('swept', 2, 4)`;
  }, 60_000);
  afterAll(() => api.close());

  const scopes = [
    {},
    { env: 'staging' },
    { serviceKey: 'mail' },
    { env: 'staging', serviceKey: 'mail' },
    { env: 'nowhere' },
  ];
  const reaches = (scope: { env?: string; serviceKey?: string }, env: string, service: string) =>
    (scope.env ?? env) === env && (scope.serviceKey ?? service) === service;

  describe.each(scopes)('limited to %j', (scope) => {
    let token: string;
    const inside = envs
      .flatMap((env) => services.map((service) => ({ env, service })))
      .filter(({ env, service }) => reaches(scope, env, service));

    beforeAll(async () => {
      token = await api.createReadKey(scope);
    });

    test.each(workflowRoutes)('shows a workflow inside and hides one outside at …%s', async (route) => {
      for (const env of envs) {
        for (const service of services) {
          const { status } = await api.get(`/v1/workflows/${env}/${service}/order-1${route}`, token);
          expect([env, service, status]).toEqual([env, service, reaches(scope, env, service) ? 200 : 404]);
        }
      }
    });

    test.each([
      '',
      '?runs=all',
      '?search=order',
      '?status=completed',
      '?env=staging',
      '?env=production',
      '?service=mail',
      '?service=orders&service=mail',
    ])('lists only what is inside at /v1/workflows%s', async (query) => {
      const asked = new URLSearchParams(query);
      const expected = inside.filter(
        ({ env, service }) =>
          (asked.get('env') ?? env) === env && (!asked.has('service') || asked.getAll('service').includes(service)),
      );
      const { body } = await api.get(`/v1/workflows${query}`, token);
      const listed = body.workflows.map((workflow: Json) => `${workflow.env}/${workflow.serviceKey}`);
      expect(listed.toSorted()).toEqual(expected.map(({ env, service }) => `${env}/${service}`));
    });

    test('counts only what is inside', async () => {
      const { body } = await api.get('/v1/pipeline', token);
      const limited = scope.env !== undefined || scope.serviceKey !== undefined;
      expect(body).toMatchObject({
        unprocessed: inside.length,
        quarantined: inside.length + (limited ? 0 : 1),
        poisoned: inside.length,
        swept: limited ? null : 7,
        refolded: limited ? null : 0,
        quarantineRoom: limited ? null : { full: false },
      });
      expect(body.byEnvironment.map((row: Json) => row.env)).toEqual([...new Set(inside.map(({ env }) => env))]);
      expect(body.queue === null).toBe(limited);
      expect(body.oldestUnprocessedAgeMs === null).toBe(inside.length === 0);
    });

    test('a cursor from elsewhere opens nothing', async () => {
      const all = await api.get('/v1/workflows?limit=1', await api.createReadKey());
      const { body } = await api.get(`/v1/workflows?cursor=${all.body.nextCursor}`, token);
      for (const workflow of body.workflows) expect(reaches(scope, workflow.env, workflow.serviceKey)).toBe(true);
    });
  });

  const paths = [
    ...sharedRoutes,
    ...workflowRoutes.map((route) => `/v1/workflows/staging/mail/order-1${route}`),
    '/v1/nothing',
  ];

  test.each(paths)('without a key %s answers 401', async (path) => {
    const { status, headers, body } = await api.get(path);
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(body).toMatchObject({ status: 401, title: 'Unauthorized' });
  });

  test.each(paths)('with a wrong key %s answers 401', async (path) => {
    const token = await api.createReadKey();
    const other = token.at(-5) === 'A' ? 'B' : 'A';
    expect((await api.get(path, `${token.slice(0, -5)}${other}${token.slice(-4)}`)).status).toBe(401);
  });

  test.each(paths)('with a key for sending events %s answers 403', async (path) => {
    expect((await api.get(path, await api.createIngestKey())).status).toBe(403);
  });

  test.each(['/', '/openapi.json', '/healthz', '/readyz'])('%s needs no key', async (path) => {
    expect((await api.get(path)).status).toBe(200);
  });
});
