/** The whole product with a PostgreSQL of its own, for scripts: tests share one. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECTION_VERSION } from '@wm/projection';
import { prepareQueue, queueTarget } from '@wm/queue';
import { startEmbeddedPostgres } from '@wm/runtime';
import { createSql, migrate } from '@wm/store';
import { cloneTemplate } from '@wm/testkit';
import { startStack, type Stack, type StackOptions } from './stack.ts';

export type OwnStackOptions = Omit<StackOptions, 'databaseUrl'> & {
  /** A kept folder with a PostgreSQL in it, and the database there to work on a copy of; absent: an empty one. */
  readonly copyOf?: { readonly dataDir: string; readonly database: string };
};

/** Hands the running product to `work` and takes it down after, whatever comes. */
export async function withOwnStack<T>(
  { copyOf, ...options }: OwnStackOptions,
  work: (stack: Stack) => Promise<T>,
): Promise<T> {
  const folder = copyOf?.dataDir ?? (await mkdtemp(path.join(tmpdir(), 'wm-web-')));
  if (copyOf === undefined) await chmod(folder, 0o755); // as root, PostgreSQL runs under another account, which must get in
  const settings = { fsync: 'off', synchronous_commit: 'off' };
  const server = await startEmbeddedPostgres({ dataDir: folder, settings });
  try {
    const template = copyOf === undefined ? server.url : withDatabase(server.url, copyOf.database);
    await migrate(template, { projectionVersion: PROJECTION_VERSION });
    await prepareQueue(queueTarget({ databaseUrl: template, redisUrl: null }));
    const database = await cloneTemplate(template);
    await writeOut(database.url);
    try {
      const stack = await startStack({ ...options, databaseUrl: database.url });
      try {
        return await work(stack);
      } finally {
        await stack.stop();
      }
    } finally {
      await database.drop();
    }
  } finally {
    await server.stop();
    if (copyOf === undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** What was loaded and copied a moment ago is on the disk before anything is measured beside it. */
async function writeOut(databaseUrl: string): Promise<void> {
  const sql = createSql(databaseUrl, { applicationName: 'wm-bench', max: 1 });
  try {
    await sql`CHECKPOINT`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function withDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}
