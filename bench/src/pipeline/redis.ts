import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { accepts, freePort } from '../ports.ts';

export interface BenchRedis {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A Redis for the benchmark, with its log of commands on as in production; null where the machine has none. */
export async function startRedis(): Promise<BenchRedis | null> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'wm-bench-redis-'));
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  const life = { ended: false };
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      life.ended = true;
      rmSync(folder, { recursive: true, force: true });
      resolve();
    };
    child.once('error', end);
    child.once('exit', end);
  });
  while (!life.ended && !(await accepts(port))) await pause(20);
  if (life.ended) return null;
  return {
    url: `redis://127.0.0.1:${port}`,
    pid: child.pid!,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
