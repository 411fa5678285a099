import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { accepts, freePort } from '../ports.ts';

const START_MS = 10_000;

/** Whether this machine has a redis-server. */
export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** A Redis that remembers nothing: whenever it is started again it is empty. It keeps its port. */
export class RedisServer {
  readonly #folder: string;
  readonly #port: number;
  #child: ChildProcess | undefined;

  static async start(folder: string): Promise<RedisServer> {
    mkdirSync(folder, { recursive: true });
    const server = new RedisServer(folder, await freePort());
    await server.start();
    return server;
  }

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** @throws where it does not answer in time */
  async start(): Promise<void> {
    const settings = {
      port: this.#port,
      bind: '127.0.0.1',
      dir: this.#folder,
      save: '',
      appendonly: 'no',
      'maxmemory-policy': 'noeviction',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    // A process group of its own: Ctrl-C ends the harness, and the harness ends this.
    const child = spawn('redis-server', args, { stdio: 'ignore', detached: true });
    this.#child = child;
    let failed = false;
    child.once('error', () => (failed = true));
    child.once('exit', () => (failed = true));
    const until = Date.now() + START_MS;
    while (!(await accepts(this.#port))) {
      if (failed || Date.now() > until) throw new Error(`redis-server did not start on port ${this.#port}.`);
      await pause(20);
    }
  }

  /** SIGKILL; everything in it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  /** SIGSTOP: connections stay, and nothing is answered. */
  stop(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** SIGCONT */
  goOn(): void {
    this.#child?.kill('SIGCONT');
  }

  flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#port, '127.0.0.1', () => socket.write('FLUSHALL\r\n'));
      socket.once('error', reject);
      socket.once('data', (answer) => {
        socket.destroy();
        if (answer.toString().startsWith('+OK')) resolve();
        else reject(new Error(`Redis answered FLUSHALL with ${answer.toString().trim()}.`));
      });
    });
  }
}
