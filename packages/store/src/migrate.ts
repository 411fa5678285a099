import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSql, type Sql, type Tx } from './client.ts';
import { inTransaction } from './in-transaction.ts';
import { ensurePartitions } from './partitions.ts';

export interface MigrateOptions {
  /** Gets one line per step, for people. */
  log?: (line: string) => void;
  /** The fold version that is in force from now on; absent: leave it as it is. */
  projectionVersion?: number;
  /** Where the numbered .sql files are; our own where absent. */
  folder?: string;
  /** Decides which months get a partition; the present where absent. */
  now?: Date;
}

export interface MigrateResult {
  /** Names of the migrations that this call applied, in order; empty when there was nothing to do. */
  applied: string[];
  /** Names of the partitions that this call created. */
  partitions: string[];
}

interface Migration {
  name: string;
  text: string;
  checksum: Buffer;
}

/** The database and the migrations in this code do not belong together. Nothing was changed. */
export class MigrationMismatchError extends Error {
  override name = 'MigrationMismatchError';
}

/** Any fixed number; everything that changes the schema takes this advisory lock. */
const MIGRATION_LOCK = 7_300_017_001;

/**
 * Brings a database to the schema of this code: numbered migrations, month partitions, the fold version in force.
 *
 * Several processes may call it at once: each migration runs in a transaction of its own that first takes one advisory
 * lock and then looks again at what is applied, so that the lock cannot be lost between check and change. A second call
 * changes nothing.
 *
 * @throws MigrationMismatchError where an applied migration was edited since, or where the database was migrated by
 *   newer code. @throws what PostgreSQL says where a migration fails; that migration is then rolled back as a whole.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<MigrateResult> {
  const log = options.log ?? (() => {});
  const migrations = await readMigrations(options.folder ?? migrationsFolder());
  const sql = createSql(url, { applicationName: 'wm-migrate', max: 1, idleInTransactionTimeoutMs: 0 });
  try {
    const applied = await applyMigrations(sql, migrations, log);
    const partitions = await ensurePartitions(sql, options.now ?? new Date(), log);
    if (options.projectionVersion !== undefined) await setProjectionTarget(sql, options.projectionVersion);
    return { applied, partitions };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** The repository's sql/migrations, found from src and from dist alike. */
function migrationsFolder(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = path.join(folder, 'sql', 'migrations');
    if (existsSync(candidate)) return candidate;
    const parent = path.dirname(folder);
    if (parent === folder) {
      throw new Error(
        'The folder sql/migrations was not found above the program. Run it from a complete copy of the repository.',
      );
    }
    folder = parent;
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(
    names.map(async (name, index) => {
      if (!name.startsWith(`${String(index + 1).padStart(4, '0')}_`)) {
        throw new Error(
          `Migrations are numbered from 0001 without a gap; ${name} is number ${index + 1} in ${folder}. Rename it.`,
        );
      }
      // Line ends are a matter of the checkout, not of the migration.
      const text = (await readFile(path.join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
      return { name, text, checksum: createHash('sha256').update(text).digest() };
    }),
  );
}

async function applyMigrations(sql: Sql, migrations: Migration[], log: (line: string) => void): Promise<string[]> {
  await inTransaction(sql, async (tx) => {
    await lock(tx);
    await tx`
      CREATE TABLE IF NOT EXISTS schema_migrations (
        name       text        PRIMARY KEY,
        checksum   bytea       NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`;
    await checkHistory(tx, migrations);
  });
  const applied: string[] = [];
  for (const migration of migrations) {
    const ran = await inTransaction(sql, async (tx) => {
      await lock(tx);
      const [known] = await tx`SELECT 1 FROM schema_migrations WHERE name = ${migration.name}`;
      if (known) return false;
      await tx.unsafe(migration.text);
      await tx`INSERT INTO schema_migrations (name, checksum) VALUES (${migration.name}, ${migration.checksum})`;
      return true;
    });
    if (!ran) continue;
    applied.push(migration.name);
    log(`Applied migration ${migration.name}`);
  }
  return applied;
}

async function lock(tx: Tx): Promise<void> {
  await tx`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`;
}

/** Refuses a database whose history is not the beginning of ours. */
async function checkHistory(tx: Tx, migrations: Migration[]): Promise<void> {
  const rows = await tx<
    { name: string; checksum: Buffer }[]
  >`SELECT name, checksum FROM schema_migrations ORDER BY name`;
  for (const row of rows) {
    const migration = migrations.find((candidate) => candidate.name === row.name);
    if (!migration) {
      throw new MigrationMismatchError(
        `The database has the migration ${row.name}, which this version of workflow-monitor does not know: a newer version made it. ` +
          'Nothing was changed. Start the newer version, or restore a backup from before it.',
      );
    }
    if (!migration.checksum.equals(row.checksum)) {
      throw new MigrationMismatchError(
        `The migration ${row.name} is not the one that was applied to this database: the file was edited afterwards. ` +
          'Nothing was changed. Restore the file, and put the change into a new migration.',
      );
    }
  }
}

async function setProjectionTarget(sql: Sql, version: number): Promise<void> {
  await sql`
    INSERT INTO projection_target AS target (version) VALUES (${version})
    ON CONFLICT (singleton) DO UPDATE SET version = excluded.version, changed_at = now()
    WHERE target.version <> excluded.version`;
}
