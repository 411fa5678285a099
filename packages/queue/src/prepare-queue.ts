import { runMigrations } from 'bullmq';
import { Client } from 'pg';
import { SCHEMA } from './connections.ts';
import type { QueueTarget } from './target.ts';
import { libpqAddress } from './tls.ts';

/**
 * Makes what the queue needs before its first use: BullMQ's own tables on PostgreSQL, nothing on Redis. Part of the
 * migration step; safe when several processes call it at once (BullMQ takes an advisory lock).
 *
 * @throws the database's error
 */
export async function prepareQueue(target: QueueTarget): Promise<void> {
  if (target.backend === 'redis') return;
  const client = new Client({
    connectionString: libpqAddress(target.databaseUrl),
    application_name: 'wm-queue-migrations',
  });
  client.on('error', () => {}); // told by the query that it breaks
  await client.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    await client.end();
  }
}
