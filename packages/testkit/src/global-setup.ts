import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECTION_VERSION } from '@wm/projection';
import { prepareQueue, queueTarget } from '@wm/queue';
import { startEmbeddedPostgres } from '@wm/runtime';
import { migrate } from '@wm/store';
import type { TestProject } from 'vitest/node';
import './provided.ts';
import { hasRedisServer, startRedisServer, type TestRedis } from './redis-server.ts';

/**
 * Once per test run: one PostgreSQL without any care for crashes, a migrated template in it, and one Redis. Returns what
 * takes it all down again.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wm-test-'));
  await chmod(folder, 0o755); // as root, PostgreSQL runs under another account, which must get in
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    settings: {
      fsync: 'off',
      full_page_writes: 'off',
      synchronous_commit: 'off',
      max_connections: 300,
      autovacuum_naptime: '5min',
    },
  });
  let redis: TestRedis | null = null;
  const tearDown = async (): Promise<void> => {
    await redis?.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await migrate(server.url, { projectionVersion: PROJECTION_VERSION });
    await prepareQueue(queueTarget({ databaseUrl: server.url, redisUrl: null }));
    const external = process.env['REDIS_URL'];
    if (!external) redis = await ownRedis();
    // A Redis from outside has 16 databases unless somebody changed it.
    project.provide('wm', {
      templateUrl: server.url,
      redisUrl: external ?? redis?.url ?? null,
      redisDatabases: redis?.databases ?? 16,
    });
    return tearDown;
  } catch (error) {
    await tearDown();
    throw error;
  }
}

async function ownRedis(): Promise<TestRedis | null> {
  if (hasRedisServer()) return startRedisServer();
  if (process.env['CI']) {
    throw new Error(
      'The tests run on both queue backends, but there is no redis-server on the PATH and REDIS_URL is not set. Install Redis.',
    );
  }
  console.warn('No redis-server on the PATH and no REDIS_URL: the queue is tested on PostgreSQL only.');
  return null;
}
