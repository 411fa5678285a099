import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './postgres.ts';
import { isAlive } from './process-identity.ts';

const starter = fileURLToPath(new URL('../../test/start-postgres.ts', import.meta.url));
let dataDir: string;
let lines: string[];
let servers: EmbeddedPostgres[];
let children: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'wm-embedded-'));
  chmodSync(dataDir, 0o755); // as root, PostgreSQL runs under another account, which must get in
  lines = [];
  servers = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const onLine = (line: string): unknown => lines.push(line);
  const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' }, onLine, ...options });
  servers.push(server);
  return server;
}

/** A server started by another process, which then lives on. */
async function startElsewhere(): Promise<{ child: ChildProcess; pid: number }> {
  const child = fork(starter, [dataDir], { execArgv: ['--import', 'tsx'] });
  children.push(child);
  const [message] = (await once(child, 'message')) as [{ pid: number }];
  return { child, pid: message.pid };
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
}

test('it answers on loopback only, as no root, and keeps its data between starts', async () => {
  const first = await start();
  const [server] = await query(
    first.url,
    `SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets,
       current_setting('server_encoding') AS encoding, current_setting('data_checksums') AS checksums`,
  );
  expect(server).toEqual({ addresses: '127.0.0.1', sockets: '', encoding: 'UTF8', checksums: 'on' });
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  expect(await first.exited).toEqual({ code: 0, signal: null });
  expect(isAlive(first.pid)).toBe(false);

  const second = await start();
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

test('nobody gets in without the password, and nobody else can read it', async () => {
  const { url } = await start();
  const wrong = new URL(url);
  wrong.password = 'guessed';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
  const file = path.join(dataDir, 'postgres', 'workflow-monitor.password');
  expect(readFileSync(file, 'utf8').trim()).toBe(new URL(url).password);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('after a crash it comes back on the same port with what was committed', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  process.kill(first.pid, 'SIGKILL');
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
  const second = await start({ port: first.port });
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

test('a server left behind by a process that was killed is stopped first, and that is said', async () => {
  const { child, pid } = await startElsewhere();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(pid)).toBe(true);
  const server = await start();
  expect(lines).toEqual([`A PostgreSQL of an earlier start still runs on this data (process ${pid}); stopping it.`]);
  expect(isAlive(pid)).toBe(false);
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a folder in use by a living process is left alone', async () => {
  const { child, pid } = await startElsewhere();
  await expect(start()).rejects.toThrow(`The data folder ${dataDir} is in use by process ${child.pid}.`);
  expect(isAlive(pid)).toBe(true);
  const gone = once(child, 'exit');
  child.send('stop');
  await gone;
  await start();
});

test('data of another PostgreSQL version is one clear line, and is not touched', async () => {
  mkdirSync(path.join(dataDir, 'postgres'));
  const file = path.join(dataDir, 'postgres', 'PG_VERSION');
  writeFileSync(file, '16\n');
  await expect(start()).rejects.toThrow(
    /is of version 16, but this program brings PostgreSQL 18\. Nothing was changed\./,
  );
  expect(readFileSync(file, 'utf8')).toBe('16\n');
});

test('a taken port is one clear line', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  await expect(start({ port })).rejects.toThrow(`PostgreSQL cannot start: port ${port} is taken by another program.`);
  other.close();
  await start({ port });
});

test('a setting that PostgreSQL refuses is told in its own words', async () => {
  await expect(start({ settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
    /PostgreSQL did not start: invalid value for parameter "shared_buffers".*postgres\.log/,
  );
});

test('what a broken first start left is made anew', async () => {
  mkdirSync(path.join(dataDir, 'postgres.new', 'base'), { recursive: true });
  writeFileSync(path.join(dataDir, 'postgres.new-password'), 'old');
  writeFileSync(path.join(dataDir, 'postgres.owner'), '{"pid":');
  const { url } = await start();
  expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('a data folder that cannot be made is one clear line', async () => {
  writeFileSync(path.join(dataDir, 'file'), '');
  await expect(start({ dataDir: path.join(dataDir, 'file', 'below') })).rejects.toThrow(
    /^The data folder .*below cannot be written \(ENOTDIR\)\. Nothing was started\./,
  );
});
