import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECTION_VERSION } from '@wm/projection';
import { prepareQueue, queueTarget } from '@wm/queue';
import { startEmbeddedPostgres } from '@wm/runtime';
import { migrate } from '@wm/store';

/** A PostgreSQL of its own for a run by command, migrated, removed again with all that was stored. */
/** @param redisUrl where the queue is to live; null: in the database */
export async function startOwnDatabase(redisUrl: string | null): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wm-fuzz-'));
  await chmod(folder, 0o755); // as root, PostgreSQL runs under another account, which must get in
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await migrate(server.url, { projectionVersion: PROJECTION_VERSION });
    await prepareQueue(queueTarget({ databaseUrl: server.url, redisUrl }));
    return { url: server.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
