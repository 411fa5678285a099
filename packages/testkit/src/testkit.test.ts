import { connect } from 'node:net';
import { createSql } from '@wm/store';
import { expect, test } from 'vitest';
import { createTestDatabase } from './database.ts';
import { queueBackends } from './queues.ts';
import { waitFor } from './wait-for.ts';

test('databases are migrated and apart from each other', async () => {
  const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase()));
  try {
    for (const { url } of databases) {
      const sql = createSql(url, { applicationName: 'testkit-test', max: 1 });
      await sql`INSERT INTO services (service_key) VALUES ('only one')`;
      expect(await sql`SELECT service_key FROM services`).toHaveLength(1);
      expect(await sql`SELECT version FROM projection_target`).toHaveLength(1);
      await sql.end();
    }
  } finally {
    await Promise.all(databases.map((database) => database.drop()));
  }
});

test('every backend answers, and no two calls share a Redis database', async () => {
  const [postgres, ...redis] = [...queueBackends(), ...queueBackends().slice(1)];
  expect(postgres).toEqual({ name: 'postgres', redisUrl: null });
  expect(new Set(redis.map((backend) => backend.redisUrl)).size).toBe(redis.length);
  for (const { redisUrl } of redis) {
    const { hostname, port, pathname } = new URL(redisUrl!);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(`SELECT ${pathname.slice(1)}\r\n`));
      socket.once('error', reject).once('data', (data) => {
        socket.destroy();
        resolve(data.toString());
      });
    });
    expect(answer).toBe('+OK\r\n');
  }
});

test('waitFor returns what the condition gives, and names what it waited for in vain', async () => {
  let calls = 0;
  expect(await waitFor('the third call', async () => (calls += 1) === 3 && 'third')).toBe('third');
  await expect(waitFor('Godot', async () => false, 1)).rejects.toThrow('Waited 1 ms in vain for Godot.');
  const failing = waitFor('a server', () => Promise.reject(new Error('refused')), 1);
  await expect(failing).rejects.toMatchObject({ cause: new Error('refused') });
});
