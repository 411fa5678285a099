import { parseArgs } from 'node:util';
import { PROJECTION_VERSION } from '@wm/projection';
import { prepareQueue, queueTarget } from '@wm/queue';
import { migrate, MigrationMismatchError } from '@wm/store';
import { checkRedis, explainDatabaseError } from '../connection-checks.ts';
import { PlainError } from '../plain-error.ts';
import { findSystem } from '../running-system.ts';

/** `wm migrate`: database and queue as this version needs them. Production runs it before its services. */
export async function migrateCommand(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  const { databaseUrl, redisUrl } = findSystem();
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  try {
    if (redisUrl !== null) await checkRedis(redisUrl);
    const { applied, partitions } = await migrate(databaseUrl, { log: say, projectionVersion: PROJECTION_VERSION });
    await prepareQueue(queueTarget({ databaseUrl, redisUrl }));
    say(`The database is up to date: ${applied.length} migrations applied, ${partitions.length} partitions created.`);
    return 0;
  } catch (error) {
    if (error instanceof MigrationMismatchError) throw new PlainError(error.message, { cause: error });
    throw explainDatabaseError(error, databaseUrl) ?? error;
  }
}
