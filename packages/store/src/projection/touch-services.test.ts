import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@wm/testkit';
import { createSql, type Sql } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { touchServices } from './touch-services.ts';

const ARRIVED = Date.parse('2026-03-09T12:00:00.000Z');
const HOUR = 3_600_000;

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = createSql(database.url, { applicationName: 'touch-services-test', max: 1 });
}, 60_000);
afterAll(async () => {
  await sql.end({ timeout: 5 });
  await database.drop();
});
beforeEach(() => sql`TRUNCATE service_environments, services`);

async function heard(lastArrivalAt: number, lastEventAt: number | null): Promise<void> {
  const arrival = { serviceKey: 'shop', env: 'test', lastArrivalAt, lastEventAt, lastDelayMs: null };
  await inTransaction(sql, (tx) => touchServices(tx, [arrival]));
}

async function stored(): Promise<{ event: number | null; arrival: number }> {
  const [row] = await sql<{ event: Date | null; arrival: Date }[]>`
    SELECT last_event_at AS event, last_arrival_at AS arrival FROM service_environments`;
  return { event: row!.event?.getTime() ?? null, arrival: row!.arrival.getTime() };
}

test('a row is written again once it is ten seconds behind', async () => {
  await heard(ARRIVED, ARRIVED);
  await heard(ARRIVED + 9_000, ARRIVED + 9_000);
  expect(await stored()).toEqual({ event: ARRIVED, arrival: ARRIVED });
  await heard(ARRIVED + 11_000, ARRIVED + 11_000);
  expect(await stored()).toEqual({ event: ARRIVED + 11_000, arrival: ARRIVED + 11_000 });
});

test('the newest event counts when a day is sent within a second, and nothing follows', async () => {
  for (let hour = 24; hour >= 0; hour -= 1) await heard(ARRIVED + 24 - hour, ARRIVED - hour * HOUR);
  expect(await stored()).toEqual({ event: ARRIVED, arrival: ARRIVED + 24 });
});

test('what names no time that can be believed changes no time', async () => {
  await heard(ARRIVED, ARRIVED);
  await heard(ARRIVED + 1, null);
  expect(await stored()).toEqual({ event: ARRIVED, arrival: ARRIVED });
});
