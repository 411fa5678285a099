import { mkdtemp, chmod, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@wm/runtime';
import { createSql, dumpSchema, migrate } from '@wm/store';

/** Writes sql/schema.sql from a database that the migrations have just made: `npm run schema`. */
async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wm-schema-'));
  await chmod(folder, 0o755); // as root, PostgreSQL runs under another account, which must get in
  const server = await startEmbeddedPostgres({ dataDir: folder, settings: { fsync: 'off' } });
  try {
    await migrate(server.url);
    const sql = createSql(server.url, { applicationName: 'wm-schema', max: 1 });
    const text = await dumpSchema(sql);
    await sql.end();
    await writeFile(fileURLToPath(new URL('../../../sql/schema.sql', import.meta.url)), text);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
