/** Encrypted connections to a real PostgreSQL and a real Redis, as every service makes them. */
import { createConsumer, createWakeUps, prepareQueue, queueTarget, type QueueTarget, type WakeUp } from '@wm/queue';
import { createSql } from '@wm/store';
import {
  certificateFile,
  hasRedisServer,
  startTlsPostgres,
  startTlsRedis,
  waitFor,
  type TestRedis,
  type TlsPostgres,
} from '@wm/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkDatabase, checkRedis } from '../src/connection-checks.ts';
import { runWm } from './support/wm-process.ts';

const CA = certificateFile('ca.pem');
const OTHER_CA = certificateFile('other-ca.pem');
/** The servers' certificate is for localhost. */
const withOtherName = (url: string) => url.replace('localhost', '127.0.0.1');

/** Sends a wake-up to the queue and waits until a worker has it. */
async function passWakeUp(target: QueueTarget): Promise<void> {
  const key = { env: 'e', serviceKey: 's', workflowId: crypto.randomUUID() };
  const seen = new Set<string>();
  const errors: unknown[] = [];
  const onError = (error: Error) => void errors.push(error);
  const wakeUps = createWakeUps(target, { timeoutMs: 20_000, onError });
  const process = async ({ workflows }: WakeUp) => workflows.forEach(({ workflowId }) => seen.add(workflowId));
  const consumer = createConsumer(target, { concurrency: 1, process, onError });
  try {
    expect(await wakeUps.wake([{ key }])).toBe('sent');
    await waitFor('the wake-up', async () => seen.has(key.workflowId));
  } finally {
    await consumer.close();
    await wakeUps.close();
  }
}

describe('PostgreSQL', () => {
  let server: TlsPostgres;
  beforeAll(async () => {
    server = await startTlsPostgres();
  }, 120_000);
  afterAll(() => server?.stop());

  const encryptedSessions = async (url: string, applicationName: string) => {
    const sql = createSql(url, { applicationName: 'tls-test', max: 1 });
    try {
      return await sql<{ ssl: boolean }[]>`
        SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE application_name = ${applicationName}`;
    } finally {
      await sql.end();
    }
  };

  test.each([
    ['no word about it', '', false],
    ['require', '?sslmode=require', true],
    ['verify-ca', `?sslmode=verify-ca&sslrootcert=${CA}`, true],
    ['verify-full', `?sslmode=verify-full&sslrootcert=${CA}`, true],
  ])('%s', async (_name, params, ssl) => {
    const url = server.url + params;
    const sql = createSql(url, { applicationName: 'pool', max: 1 });
    await sql`SELECT 1`;
    expect(await encryptedSessions(url, 'pool')).toEqual([{ ssl }]);
    await sql.end();
    await checkDatabase(url);
  });

  test('neither require nor verify-ca ask for the name, verify-full does', async () => {
    const url = withOtherName(server.url);
    await checkDatabase(`${url}?sslmode=require`);
    await checkDatabase(`${url}?sslmode=verify-ca&sslrootcert=${CA}`);
    await expect(checkDatabase(`${url}?sslmode=verify-full&sslrootcert=${CA}`)).rejects.toThrow('Give its name');
  });

  test.each(['require', 'verify-ca', 'verify-full'])('%s refuses a server of another CA', async (mode) => {
    const url = `${server.url}?sslmode=${mode}&sslrootcert=${OTHER_CA}`;
    await expect(checkDatabase(url)).rejects.toThrow(
      /^The certificate of PostgreSQL at localhost:\d+ is not accepted \([A-Z_]+\).*Check the name/,
    );
    const target = queueTarget({ databaseUrl: url, redisUrl: null });
    await expect(prepareQueue(target)).rejects.toThrow(/certificate/);
  });

  test('without sslrootcert, verify-full refuses a server of a private CA', async () => {
    await expect(checkDatabase(`${server.url}?sslmode=verify-full`)).rejects.toThrow(/is not accepted/);
  });

  test('the queue in PostgreSQL is encrypted too, and the migrate step', async () => {
    const url = `${server.url}?sslmode=verify-full&sslrootcert=${CA}`;
    expect(await runWm(['migrate'], { DATABASE_URL: url })).toMatchObject({ code: 0 });
    const target = queueTarget({ databaseUrl: url, redisUrl: null });
    const wakeUps = createWakeUps(target, { timeoutMs: 20_000, onError: () => {} });
    await waitFor('the queue', async () => (await wakeUps.counts()) !== null);
    expect(await encryptedSessions(url, 'wm-queue')).toEqual([{ ssl: true }]);
    await wakeUps.close();
    await passWakeUp(target);
  }, 120_000);

  test('a wrong CA is told by a command in one line, without the password', async () => {
    const url = `${server.url}?sslmode=verify-full&sslrootcert=${OTHER_CA}`;
    const { code, stderr } = await runWm(['keys', 'list'], { DATABASE_URL: url });
    expect([code, stderr.split('\n').length]).toEqual([1, 2]);
    expect(stderr).toMatch(/^The certificate of PostgreSQL at localhost/);
    expect(stderr).not.toContain(new URL(server.url).password);
  }, 120_000);
});

describe.runIf(hasRedisServer())('Redis', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTlsRedis();
  });
  afterAll(() => server?.stop());

  const targetOf = (redisUrl: string) => queueTarget({ databaseUrl: 'postgres://nobody@127.0.0.1:1/none', redisUrl });

  test('the queue is encrypted, by the CA of the address', async () => {
    const url = `${server.url}?ssl_ca_certs=${CA}`;
    await checkRedis(url);
    await passWakeUp(targetOf(url));
  });

  test.each([
    ['of another CA', () => `${server.url}?ssl_ca_certs=${OTHER_CA}`],
    ['of a private CA that nobody named', () => server.url],
    ['of another name', () => `${withOtherName(server.url)}?ssl_ca_certs=${CA}`],
  ])('a server %s is refused', async (_name, url) => {
    await expect(checkRedis(url())).rejects.toThrow(/^The certificate of Redis at \S+ is not accepted \([A-Z_]+\)/);
    const wakeUps = createWakeUps(targetOf(url()), { timeoutMs: 500, onError: () => {} });
    const key = { env: 'e', serviceKey: 's', workflowId: 'w' };
    expect(await wakeUps.wake([{ key }])).toBe('failed');
    await wakeUps.close();
  });

  test('a CA with an address that is not encrypted is a mistake', async () => {
    const url = `${server.url.replace('rediss', 'redis')}?ssl_ca_certs=${CA}`;
    await expect(checkRedis(url)).rejects.toThrow('Write rediss://.');
  });

  test('a file that is not there is named', async () => {
    await expect(checkRedis(`${server.url}?ssl_ca_certs=/nonexistent/ca.pem`)).rejects.toThrow(
      'The file /nonexistent/ca.pem, ssl_ca_certs of REDIS_URL, cannot be read (ENOENT)',
    );
  });
});
