import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idOf, insertEvent, insertRun } from '../../test/rows.ts';
import { createTestApi, type Json, type TestApi } from '../../test/test-api.ts';

const at = (seconds: number) => new Date(Date.parse('2026-03-31T23:59:50.000Z') + seconds * 1_000);
const shop = { workflowId: 'abc' };
const path = '/v1/workflows/production/orders/abc/events';
// In their order, among events of one instant too.
const [first, second, third, fourth] = ['a', 'b', 'c', 'd'].map(
  (letter) => `${letter}0000000-0000-7000-8000-000000000000`,
) as [string, string, string, string];

describe('the events of a workflow', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await createTestApi();
    const { sql } = api;
    await insertEvent(sql, shop, {
      at: at(15),
      type: 'step.completed',
      id: fourth,
      payload: { stepName: 'pay' },
      columns: { processed: true, processed_at: at(20) },
    });
    await insertEvent(sql, shop, {
      at: at(0),
      type: 'step.started',
      id: third,
      payload: { stepName: 'pay' },
      columns: { flags: ['clock_ahead'] },
    });
    await insertEvent(sql, shop, {
      at: at(0),
      type: 'workflow.started',
      id: first,
      payload: { input: { deep: [1, { __proto__: null }] } },
    });
    await insertEvent(sql, shop, {
      at: at(0),
      type: 'step.started',
      id: second,
      payload: { stepName: 'charge' },
      columns: { processing_error: 'numeric overflow' },
    });
    await insertEvent(sql, { workflowId: 'other' }, { at: at(0), type: 'workflow.started' });
    await insertRun(sql, { ...shop, run: 1 }, { latest: false, first_event_at: at(0), first_event_id: first });
    await insertRun(sql, { ...shop, run: 2 }, { first_event_at: at(0), first_event_id: third });
  }, 60_000);
  afterAll(() => api.close());

  const ids = async (query: string) =>
    (await api.get(`${path}${query}`)).body.events.map((event: { id: string }) => event.id);

  test.each([
    ['', [first, second, third, fourth]],
    ['?type=step.started', [second, third]],
    ['?type=workflow.started&type=step.completed', [first, fourth]],
    ['?step=pay', [third, fourth]],
    ['?step=pay&type=step.started', [third]],
    ['?type=none', []],
    [`?id=${third}&id=${first}`, [first, third]],
    [`?id=${third}&run=1`, []],
    [`?id=${idOf('nothing')}`, []],
    ['?run=1', [first, second]],
    ['?run=2', [third, fourth]],
  ])('lists %s in order', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  test.each([1, 2, 3, 4, 5])('by %i shows each once', async (limit) => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: Json } = await api.get(`${path}?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.body.events.map((event: { id: string }) => event.id));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([first, second, third, fourth]);
  });

  test('shows the payload whole, and what happened to the event', async () => {
    const { body } = await api.get(path);
    expect(body.events[0]).toMatchObject({
      type: 'workflow.started',
      timestamp: '2026-03-31T23:59:50.000Z',
      payload: { input: { deep: [1, {}] } },
      processed: false,
      processedAt: null,
    });
    expect(body.events[1]).toMatchObject({ processingError: 'numeric overflow' });
    expect(body.events[2]).toMatchObject({ flags: ['clock_ahead'] });
    expect(body.events[3]).toMatchObject({
      processed: true,
      processedAt: '2026-04-01T00:00:10.000Z',
      timestamp: '2026-04-01T00:00:05.000Z',
    });
    expect(body.events[0]).not.toHaveProperty('found');
  });

  test('a subject without a run has its events all the same', async () => {
    const { status, body } = await api.get('/v1/workflows/production/orders/other/events');
    expect([status, body.events.length]).toEqual([200, 1]);
  });

  test('large payloads make short pages, of one event at least', async () => {
    const big = { workflowId: 'big' };
    for (let index = 0; index < 4; index += 1) {
      // Nothing to compress, so that the stored size is the real one.
      const noise = Array.from({ length: 130_000 }, (_, part) => idOf(`${index}:${part}`)).join('');
      await insertEvent(api.sql, big, { at: at(index), type: 'workflow.started', payload: { input: noise } });
    }
    const sizes: number[] = [];
    let cursor: string | null = null;
    do {
      const page: { body: Json } = await api.get(
        `/v1/workflows/production/orders/big/events${cursor === null ? '' : `?cursor=${cursor}`}`,
      );
      sizes.push(page.body.events.length);
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(4);
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
  });
});
