import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createTestDatabase } from '@wm/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSettings } from '../src/start/settings.ts';
import { runWm, startWm, temporaryFolder } from './support/wm-process.ts';

const taken = net.createServer();
const folders: { remove(): void }[] = [];
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let takenPort = '';

beforeAll(async () => {
  database = await createTestDatabase();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  takenPort = String((taken.address() as net.AddressInfo).port);
});
afterAll(async () => {
  taken.close();
  await database?.drop();
  for (const folder of folders) folder.remove();
});

function dataFolder(): string {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder.path;
}

/** Runs `wm start` and expects it to end with exit code 1 and this one line on stderr. */
async function expectRefusal(line: RegExp, env: Record<string, string>): Promise<void> {
  const { code, stderr } = await runWm(['start'], env);
  expect(stderr).toMatch(line);
  expect(stderr).toMatch(/^[^\n]+\n$/);
  expect(code).toBe(1);
}

function withPassword(url: string, password: string): string {
  const changed = new URL(url);
  changed.password = password;
  return changed.href;
}

test('a taken port', async () => {
  const DATA_DIR = dataFolder();
  await expectRefusal(new RegExp(`^Port ${takenPort} on 127\\.0\\.0\\.1 is taken`), { DATA_DIR, API_PORT: takenPort });
  expect(readdirSync(DATA_DIR)).toEqual([]);
});

test('the same port twice', () => {
  const options = { workers: 1, verbose: false, watch: false };
  expect(() => startSettings(options, { INGEST_PORT: '4321', API_PORT: '4321' })).toThrow(
    /^INGEST_PORT and API_PORT are both 4321/,
  );
});

test('a bad variable', () => expectRefusal(/^The environment variable INGEST_PORT is no port/, { INGEST_PORT: 'x' }));

test('no PostgreSQL at DATABASE_URL', () =>
  expectRefusal(/^No PostgreSQL answers at 127\.0\.0\.1:1 \(ECONNREFUSED\)/, {
    DATA_DIR: dataFolder(),
    DATABASE_URL: 'postgres://someone:secret@127.0.0.1:1/wm',
  }));

test('a wrong password in DATABASE_URL', () =>
  expectRefusal(/refuses the user or password of DATABASE_URL/, {
    DATA_DIR: dataFolder(),
    DATABASE_URL: withPassword(database.url, 'wrong'),
  }));

test('no Redis at REDIS_URL', () =>
  expectRefusal(/^No Redis answers at 127\.0\.0\.1:1 \(ECONNREFUSED\)/, {
    DATA_DIR: dataFolder(),
    DATABASE_URL: database.url,
    REDIS_URL: 'redis://:secret@127.0.0.1:1',
  }));

test('a data folder that cannot be made', async () => {
  const file = path.join(dataFolder(), 'a-file');
  writeFileSync(file, '');
  await expectRefusal(/^The data folder \S+ cannot be written \(ENOTDIR\)/, { DATA_DIR: path.join(file, 'data') });
});

test('a data folder of another PostgreSQL version', async () => {
  const DATA_DIR = dataFolder();
  mkdirSync(path.join(DATA_DIR, 'postgres'));
  writeFileSync(path.join(DATA_DIR, 'postgres', 'PG_VERSION'), '12\n');
  await expectRefusal(/is of version 12, but this program brings PostgreSQL 18/, { DATA_DIR });
});

test('Ctrl-C while the system starts leaves nothing behind', async () => {
  const DATA_DIR = dataFolder();
  const wm = startWm(['start'], { DATA_DIR });
  await new Promise<void>((resolve, reject) => {
    const timer = setInterval(() => {
      if (!wm.stdout().includes('Starting')) return;
      clearInterval(timer);
      resolve();
    }, 5);
    void wm.ended.then(() => reject(new Error(wm.stderr())));
  });
  wm.kill('SIGINT');
  expect(await wm.ended).toBe(0);
  expect(readdirSync(DATA_DIR)).not.toContain('runtime.json');
});
