import { parseArgs } from 'node:util';
import { dumpSchema } from '@wm/store';
import { findSystem } from '../running-system.ts';
import { withDatabase } from '../with-database.ts';

/** `wm schema`: prints the schema of the database, to compare with sql/schema.sql. */
export async function schemaCommand(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  process.stdout.write(await withDatabase(findSystem().databaseUrl, 'wm-schema', (sql) => dumpSchema(sql)));
  return 0;
}
