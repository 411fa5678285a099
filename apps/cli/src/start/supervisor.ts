import path from 'node:path';
import { shownHost } from '@wm/runtime';
import { checkDatabase, checkRedis } from '../connection-checks.ts';
import { removeRuntimeFile, writeRuntimeFile } from '../runtime-file.ts';
import { ChildOutput } from './child-output.ts';
import { takeDataFolder, type DataFolder } from './data-folder.ts';
import { KeptAlive, type Launch } from './kept-alive.ts';
import { endLeftovers, markerOf } from './leftovers.ts';
import { runMigrateStep } from './migrate-step.ts';
import { freePort } from './ports.ts';
import { postgresLaunch } from './postgres-process.ts';
import { serviceLaunch } from './service-process.ts';
import type { StartSettings } from './settings.ts';
import type { App } from './programs.ts';

/** Where a started system is reached. */
export interface Addresses {
  ingest: string;
  api: string;
  databaseUrl: string;
  redisUrl: string | null;
  /** The real path of the data folder. */
  dataDir: string;
}

/** Starts the whole system as processes of its own, keeps each of them alive, and ends them in order. */
export class Supervisor {
  readonly #settings: StartSettings;
  readonly #say: (line: string) => void;
  /** In the order in which they are stopped, Postgres being the last. */
  readonly #services: KeptAlive[] = [];
  #postgres: KeptAlive | undefined;
  readonly #outputs: ChildOutput[] = [];
  #folder: DataFolder | undefined;
  #addresses: Addresses | undefined;
  #stopping: Promise<void> | undefined;

  /** @param say gets one line for people at a time */
  constructor(settings: StartSettings, say: (line: string) => void) {
    this.#settings = settings;
    this.#say = say;
  }

  /**
   * Resolves when every process is ready. On abort, and where anything fails before that, it rejects; `stop` then ends
   * what was begun.
   *
   * @throws PlainError with the one line that says what is wrong and what to do
   */
  async start(signal: AbortSignal): Promise<Addresses> {
    signal.addEventListener('abort', () => void this.stop(), { once: true });
    const settings = this.#settings;
    this.#folder = await takeDataFolder(settings.dataDir);
    const dataDir = this.#folder.path;
    await endLeftovers(dataDir, this.#say);
    const ingestPort = await freePort(settings.host, settings.ingestPort, 'INGEST_PORT');
    const apiPort = await freePort(settings.host, settings.apiPort, 'API_PORT');
    if (settings.redisUrl !== null) await checkRedis(settings.redisUrl);
    signal.throwIfAborted();
    const databaseUrl = await this.#database(dataDir);
    signal.throwIfAborted();
    const env = this.#environment({ databaseUrl, ingestPort, apiPort, dataDir });
    await this.#timed('The schema is up to date', () => runMigrateStep(env, this.#output('migrate'), signal));
    await this.#timed(`ingest, ${this.#workerNames().join(', ')} and api are ready`, () => this.#startServices(env));
    signal.throwIfAborted();
    const [ingest, api] = ['ingest', 'api'].map(
      (name) => this.#services.find((part) => part.name === name)?.current?.url,
    );
    this.#addresses = { ingest: ingest ?? '', api: api ?? '', databaseUrl, redisUrl: settings.redisUrl, dataDir };
    this.#record();
    return this.#addresses;
  }

  /** Ends everything in order: ingest, workers, api, PostgreSQL. Bounded; a second call waits for the first. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopInOrder();
    return this.#stopping;
  }

  /** The names of the processes that still run. */
  running(): string[] {
    return this.#parts().flatMap((part) => (part.current === undefined ? [] : [part.name]));
  }

  /** Replaces the processes of one app, or of all of them, by fresh ones: the development loop's answer to a change. */
  async restart(app: string | null): Promise<void> {
    const concerned = this.#services.filter((part) => app === null || part.name.replace(/-\d+$/, '') === app);
    await Promise.all(concerned.map((part) => part.restart()));
  }

  #parts(): KeptAlive[] {
    return this.#postgres === undefined ? this.#services : [...this.#services, this.#postgres];
  }

