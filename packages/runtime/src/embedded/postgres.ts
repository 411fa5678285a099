import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import postgres from 'postgres';
import { locateCluster, openCluster, serverEnvironment, SUPERUSER, type Cluster } from './cluster.ts';
import { claim } from './owner.ts';
import { shutDown, stopLeftOver } from './postmaster.ts';

export interface EmbeddedPostgresOptions {
  /** Holds the cluster (postgres), its log (postgres.log) and who uses it (postgres.owner). Made where missing. */
  dataDir: string;
  /** A fixed port, for a server that comes back where it was; any free one where absent or 0. */
  port?: number;
  /** Settings of postgresql.conf, on top of ours. */
  settings?: Readonly<Record<string, string | number>>;
  /** Gets one line for what a person should know. */
  onLine?: (line: string) => void;
  /** How long the start may take, recovery after a crash included, in milliseconds; two minutes where absent. */
  startTimeoutMs?: number;
}

export interface EmbeddedPostgres {
  url: string;
  port: number;
  pid: number;
  /** Resolves when the server has ended, whether asked to or not. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Fast shutdown; bounded in time. A second call waits for the first. */
  stop(): Promise<void>;
}

const DATABASE = 'workflow_monitor';
const LOG_BYTES = 10_000_000;

/**
 * Starts PostgreSQL on a data folder, on 127.0.0.1 only, and resolves once a connection really answers. The cluster is
 * made at the first start and kept. A server that an earlier start left behind on it is stopped first.
 *
 * @throws one clear line: folder in use or of another version, port taken, programs that do not run here.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const onLine = options.onLine ?? (() => {});
  const dataDir = path.resolve(options.dataDir);
  const place = locateCluster(dataDir, onLine);
  const release = claim(path.join(path.dirname(place.folder), 'postgres.owner'), dataDir);
  try {
    await stopLeftOver(place.folder, onLine);
    const cluster = openCluster(dataDir, place, onLine);
    return await startServer(cluster, path.join(dataDir, 'postgres.log'), options, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function startServer(
  cluster: Cluster,
  logFile: string,
  options: EmbeddedPostgresOptions,
  release: () => void,
): Promise<EmbeddedPostgres> {
  const until = Date.now() + (options.startTimeoutMs ?? 120_000);
  for (;;) {
    const port = await bindable(options.port ?? 0);
    const logStart = rotate(logFile);
    const child = launch(cluster, port, logFile, options.settings ?? {});
    const exited = exitOf(child);
    const url = `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/${DATABASE}`;
    const ready = await answers(child, url, until).catch(async (error: unknown) => {
      await end(child, exited);
      throw error;
    });
    if (ready) {
      void exited.then(release);
      let stopping: Promise<void> | undefined;
      const stop = (): Promise<void> => (stopping ??= end(child, exited));
      return { url, port, pid: child.pid!, exited, stop };
    }
    const lines = readFileSync(logFile, 'utf8').slice(logStart);
    await end(child, exited);
    if (Date.now() < until && isPassing(lines)) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      continue;
    }
    throw new Error(startFailure(lines, logFile));
  }
}

function launch(
  cluster: Cluster,
  port: number,
  logFile: string,
  extra: Readonly<Record<string, string | number>>,
): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off', // the log is a plain file: only what somebody should read
    ...extra,
  };
  const log = openSync(logFile, 'a', 0o600);
  try {
    return spawn(
      path.join(cluster.binaries.folder, 'bin', 'postgres'),
      ['-D', cluster.folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        cwd: cluster.folder,
        env: serverEnvironment(),
        stdio: ['ignore', log, log],
        // Its own process group: Ctrl-C in the terminal must not reach it before the services have written their last.
        detached: true,
        ...(cluster.account ? { uid: cluster.account.uid, gid: cluster.account.gid } : {}),
      },
    );
  } finally {
    closeSync(log);
  }
}

function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.pid === undefined) return;
  const runs = (): boolean => child.exitCode === null && child.signalCode === null;
  if (runs()) await shutDown(child.pid, runs);
  await exited;
}

/** Connects until a query is answered, and makes the database where it is missing; false when the server ended or time is up. */
async function answers(child: ChildProcess, url: string, until: number): Promise<boolean> {
  while (child.pid !== undefined && child.exitCode === null && child.signalCode === null && Date.now() < until) {
    const admin = postgres(url.replace(/[^/]*$/, 'postgres'), {
      max: 1,
      onnotice: () => {},
      connect_timeout: 5,
      fetch_types: false,
    });
    try {
      const [known] = await admin`SELECT 1 FROM pg_database WHERE datname = ${DATABASE}`;
      if (!known) await admin`CREATE DATABASE ${admin(DATABASE)}`;
      return true;
    } catch (error) {
      // Not listening yet, or still recovering. Anything else is an answer that waiting does not change.
      const code = (error as { code?: string }).code ?? '';
      if (!['ECONNREFUSED', 'ECONNRESET', 'CONNECTION_CLOSED', 'CONNECT_TIMEOUT', '57P03'].includes(code)) throw error;
    } finally {
      await admin.end({ timeout: 1 });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/**
 * What goes away by itself: children of a server that was killed need a moment to notice it, and a port picked as free
 * can be taken before the server binds it (a fixed one is then told of at the next round).
 */
function isPassing(lines: string): boolean {
  return lines.includes('pre-existing shared memory block') || lines.includes('Address already in use');
}

function startFailure(lines: string, logFile: string): string {
  const said = lines.split('\n').findLast((line) => /FATAL|PANIC/.test(line)) ?? 'it said nothing';
  return `PostgreSQL did not start: ${said.replace(/^.*?(FATAL|PANIC):\s*/, '')}. Its data is untouched. Its log is ${logFile}.`;
}

/** A log that has grown large is put aside once, at the start. Returns where the new lines begin. */
function rotate(logFile: string): number {
  try {
    const { size } = statSync(logFile);
    if (size <= LOG_BYTES) return readFileSync(logFile, 'utf8').length;
    renameSync(logFile, `${logFile}.1`);
  } catch {
    // There is none yet.
  }
  return 0;
}

/** The port itself where it can be bound, any free one for 0. */
function bindable(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => reject(new Error(portTaken(port), { cause: error })));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

function portTaken(port: number): string {
  return `PostgreSQL cannot start: port ${port} is taken by another program. Its data is untouched. Free the port and start again.`;
}
