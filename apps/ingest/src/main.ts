import { runService } from '@wm/runtime';
import { startIngest } from './index.ts';

await runService('ingest', ({ env, logger, registry, tracing }) => {
  if (env.databaseUrl === undefined) {
    throw new Error(
      'DATABASE_URL is not set, so there is nowhere to store events. Nothing was started. `npm start` brings a database of its own.',
    );
  }
  return startIngest({
    databaseUrl: env.databaseUrl,
    redisUrl: env.redisUrl ?? null,
    host: env.host,
    port: env.ingestPort,
    auth: env.auth,
    trustedProxies: env.trustedProxies,
    logger,
    registry,
    tracing,
  });
});