  async #database(dataDir: string): Promise<string> {
    const { databaseUrl } = this.#settings;
    if (databaseUrl !== null) {
      await checkDatabase(databaseUrl);
      return databaseUrl;
    }
    const postgres = this.#keep('postgres', postgresLaunch(dataDir, this.#say));
    this.#postgres = postgres;
    await this.#timed('PostgreSQL is ready', () => postgres.start());
    return postgres.current?.url ?? '';
  }

  async #startServices(env: NodeJS.ProcessEnv): Promise<void> {
    const service = (app: App, name: string) => {
      const marker = markerOf(env['DATA_DIR'] ?? '');
      this.#services.push(this.#keep(name, serviceLaunch({ app, env, output: this.#output(name), marker })));
    };
    service('ingest', 'ingest');
    for (const name of this.#workerNames()) service('worker', name);
    service('api', 'api');
    await Promise.all(this.#services.map((part) => part.start()));
  }

  #workerNames(): string[] {
    const { workers } = this.#settings;
    return workers === 1 ? ['worker'] : Array.from({ length: workers }, (_, index) => `worker-${index + 1}`);
  }

  #keep(name: string, launch: Launch): KeptAlive {
    return new KeptAlive({
      name,
      launch,
      onChange: () => this.#record(),
      say: (line) => this.#say(`${clock()} ${line}`),
    });
  }

  /** What the services get: our own environment, with what was decided here in place of what was left open. */
  #environment(decided: {
    databaseUrl: string;
    ingestPort: number;
    apiPort: number;
    dataDir: string;
  }): NodeJS.ProcessEnv {
    return {
      ...process.env,
      HOST: this.#settings.host,
      INGEST_PORT: String(decided.ingestPort),
      API_PORT: String(decided.apiPort),
      // Any number of workers may run side by side; nobody needs to know their port.
      WORKER_PORT: '0',
      DATA_DIR: decided.dataDir,
      DATABASE_URL: decided.databaseUrl,
      AUTH: this.#settings.auth,
      INGEST_URL: process.env.INGEST_URL ?? `http://${shownHost(this.#settings.host)}:${decided.ingestPort}`,
    };
  }

  #output(name: string): ChildOutput {
    const output = new ChildOutput({
      name,
      folder: path.join(this.#folder?.path ?? '', 'logs'),
      verbose: this.#settings.verbose,
      say: (line) => this.#say(`${clock()} ${line}`),
    });
    this.#outputs.push(output);
    return output;
  }

  async #timed(what: string, work: () => Promise<unknown>): Promise<void> {
    const begun = performance.now();
    await work();
    this.#say(`  ${what} (${((performance.now() - begun) / 1_000).toFixed(1)} s)`);
  }

  /** Writes who runs where; only once all of it is ready, so that the file's being there means that it can be used. */
  #record(): void {
    if (this.#addresses === undefined || this.#stopping !== undefined) return;
    const { dataDir, ...addresses } = this.#addresses;
    const processes = this.#parts().flatMap(({ name, current }) =>
      current === undefined ? [] : [{ name, pid: current.pid }],
    );
    try {
      writeRuntimeFile(dataDir, { ...addresses, processes });
    } catch (error) {
      this.#say(`${clock()} runtime.json could not be written (${(error as Error).message}); the system runs on`);
    }
  }

  async #stopInOrder(): Promise<void> {
    const workers = this.#services.filter(({ name }) => name.startsWith('worker'));
    const [ingest, api] = ['ingest', 'api'].map((name) => this.#services.filter((part) => part.name === name));
    for (const group of [ingest ?? [], workers, api ?? []]) await Promise.all(group.map((part) => part.stop()));
    await this.#postgres?.stop();
    if (this.#folder !== undefined) removeRuntimeFile(this.#folder.path);
    await Promise.all(this.#outputs.map((output) => output.close()));
    await this.#folder?.release();
  }
}

/** The time of day for lines that come while the system runs. */
function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
