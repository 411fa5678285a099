import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface TestRedis {
  url: string;
  databases: number;
  pid: number;
  /** Ends it at once, as a crash would, and removes its folder. */
  stop(): Promise<void>;
}

/** Whether this machine has a redis-server to run tests with. */
export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** A Redis of the test's own: nothing on disk, on a free port of 127.0.0.1 or on the one given. */
export async function startRedisServer(port?: number): Promise<TestRedis> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wm-redis-'));
  const chosen = port ?? (await freePort());
  const databases = 4096;
  const child = spawn(
    'redis-server',
    [
      '--bind',
      '127.0.0.1',
      '--port',
      String(chosen),
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
  while (!(await answersPing(chosen))) {
    if (child.exitCode !== null || child.pid === undefined || Date.now() > until) {
      await stop();
      throw new Error(
        `redis-server did not start on port ${chosen}. Try it by hand, or set REDIS_URL to a Redis for tests.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { url: `redis://127.0.0.1:${chosen}`, databases, pid: child.pid!, stop };
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
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
