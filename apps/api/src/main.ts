import { runService } from '@wm/runtime';
import { startApi } from './index.ts';

await runService('api', ({ env, logger, registry, tracing }) => {
  if (env.databaseUrl === undefined) {
    throw new Error(
      'DATABASE_URL is not set, so there is nothing to read. Set it, or use `npm start`, which brings a database.',
    );
  }
  return startApi({
    databaseUrl: env.databaseUrl,
    ...(env.databaseReadUrl === undefined ? {} : { databaseReadUrl: env.databaseReadUrl }),
    redisUrl: env.redisUrl ?? null,
    host: env.host,
    port: env.apiPort,
    auth: env.auth,
    trustedProxies: env.trustedProxies,
    corsOrigins: env.corsOrigins,
    requestsPerSecond: env.apiRateLimit,
    ...(env.webDir === undefined ? {} : { webDir: env.webDir }),
    webBasePath: env.webBasePath,
    ingestUrl: env.ingestUrl ?? null,
    logger,
    registry,
    tracing,
  });
});
