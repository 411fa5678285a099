import { isLoopback } from '@wm/runtime';
import { commandEnvironment } from '../command-environment.ts';
import { PlainError } from '../plain-error.ts';

/** What `wm start` is asked to run. */
export interface StartSettings {
  host: string;
  ingestPort: number;
  apiPort: number;
  dataDir: string;
  /** null: an embedded PostgreSQL in the data folder. */
  databaseUrl: string | null;
  /** null: the queue lives in PostgreSQL. */
  redisUrl: string | null;
  auth: 'on' | 'off';
  workers: number;
  /** Shows every line of every process, not only warnings. */
  verbose: boolean;
  /** Restarts a service when its source changes. */
  watch: boolean;
}

/** @throws PlainError where settings do not make sense together. */
export function startSettings(
  options: { workers: number; verbose: boolean; watch: boolean },
  env: NodeJS.ProcessEnv = process.env,
): StartSettings {
  const { host, ingestPort, apiPort, dataDir, databaseUrl, redisUrl, auth } = commandEnvironment(env);
  if (ingestPort === apiPort && ingestPort !== 0) {
    throw new PlainError(
      `INGEST_PORT and API_PORT are both ${apiPort}. Nothing was started. Give each a port of its own.`,
    );
  }
  return {
    ...options,
    host,
    ingestPort,
    apiPort,
    dataDir,
    databaseUrl: databaseUrl ?? null,
    redisUrl: redisUrl ?? null,
    // On one's own machine nobody should need a key to try it out; whoever asks for keys gets them there too.
    auth: (env['AUTH'] ?? '').trim() === '' && isLoopback(host) ? 'off' : auth,
  };
}
