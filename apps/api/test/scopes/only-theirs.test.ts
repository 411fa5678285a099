/**
 * What a limited key is told is what would be told if there were nothing beyond its reach: counts, totals, rates, trends and
 * percentiles too, in which a name does not show. So each route answers a limited key the same in a whole world and in a
 * small one, which holds its part alone.
 */
import { announceChanges } from '@wm/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEventStream } from '../event-stream.ts';
import { ROUTES } from './routes.ts';
import { CELLS, createWorld, reaches, type Cell, type Reach, type World } from './world.ts';

const REACHES: Reach[] = [{ env: 'env-b' }, { serviceKey: 'svc-b' }, { env: 'env-b', serviceKey: 'svc-b' }];

/** Every route that reads. Those about single entries of the quarantine take ids that are others in each world. */
const READING = Object.entries(ROUTES).filter(
  ([name, { need, entries, streams }]) =>
    name.startsWith('GET ') && need === 'read' && entries !== true && streams !== true && name !== 'GET /v1/session',
);

/** Other at each look, or of another world: the time of it, and what is made at random. */
const VARYING =
  /^(asOf|readAt|lagMs|createdAt|updatedAt|receivedAt|quarantinedAt|oldestUnprocessedAgeMs|silentMs|resumesInMs|range|telemetryDelay|totalMs|activeMs|medianMs|maxMs|lastMs|at|keys|queue)$/;

let whole: World;
beforeAll(async () => {
  whole = await createWorld();
}, 60_000);
afterAll(() => whole?.api.close());

function comparable(name: string, text: string): unknown {
  const without = (key: string, value: unknown): unknown =>
    VARYING.test(key) || (name.includes('quarantine') && key === 'id') ? undefined : value;
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line, without) as unknown);
}

describe.each(REACHES)('a key for %j', (reach) => {
  const cells = CELLS.filter((cell) => reaches(reach, cell));
  let small: World;
  beforeAll(async () => {
    small = await createWorld(cells);
  }, 60_000);
  afterAll(() => small?.api.close());

  const answer = async (world: World, path: string, token: string) => {
    const response = await world.api.request(path, { headers: { authorization: `Bearer ${token}` } }, '10.1.1.1');
    return { status: response.status, text: await response.text() };
  };

  test.each(READING)('%s', async (name, { request }) => {
    const [limited, inSmall] = [await whole.keyOf('read', reach), await small.keyOf('read', reach)];
    for (const cell of cells) {
      const { path } = request(cell, '', null);
      const [told, expected] = await Promise.all([answer(whole, path, limited), answer(small, path, inSmall)]);
      expect([told.status, expected.status]).toEqual([200, 200]);
      expect(comparable(name, told.text)).toEqual(comparable(name, expected.text));
      // It was asked about something.
      expect(told.text.length).toBeGreaterThan(50);
    }
  });

  test('GET /v1/stream tells of the runs within its reach, and of no other', async () => {
    const ids = async ({ env, service }: Cell) => {
      const rows = await whole.api.sql<{ id: string }[]>`
        SELECT id FROM workflows WHERE env = ${env} AND service_key = ${service}`;
      return rows.map(({ id }) => id);
    };
    const follow = async (token: string) =>
      readEventStream(
        await whole.api.request(
          '/v1/stream?status=failed',
          { headers: { authorization: `Bearer ${token}` } },
          '10.1.1.2',
        ),
      );
    const [limited, everything] = [
      await follow(await whole.keyOf('read', reach)),
      await follow(await whole.keyOf('read')),
    ];
    for (const stream of [limited, everything]) await stream.find('ready', ({ event }) => event === 'ready');
    // Each cell has a failed run, which is shown, and open ones, which are named among those that are not.
    const all = (await Promise.all(CELLS.map(ids))).flat();
    await whole.api.sql`INSERT INTO changes (run_ids) VALUES (${all}::text[]::uuid[])`;
    await announceChanges(whole.api.sql);
    const toldIds = ({ messages }: typeof limited): string[] =>
      messages.flatMap(({ data }) => [...(data.runs ?? []).map(({ id }: { id: string }) => id), ...(data.left ?? [])]);
    await everything.find('all of it', () => new Set(toldIds(everything)).size === all.length);
    const theirs = (await Promise.all(cells.map(ids))).flat();
    await limited.find('its part', () => new Set(toldIds(limited)).size >= theirs.length);
    expect([...new Set(toldIds(limited))].toSorted()).toEqual(theirs.toSorted());
    await Promise.all([limited.cancel(), everything.cancel()]);
  });
});
