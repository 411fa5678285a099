import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls } from 'node:tls';

export interface TestRedis {
  url: string;
  databases: number;
  pid: number;
  /** Ends it at once, as a crash would, and removes its folder. */
  stop(): Promise<void>;
}

/** Files of a server that takes encrypted connections only. */
export interface RedisTls {
  cert: string;
  key: string;
  ca: string;
}

/** Whether this machine has a redis-server to run tests with. */
export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** A Redis of the test's own: nothing on disk, on a free port of 127.0.0.1 or on the one given. */
export async function startRedisServer(port?: number, tls?: RedisTls): Promise<TestRedis> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wm-redis-'));
  const chosen = port ?? (await freePort());
  const databases = 4096;
  const child = spawn(
    'redis-server',
    [
      '--bind',
      '127.0.0.1',
      ...listening(chosen, tls),
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
      '--databases',
      String(databases),
      '--maxmemory-policy',
      'noeviction',
    ],
    { stdio: 'ignore' },
  );
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  const until = Date.now() + 10_000;
  while (!(await answersPing(chosen, tls !== undefined))) {
    if (child.exitCode !== null || child.pid === undefined || Date.now() > until) {
      await stop();
      throw new Error(
        `redis-server did not start on port ${chosen}. Try it by hand, or set REDIS_URL to a Redis for tests.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // The name is what a certificate is for.
  const url = tls === undefined ? `redis://127.0.0.1:${chosen}` : `rediss://localhost:${chosen}`;
  return { url, databases, pid: child.pid!, stop };
}

function listening(port: number, tls: RedisTls | undefined): string[] {
  if (tls === undefined) return ['--port', String(port)];
  const { cert, key, ca } = tls;
  const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca];
  return ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no', ...files];
}

function answersPing(port: number, encrypted: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const ping = (): void => void socket.write('PING\r\n');
    const socket = encrypted
      ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, ping)
      : connect(port, '127.0.0.1', ping);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
