import { createSql, type Sql } from '@wm/store';
import { createTestDatabase, silentLogger, waitFor, type TestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEventStream } from '../../test/event-stream.ts';
import { streamFilter } from '../../test/stream-filter.ts';
import { UsualDurations } from '../active/expectations.ts';
import type { StreamFilter } from './stream-filter.ts';
import { MOST_CLIENTS, MOST_LOOKS, StreamHub } from './stream-hub.ts';

let database: TestDatabase;
let sql: Sql;
let usual: UsualDurations;
let everything: StreamFilter;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'hub-test', max: 3 });
  usual = new UsualDurations(sql);
  everything = await streamFilter(sql);
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

const stays = async (): Promise<boolean> => true;

test('there is room for so many, and again when one leaves', async () => {
  const hub = new StreamHub(sql, silentLogger(), usual);
  const clients = [];
  for (let n = 0; n < MOST_CLIENTS; n += 1) clients.push((await hub.open(everything, undefined, stays))!);
  expect(await hub.open(everything, undefined, stays)).toBeNull();
  await clients[0]!.body.cancel();
  expect(hub.clients).toBe(MOST_CLIENTS - 1);
  expect(await hub.open(everything, undefined, stays)).not.toBeNull();
  await hub.close();
  expect(hub.clients).toBe(0);
});

test('there is room for so many different things to look up, however many ask for the same', async () => {
  const hub = new StreamHub(sql, silentLogger(), usual);
  const followStep = async (step: number) =>
    hub.open(await streamFilter(sql, { step: `step-${step}` }), undefined, stays);
  for (let step = 0; step < MOST_LOOKS; step += 1) expect(await followStep(step)).not.toBeNull();
  expect(await followStep(MOST_LOOKS)).toBeNull();
  const again = await followStep(3);
  expect(again).not.toBeNull();
  expect(await hub.open(everything, undefined, stays)).not.toBeNull();
  await hub.close();
});

test('who may not stay is let go at the next beat, the others hear it', async () => {
  const hub = new StreamHub(sql, silentLogger(), usual, { beatMs: 50 });
  let mayStay = true;
  const [goes, remains] = await Promise.all([
    hub.open(everything, undefined, async () => mayStay),
    hub.open(everything, undefined, stays),
  ]);
  const [leaving, staying] = [goes, remains].map((client) => readEventStream(new Response(client!.body))) as [
    ReturnType<typeof readEventStream>,
    ReturnType<typeof readEventStream>,
  ];
  await leaving.find('a beat with a place to go on from', ({ event, id }) => event === 'beat' && id !== null);
  mayStay = false;
  await waitFor('its end', async () => leaving.ended());
  expect(staying.messages.find(({ event }) => event === 'beat')!.data.freshness).toMatchObject({
    lagMs: 0,
    pendingEvents: 0,
  });
  const heard = staying.messages.length;
  await waitFor('another beat', async () => staying.messages.length > heard);
  expect(hub.clients).toBe(1);
  await hub.close();
});

test('while the database is away nobody can begin, and those who follow go on afterwards', async () => {
  const own = await createTestDatabase();
  const ownSql = createSql(own.url, { applicationName: 'hub-test', max: 2 });
  const hub = new StreamHub(ownSql, silentLogger(), new UsualDurations(ownSql));
  const stream = readEventStream(new Response((await hub.open(everything, undefined, stays))!.body));
  await stream.find('ready', ({ event }) => event === 'ready');
  const [{ name }] = (await sql`SELECT current_database() AS name`) as unknown as [{ name: string }];
  expect(name).not.toBe(new URL(own.url).pathname.slice(1));
  await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${new URL(own.url).pathname.slice(1)}`;
  await waitFor('a note', async () => {
    await ownSql`INSERT INTO changes (run_ids) SELECT array_agg(gen_random_uuid()) FROM generate_series(1, 3000)`;
    return true;
  });
  await stream.find('the note', ({ event }) => event === 'many');
  await hub.close();
  await ownSql.end();
  await own.drop();
});
