export { cloneTemplate, createEmptyDatabase, createTestDatabase, type TestDatabase } from './database.ts';
export { silentLogger } from './logger.ts';
export { queueBackends, type QueueBackend } from './queues.ts';
export { hasRedisServer, startRedisServer, type TestRedis } from './redis-server.ts';
export { certificateFile, startTlsPostgres, startTlsRedis, type TlsPostgres } from './tls-servers.ts';
export { waitFor } from './wait-for.ts';
export { startServiceProcess } from './service-process.ts';
export type { ServiceProcess } from './service-process.ts';
