import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSql, quarantineEvents, type Sql } from '@wm/store';
import { createTestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quarantineCommand } from '../src/commands/quarantine.ts';
import { helpText } from '../src/help.ts';
import { runWm, temporaryFolder } from './support/wm-process.ts';

const folder = temporaryFolder();
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'quarantine-test', max: 2 });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await database?.drop();
  folder.remove();
});

const wm = (...args: string[]) => runWm(['quarantine', ...args], { DATABASE_URL: database.url });

function eventOf(changes: object = {}) {
  return {
    eventId: randomUUID(),
    timestamp: new Date(Date.now() - 1_000).toISOString(),
    type: 'workflow.started',
    workflowId: 'w1',
    workflowName: 'processOrder',
    env: 'production',
    serviceKey: 'orders',
    ...changes,
  };
}

/** Puts an event aside; returns the id of its entry. */
async function aside(event: object, reason: 'out_of_scope' | 'unreadable_body', eventId: string): Promise<string> {
  const claims = { eventId, env: 'production', serviceKey: 'orders', keyId: null, bytesReplaced: false };
  await quarantineEvents(sql, [{ reason, detail: 'For a test.', raw: JSON.stringify(event), ...claims }]);
  const [row] = await sql<{ id: string }[]>`SELECT id FROM quarantined_events WHERE event_id = ${eventId}`;
  return row!.id;
}

test('an entry is listed, shown, mended in a file and redriven, once', async () => {
  const { attempt: _, ...broken } = { ...eventOf({ type: 'step.started', stepName: 'charge' }), attempt: 1 };
  const id = await aside(broken, 'unreadable_body', broken.eventId);
  const listed = await wm('list', '--reason', 'unreadable_body');
  expect(listed.stdout).toContain(`${id}  `);
  expect(listed.stdout).toContain(`unreadable_body  production/orders  ${broken.eventId}  For a test.`);
  const shown = await wm('show', id);
  expect(shown.stdout).toContain(JSON.stringify(broken));

  const again = await wm('redrive', id);
  expect(again).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('rejected again and stays: unreadable_body'),
  });
  const { stdout: raw } = await wm('show', id, '--raw');
  const file = path.join(folder.path, 'event.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(raw) as object), attempt: 1 }));
  const mended = await wm('redrive', id, '--event', file);
  expect(mended).toEqual({ code: 0, stderr: '', stdout: `Entry ${id} is stored as event ${broken.eventId}.\n` });
  expect(await wm('redrive', id)).toMatchObject({ code: 1, stdout: expect.stringContaining('was redriven before') });
  expect((await wm('show', id)).stdout).toContain(`redriven mended: stored as event ${broken.eventId} by cli`);
  expect((await wm('list')).stdout).not.toContain(id);
  expect((await wm('list', '--state', 'redriven')).stdout).toContain(id);
  expect(await sql`SELECT 1 FROM pending_events WHERE event_id = ${broken.eventId}`).toHaveLength(1);
});

test('many are redriven or discarded by filter', async () => {
  for (let n = 0; n < 3; n += 1) {
    const event = eventOf();
    await aside(event, 'out_of_scope', event.eventId);
  }
  const bad = eventOf({ timestamp: 'soon' });
  const id = await aside(bad, 'out_of_scope', bad.eventId);
  expect(await wm('redrive', '--reason', 'out_of_scope')).toEqual({
    code: 1,
    stderr: '',
    stdout: '3 stored, 0 stored before, 1 rejected again (bad_timestamp).\n',
  });
  const discarded = await wm('discard', '--env', 'production', '--why', 'the client is mended');
  expect(discarded).toMatchObject({ code: 0, stdout: '1 discarded.\n' });
  expect((await wm('show', id)).stdout).toContain('discarded by cli (the client is mended)');
  const again = await wm('discard', id, '--why', 'twice');
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('was discarded before') });
});

test('what strangers sent gives no orders to a terminal', async () => {
  const eventId = 'a\u001b[2Jb\u009bc';
  const event = eventOf({ eventId, input: 'x\u009b31m' });
  const id = await aside(event, 'out_of_scope', eventId);
  for (const { stdout } of [await wm('list'), await wm('show', id), await wm('show', id, '--raw')]) {
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  }
  expect(JSON.parse((await wm('show', id, '--raw')).stdout)).toEqual(event);
});

test.each([
  [['lose'], 'wm quarantine knows list, show, redrive and discard'],
  [['show'], 'takes one id'],
  [['show', 'x'], 'takes one id'],
  [['redrive'], 'takes an id, a filter'],
  [['redrive', randomUUID(), '--all'], 'do not go together'],
  [['redrive', randomUUID(), '--event', '/nonexistent'], 'cannot be read'],
  [['discard', randomUUID()], '--why must say why'],
  [['discard', '--why', 'x'], 'takes an id, a filter'],
  [['list', '--state', 'lost'], '--state is'],
  [['list', '--limit', '0'], '--limit takes'],
  [['list', '--since', 'yesterday'], '--since takes a time'],
])('arguments that make no sense are refused: %j', async (args, message) => {
  await expect(quarantineCommand(args)).rejects.toThrow(message);
});

test('has a help text', () => {
  expect(helpText('quarantine')).toContain('redrive');
});
