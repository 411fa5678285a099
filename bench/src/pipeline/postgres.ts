import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '@wm/runtime';

export interface BenchPostgres {
  readonly url: string;
  /** The postmaster. */
  readonly pid: number;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** A PostgreSQL of its own with default settings, in a folder for temporary files. */
export async function startPostgres(): Promise<BenchPostgres> {
  const dataDir = makeDataFolder('wm-bench-');
  const server = await startEmbeddedPostgres({ dataDir });
  return {
    url: server.url,
    pid: server.pid,
    async stop() {
      await server.stop();
      removeDataFolder(dataDir);
    },
  };
}

/** As root, PostgreSQL runs under another account, which must get in. */
export function makeDataFolder(prefix: string): string {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), prefix));
  chmodSync(dataDir, 0o755);
  return dataDir;
}

/** As root the cluster may lie elsewhere, behind a link. */
export function removeDataFolder(dataDir: string): void {
  rmSync(realpathSync(path.join(dataDir, 'postgres')), { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
}
