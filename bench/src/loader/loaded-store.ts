/** Loaded stores that are kept: one cluster in a data folder, with a database for each number of workflows and of days. */
import { availableParallelism } from 'node:os';
import postgres from 'postgres';
import { PROJECTION_VERSION } from '@wm/projection';
import { startEmbeddedPostgres } from '@wm/runtime';
import type { EmbeddedPostgres } from '@wm/runtime';
import { createSql, migrate } from '@wm/store';
import { fillSpans } from './fill-rollups.ts';
import { expectSpan, finishStaleWalk, loadWorkflows, USUAL_DAYS } from './load-workflows.ts';
import type { LoadOptions } from './load-workflows.ts';
import { progressOf } from './progress.ts';

export type StoreToLoad = Omit<LoadOptions, 'url'> & {
  /** Any database of the server, to make others from. */
  readonly serverUrl: string;
  readonly say: (line: string) => void;
};

/** While a store is filled nothing else needs the log of changes: what a crash loses is loaded again. */
const LOADING_SETTINGS = {
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '4GB',
  checkpoint_timeout: '1h',
  synchronous_commit: 'off',
  autovacuum: 'off',
};

/** A server on the data folder that loads fast. Stop it, and start it with its own settings, before anything is measured. */
export function startLoadingServer(dataDir: string, onLine: (line: string) => void): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir, settings: LOADING_SETTINGS, onLine });
}

export type StoreSize = Pick<LoadOptions, 'workflows' | 'days'>;

/** The database of a kept store. */
export function storeName({ workflows, days = USUAL_DAYS }: StoreSize): string {
  const span = days === USUAL_DAYS ? '' : `_${String(days).replace('.', '_')}d`;
  return `workflows_${workflows}${span}`;
}

/**
 * Resolves to the URL of the store with so many workflows over so many days, loaded now where the server has none. It appears under its name only when it
 * is complete.
 *
 * @throws where the one that is kept was folded by other rules than this code's, or the days are none
 */
export async function keptStore(options: StoreToLoad): Promise<string> {
  const { serverUrl, workflows, say } = options;
  expectSpan(options.days ?? USUAL_DAYS);
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  const name = storeName(options);
  const loading = `${name}_loading`;
  const urlOf = (database: string): string => serverUrl.replace(/[^/]*$/, database);
  try {
    const [kept] = await admin`SELECT FROM pg_database WHERE datname = ${name}`;
    if (kept !== undefined) {
      await expectCurrent(urlOf(name), name);
      return urlOf(name);
    }
    say(`Loading ${workflows} workflows into the database ${name} …`);
    await admin`DROP DATABASE IF EXISTS ${admin(loading)} WITH (FORCE)`;
    await admin`CREATE DATABASE ${admin(loading)}`;
    const { events, seconds } = await loadWorkflows({ ...options, url: urlOf(loading) });
    await admin`ALTER DATABASE ${admin(loading)} RENAME TO ${admin(name)}`;
    say(`Loaded ${workflows} workflows with ${events} events in ${seconds.toFixed(0)} s.`);
    return urlOf(name);
  } finally {
    await admin.end({ timeout: 5 });
  }
}

export interface StoresToLoad {
  readonly stores: readonly StoreSize[];
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Makes the stores that the folder does not hold yet, with a server of its own that is stopped again. */
export async function loadStores(dataDir: string, { stores, seed, say, signal }: StoresToLoad): Promise<void> {
  const server = await startLoadingServer(dataDir, say);
  try {
    for (const store of stores) {
      const generators = availableParallelism() + 1;
      const options = { ...store, seed, generators, progress: progressOf(store.workflows, say), signal };
      await keptStore({ ...options, serverUrl: server.url, say });
    }
  } finally {
    await server.stop();
  }
}

/** Migrations that came since are applied; rows of other rules would be folded again during a measurement. */
async function expectCurrent(url: string, name: string): Promise<void> {
  await migrate(url, { projectionVersion: PROJECTION_VERSION });
  const sql = createSql(url, { applicationName: 'wm-load', max: 1 });
  try {
    const [row] = await sql<{ version: number }[]>`SELECT projection_version AS version FROM workflows LIMIT 1`;
    if (row?.version === PROJECTION_VERSION) {
      await finishStaleWalk(sql);
      // Where a migration threw them away there is no worker that makes them again.
      const unmade = await sql`SELECT FROM rollup_progress WHERE NOT isfinite(made_until)`;
      if (unmade.length > 0) await fillSpans(sql);
      return;
    }
    throw new Error(
      `The database ${name} was folded by version ${row?.version} of the rules, this code has ${PROJECTION_VERSION}. ` +
        'Nothing was changed. Remove the data folder and load again.',
    );
  } finally {
    await sql.end();
  }
}
