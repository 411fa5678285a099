import { workflowRowId } from '@wm/projection';
import { announceChanges, inTransaction, type Sql, type Tx } from '@wm/store';
import { silentLogger, waitFor } from '@wm/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readEventStream, type EventStream, type Message } from '../../test/event-stream.ts';
import { insertEvent, insertRun, insertStep, type RunOf } from '../../test/rows.ts';
import { streamFilter } from '../../test/stream-filter.ts';
import { createTestApi, type TestApi } from '../../test/test-api.ts';
import { UsualDurations } from '../active/expectations.ts';
import { StreamHub } from './stream-hub.ts';

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi('on');
}, 60_000);
afterAll(() => api.close());

const open: EventStream[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((stream) => stream.cancel()));
});

async function follow(query = '', token?: string, lastEventId?: string): Promise<EventStream> {
  const headers = {
    authorization: `Bearer ${token ?? (await api.createReadKey())}`,
    ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
  };
  const response = await api.request(`/v1/stream${query}`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const stream = readEventStream(response);
  open.push(stream);
  await stream.find('ready', ({ event }) => event === 'ready');
  return stream;
}

/** Writes a run as a drain does: the row and the note with one commit. */
async function write(tx: Sql | Tx, of: RunOf, columns: Record<string, unknown> = {}): Promise<void> {
  const key = { env: 'production', serviceKey: 'orders', ...of };
  await tx`DELETE FROM workflows WHERE env = ${key.env} AND service_key = ${key.serviceKey} AND workflow_id = ${of.workflowId}`;
  await insertRun(tx as Sql, of, columns);
  await tx`INSERT INTO changes (run_ids) VALUES (${[workflowRowId(key, of.run ?? 1)]}::text[]::uuid[])`;
}

async function change(of: RunOf, columns: Record<string, unknown> = {}): Promise<void> {
  await inTransaction(api.sql, (tx) => write(tx, of, columns));
  await announceChanges(api.sql);
}

const tells =
  (workflowId: string) =>
  ({ data }: Message): boolean =>
    data.runs?.some((run: { workflowId: string }) => run.workflowId === workflowId) === true;
const seen = (stream: EventStream, workflowId: string): Promise<Message> => stream.find(workflowId, tells(workflowId));

describe('GET /v1/stream', () => {
  test('tells of a run when it has changed, as it is then', async () => {
    const stream = await follow();
    await change({ workflowId: 'a' }, { status: 'running', current_step: 'pay' });
    const { data } = await seen(stream, 'a');
    expect(data.runs).toMatchObject([
      {
        workflowId: 'a',
        env: 'production',
        serviceKey: 'orders',
        run: 1,
        status: 'running',
        activityState: 'active',
        currentStep: 'pay',
      },
    ]);
    await change({ workflowId: 'a' });
    await waitFor('its end', async () => stream.runs().get('a').status === 'completed');
    expect(stream.runs().get('a')).toMatchObject({ durationMs: 1_000, endedAt: '2026-03-01T12:00:01.000Z' });
  });

  test('without an announcement, too, a little later', async () => {
    const stream = await follow();
    await inTransaction(api.sql, (tx) => write(tx, { workflowId: 'unannounced' }));
    await seen(stream, 'unannounced');
  });

  test('many changes of a moment come in few messages, each run once', async () => {
    const stream = await follow();
    const ids = Array.from({ length: 40 }, (_, index) => `burst-${index}`);
    const before = performance.now();
    for (const workflowId of [...ids, ...ids]) await change({ workflowId });
    const tookMs = performance.now() - before;
    await waitFor('all of them', async () => ids.every((id) => stream.runs().has(id)));
    const told = stream.messages.filter(({ event }) => event === 'changes');
    // Half a second apart, and the first at once.
    expect(told.length).toBeLessThanOrEqual(Math.ceil(tookMs / 500) + 2);
    for (const { data } of told)
      expect(new Set(data.runs.map(({ id }: { id: string }) => id)).size).toBe(data.runs.length);
  });

  test.each([
    ['env=staging', ['in staging']],
    ['service=mail', ['of mail']],
    ['name=other', ['another name']],
    ['status=failed', ['failed']],
    ['search=ano', ['another name']],
    ['since=2026-04-01T00:00:00Z', ['newer']],
    ['until=2026-03-01T12:00:00Z', ['older']],
    ['status=failed&env=production&name=processOrder', ['failed']],
    ['runs=all', ['in staging', 'of mail', 'another name', 'failed', 'newer', 'older', 'older run']],
  ])('only %s', async (query, expected) => {
    const [stream, all] = [await follow(`?${query}`), await follow('?runs=all')];
    await inTransaction(api.sql, async (tx) => {
      await write(tx, { workflowId: 'in staging', env: 'staging' });
      await write(tx, { workflowId: 'of mail', serviceKey: 'mail' });
      await write(tx, { workflowId: 'another name' }, { workflow_name: 'other' });
      await write(tx, { workflowId: 'failed' }, { status: 'failed', failed_at: new Date('2026-03-01T12:00:00Z') });
      await write(tx, { workflowId: 'newer' }, { sort_at: new Date('2026-04-01T00:00:00Z') });
      await write(tx, { workflowId: 'older' }, { sort_at: new Date('2026-03-01T11:59:59Z') });
      await write(tx, { workflowId: 'older run' }, { latest: false });
    });
    await seen(all, 'older run');
    await waitFor('what it asked for', async () => stream.runs().size === expected.length);
    expect([...stream.runs().keys()].toSorted()).toEqual(expected.toSorted());
  });

  const MINUTE = 60_000;
  const ago = (ms: number) => new Date(Date.now() - ms);
  test.each([
    ['step=pay', ['with a step']],
    ['tag=customer.region=eu', ['with a tag', 'with both']],
    ['tag=customer.region=eu&tag=priority=1', ['with both']],
    ['error=card', ['card']],
    ['error=CARD&step=pay', []],
    ['errorGroup=aaaa', ['card']],
    ['errorStep=charge', ['card']],
    ['hasRetries=true', ['with a step']],
    ['hasGaps=true', ['with both']],
    ['overdue=true', ['late', 'long late']],
    ['activity=overdue', ['late']],
    ['activity=stuck&activity=active', ['with a step', 'long late']],
    ['minDurationMs=5000', ['card']],
    ['finishedSince=2026-03-01T12:00:01Z&finishedUntil=2026-03-01T12:00:05Z', ['with a tag', 'with both']],
    ['search=0190a1b2-c3d4-7e5f-8000-00000000000a', ['with a tag']],
  ])('by the other filters of the list: %s', async (query, expected) => {
    await api.sql`DELETE FROM workflows`;
    await api.sql`DELETE FROM workflow_steps`;
    await api.sql`DELETE FROM workflow_events`;
    const event = { at: ago(0), type: 'step.started', id: '0190a1b2-c3d4-7e5f-8000-00000000000a' };
    await insertRun(api.sql, { workflowId: 'with a tag' });
    await insertEvent(api.sql, { workflowId: 'with a tag' }, event);
    const stream = await follow(`?${query}`);
    await inTransaction(api.sql, async (tx) => {
      await write(tx, { workflowId: 'with a step' }, { status: 'running', retry_count: 1 });
      await insertStep(tx as unknown as Sql, { workflowId: 'with a step' }, 'pay');
      await write(tx, { workflowId: 'with a tag' }, { input: tx.json({ customer: { region: 'eu' } }) });
      const both = { customer: { region: 'eu' }, priority: 1 };
      await write(tx, { workflowId: 'with both' }, { input: tx.json(both), gaps: ['step'] });
      const failed = { status: 'failed', failed_at: new Date('2026-03-01T12:00:05Z'), duration_ms: 5_000 };
      const error = { error_message: `${'x'.repeat(300)} Card`, error_group: 'aaaa', error_step_name: 'charge' };
      await write(tx, { workflowId: 'card' }, { ...failed, ...error });
      await write(tx, { workflowId: 'late' }, { status: 'paused', resume_at: ago(MINUTE) });
      await write(tx, { workflowId: 'long late' }, { status: 'paused', resume_at: ago(20 * MINUTE) });
      await write(tx, { workflowId: 'in time' }, { status: 'paused', resume_at: ago(-MINUTE) });
    });
    await announceChanges(api.sql);
    await stream.find('the changes', ({ event: kind }) => kind === 'changes');
    const { body } = await api.get(`/v1/workflows?${query}`, await api.createReadKey());
    const listed = body.workflows.map(({ workflowId }: { workflowId: string }) => workflowId);
    expect([...stream.runs().keys()].toSorted()).toEqual(expected.toSorted());
    // The list understands the same words in the same way.
    expect(listed.toSorted()).toEqual(expected.toSorted());
  });

  test('what no list knows is refused, and what is refused there', async () => {
    const ask = async (query: string) => api.get(`/v1/stream?${query}`, await api.createReadKey());
    for (const [query, field] of [
      ['tag=region', 'tag'],
      ['activity=asleep', 'activity'],
      ['limit=3', 'limit'],
    ] as const)
      expect((await ask(query)).body.errors).toMatchObject([{ field }]);
  });

  test('a run that leaves the filter is named', async () => {
    await change({ workflowId: 'leaves' }, { status: 'running' });
    const stream = await follow('?status=running');
    await change({ workflowId: 'leaves' });
    const id = workflowRowId({ env: 'production', serviceKey: 'orders', workflowId: 'leaves' }, 1);
    const { data } = await stream.find('its id', ({ data: told }) => told.left?.includes(id) === true);
    // That it ran may have been told before: the stream's place can lie a little before its opening.
    expect(data.runs).toEqual([]);
  });

  test.each([
    [{ env: 'staging' }, ['staging/orders', 'staging/mail']],
    [{ serviceKey: 'mail' }, ['production/mail', 'staging/mail']],
    [{ env: 'staging', serviceKey: 'mail' }, ['staging/mail']],
    [{ env: 'nowhere' }, []],
  ])('a key for %j hears of nothing else', async (reach, expected) => {
    const stream = await follow('', await api.createReadKey(reach));
    const wide = await follow(`?env=production&env=staging`, await api.createReadKey(reach));
    const all = await follow();
    const cells = ['production/orders', 'staging/orders', 'production/mail', 'staging/mail'];
    for (const cell of [...cells, 'production/the end']) {
      const [env, serviceKey] = cell.split('/') as [string, string];
      await change({ env, serviceKey, workflowId: cell });
    }
    await seen(all, 'production/the end');
    // Going on from what somebody with a wider reach was told.
    const resumed = await follow('', await api.createReadKey(reach), all.messages[0]!.id!);
    for (const each of [stream, wide, resumed]) {
      await waitFor('its own', async () => expected.every((id) => each.runs().has(id)));
      expect([...each.runs().keys()].toSorted()).toEqual(expected.toSorted());
      expect(JSON.stringify(each.messages.map(({ data }) => data.left ?? []))).not.toMatch(/[0-9a-f]{8}-/);
    }
  });
});

describe('going on where it was left', () => {
  test('all that changed meanwhile is told, and what was told before is not', async () => {
    const first = await follow();
    await change({ workflowId: 'before' });
    const { id } = await seen(first, 'before');
    await first.cancel();
    await change({ workflowId: 'meanwhile' });
    const second = await follow('', undefined, id!);
    await change({ workflowId: 'after' });
    await seen(second, 'after');
    expect(second.messages[0]).toMatchObject({ event: 'ready', data: { resumed: true } });
    expect([...second.runs().keys()]).toEqual(['meanwhile', 'after']);
  });

  test('a transaction that began first and committed last is not skipped', async () => {
    const live = await follow();
    let id: string | null = null;
    await inTransaction(api.sql, async (slow) => {
      await write(slow, { workflowId: 'slow' });
      await change({ workflowId: 'fast' });
      ({ id } = await seen(live, 'fast'));
      expect(live.runs().has('slow')).toBe(false);
    });
    const resumed = await follow('', undefined, id!);
    await seen(resumed, 'slow');
    await seen(live, 'slow');
    expect(resumed.runs().has('fast')).toBe(false);
  });

  test('a message of this server is understood by another', async () => {
    const stream = await follow();
    await change({ workflowId: 'here' });
    const { id } = await seen(stream, 'here');
    await change({ workflowId: 'later' });
    const other = new StreamHub(api.sql, silentLogger(), new UsualDurations(api.sql));
    const client = await other.open(await streamFilter(api.sql, { runs: 'all' }), id!, async () => true);
    const elsewhere = readEventStream(new Response(client!.body));
    await seen(elsewhere, 'later');
    await other.close();
    await waitFor('its end', async () => elsewhere.ended());
  });

  test.each([
    ['too old', (id: string) => id.replace(/@.*/, `@${Date.now() - 3_600_000}`)],
    ['no id of ours', () => 'nonsense'],
    ['a place that cannot be', () => `9:1:5@${Date.now()}`],
  ])('%s: it is said that the list is to be asked for again', async (_, spoil) => {
    const stream = await follow();
    await change({ workflowId: 'some' });
    const { id } = await seen(stream, 'some');
    const again = await follow('', undefined, spoil(id!));
    expect(again.messages[0]).toMatchObject({ event: 'ready', data: { resumed: false } });
    await again.find('the word', ({ event, data }) => event === 'many' && data.reason === 'too_old');
  });
});

test('what is too much to tell is called many', async () => {
  const stream = await follow();
  await inTransaction(api.sql, async (tx) => {
    for (let n = 0; n < 3; n += 1) {
      const ids = Array.from({ length: 1_000 }, () => crypto.randomUUID());
      await tx`INSERT INTO changes (run_ids) VALUES (${ids}::text[]::uuid[])`;
    }
  });
  await stream.find('many', ({ event, data, id }) => event === 'many' && data.reason === 'busy' && id !== null);
  await change({ workflowId: 'after many' });
  await seen(stream, 'after many');
});
