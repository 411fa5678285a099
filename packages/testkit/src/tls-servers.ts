/** Real servers that speak TLS, with the certificates of packages/testkit/certificates: for the name localhost. */
import { chmod, chown, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { startEmbeddedPostgres } from '@wm/runtime';
import { startRedisServer, type TestRedis } from './redis-server.ts';

export interface TlsPostgres {
  /** With the name of its certificate, without anything about encryption. */
  url: string;
  stop(): Promise<void>;
}

const FOLDER = fileURLToPath(new URL('../certificates', import.meta.url));

/** A file of packages/testkit/certificates. */
export function certificateFile(name: 'ca.pem' | 'other-ca.pem' | 'server.pem' | 'server.key'): string {
  return path.join(FOLDER, name);
}

/** A PostgreSQL of the test's own, which takes encrypted connections and others. */
export async function startTlsPostgres(): Promise<TlsPostgres> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wm-tls-'));
  await chmod(folder, 0o755); // as root, PostgreSQL runs under another account, which must get in
  const server = await startEmbeddedPostgres({ dataDir: folder, settings: { fsync: 'off' } });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const admin = postgres(server.url, { max: 1, onnotice: () => {} });
  try {
    const [{ data_directory: data }] = (await admin`SHOW data_directory`) as unknown as [{ data_directory: string }];
    await copyForServer(data);
    await admin`ALTER SYSTEM SET ssl = on`;
    await admin`SELECT pg_reload_conf()`;
  } catch (error) {
    await stop();
    throw error;
  } finally {
    await admin.end({ timeout: 5 });
  }
  return { url: server.url.replace('127.0.0.1', 'localhost'), stop };
}

/** PostgreSQL takes a key that belongs to it and that nobody else can read. The names are those that it looks for. */
async function copyForServer(data: string): Promise<void> {
  const { uid, gid } = await stat(data);
  for (const [from, to] of [
    ['server.pem', 'server.crt'],
    ['server.key', 'server.key'],
  ] as const) {
    const file = path.join(data, to);
    await copyFile(certificateFile(from), file);
    await chown(file, uid, gid);
    await chmod(file, 0o600);
  }
}

/** A Redis of the test's own that takes encrypted connections only. */
export async function startTlsRedis(): Promise<TestRedis> {
  return startRedisServer(undefined, {
    cert: certificateFile('server.pem'),
    key: certificateFile('server.key'),
    ca: certificateFile('ca.pem'),
  });
}
