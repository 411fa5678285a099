import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECTION_VERSION } from '@wm/projection';
import { QUARANTINE_BYTES } from '@wm/store';
import { insertEvent, insertService } from '../../test/rows.ts';
import { createTestApi, type TestApi } from '../../test/test-api.ts';

describe('GET /v1/pipeline', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await createTestApi();
  }, 60_000);
  afterAll(() => api.close());

  test('with nothing stored', async () => {
    const { status, body } = await api.get('/v1/pipeline');
    expect(status).toBe(200);
    expect(body).toEqual({
      queue: { backend: 'postgres', reachable: true, counts: { waiting: 0, active: 0, delayed: 0, failed: 0 } },
      workers: 0,
      throughput: null,
      unprocessed: 0,
      oldestUnprocessedAgeMs: null,
      byEnvironment: [],
      quarantined: 0,
      quarantineReasons: [],
      quarantineRoom: { bytes: 0, bound: QUARANTINE_BYTES, full: false },
      poisoned: 0,
      swept: 0,
      refolded: 0,
      projectionVersion: { target: PROJECTION_VERSION, code: PROJECTION_VERSION },
      verify: { roundAt: null, nextAt: expect.stringMatching(/Z$/), differences: 0 },
      services: [],
      keys: [],
      freshness: { lagMs: 0, pendingEvents: 0, lastArrivalAt: null, readAt: expect.stringMatching(/Z$/) },
      asOf: expect.stringMatching(/Z$/),
    });
  });

  test('with work that waits, rejects and counters', async () => {
    const { sql } = api;
    const at = new Date('2026-03-01T12:00:00.000Z');
    for (const env of ['staging', 'production', 'production']) {
      await insertEvent(
        sql,
        { env, workflowId: 'w' },
        { at, type: 'workflow.started', id: crypto.randomUUID(), pending: true },
      );
    }
    await sql`UPDATE pending_events SET received_at = now() - interval '90 seconds' WHERE env = 'staging'`;
    await insertEvent(sql, { workflowId: 'w' }, { at, type: 'odd', columns: { processing_error: 'refused' } });
    await sql`
      INSERT INTO quarantined_events (hash, reason, detail, raw, redriven_at, discarded_at)
      VALUES ('1', 'r', 'd', '', null, null), ('2', 'r2', 'd', '', null, null), ('2b', 'r2', 'd', '', null, null), ('3', 'r', 'd', '', now(), null),
        ('4', 'r', 'd', '', null, now())`;
    await sql`INSERT INTO quarantine_room (slot, bytes) VALUES (15, ${QUARANTINE_BYTES}) ON CONFLICT (slot) DO UPDATE SET bytes = excluded.bytes`;
    await sql`INSERT INTO pipeline_counters (name, slot, value) VALUES ('swept', 0, 2), ('swept', 7, 3), ('refolded', 0, 9), ('differing', 1, 4)`;
    const { body } = await api.get('/v1/pipeline');
    expect(body).toMatchObject({ unprocessed: 3, quarantined: 3, poisoned: 1, swept: 5, refolded: 9 });
    expect(body.verify.differences).toBe(4);
    expect(body.quarantineReasons).toEqual([
      { reason: 'r2', open: 2 },
      { reason: 'r', open: 1 },
    ]);
    expect(body.quarantineRoom).toEqual({ bytes: QUARANTINE_BYTES, bound: QUARANTINE_BYTES, full: true });
    expect(body.byEnvironment).toEqual([
      { env: 'production', unprocessed: 2, oldestUnprocessedAgeMs: expect.any(Number) },
      { env: 'staging', unprocessed: 1, oldestUnprocessedAgeMs: expect.any(Number) },
    ]);
    expect(body.oldestUnprocessedAgeMs).toBe(body.byEnvironment[1].oldestUnprocessedAgeMs);
    expect(body.oldestUnprocessedAgeMs).toBeGreaterThanOrEqual(90_000);
    expect(body.byEnvironment[0].oldestUnprocessedAgeMs).toBeLessThan(90_000);
  });

  test('services with their freshness, keys with their last use, the last round of verification', async () => {
    const { sql } = api;
    await insertService(sql, { serviceKey: 'mail', env: 'staging' });
    await sql`UPDATE workflow_walks SET finished_at = '2026-03-01T13:00:00Z' WHERE name = 'verify'`;
    const { id } = await api.createOperateKey({ env: 'staging' });
    const gone = await api.createOperateKey();
    await sql`UPDATE api_keys SET last_used_at = '2026-03-01T14:00:00Z' WHERE id = ${id}`;
    await sql`UPDATE api_keys SET revoked_at = now() WHERE id = ${gone.id}`;
    const { body } = await api.get('/v1/pipeline');
    expect(body.verify.roundAt).toBe('2026-03-01T13:00:00.000Z');
    expect(body.services).toEqual([
      {
        env: 'staging',
        serviceKey: 'mail',
        lastEventAt: '2026-03-01T12:00:00.000Z',
        lastArrivalAt: '2026-03-01T12:00:01.000Z',
        lastDelayMs: 1_000,
        pendingEvents: 0,
        lagMs: 0,
      },
    ]);
    expect(body.keys).toEqual([
      {
        id,
        name: 'operator',
        scope: 'operate',
        env: 'staging',
        serviceKey: null,
        lastUsedAt: '2026-03-01T14:00:00.000Z',
        expiresAt: null,
      },
    ]);
  });
});
