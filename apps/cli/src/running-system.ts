import { commandEnvironment } from './command-environment.ts';
import { PlainError } from './plain-error.ts';
import { readRuntimeFile } from './runtime-file.ts';

/** Where a command finds the database and, on Redis, the queue. */
export interface SystemAddresses {
  databaseUrl: string;
  /** null: the queue lives in PostgreSQL. */
  redisUrl: string | null;
}

/**
 * The system that a command is to work on: the one of DATABASE_URL and REDIS_URL, else the one that `npm start` runs on
 * the data folder.
 *
 * @throws PlainError where there is neither
 */
export function findSystem(env: NodeJS.ProcessEnv = process.env): SystemAddresses {
  const { databaseUrl, redisUrl, dataDir } = commandEnvironment(env);
  if (databaseUrl !== undefined) return { databaseUrl, redisUrl: redisUrl ?? null };
  const running = readRuntimeFile(dataDir);
  if (running !== null) return { databaseUrl: running.databaseUrl, redisUrl: running.redisUrl };
  throw new PlainError(
    `No running system was found: DATABASE_URL is not set, and there is no runtime.json in ${dataDir}. ` +
      'Start one with `npm start`, or set DATABASE_URL or DATA_DIR.',
  );
}
