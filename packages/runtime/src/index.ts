export * from './embedded/postgres.ts';
export * from './embedded/process-identity.ts';
export * from './environment.ts';
export * from './health.ts';
export * from './http-server.ts';
export * from './logger.ts';
export * from './metrics.ts';
export * from './service.ts';
