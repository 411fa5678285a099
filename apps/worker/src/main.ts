import { runService } from '@wm/runtime';
import { startWorker } from './start-worker.ts';

await runService('worker', ({ env, logger, registry, tracing }) => {
  if (env.databaseUrl === undefined) {
    throw new Error(
      'DATABASE_URL is not set. The worker needs the database that ingest writes to. Nothing was started.',
    );
  }
  return startWorker({
    databaseUrl: env.databaseUrl,
    redisUrl: env.redisUrl ?? null,
    host: env.host,
    port: env.workerPort,
    logger,
    registry,
    tracing,
  });
});
