/** Makes the cluster of a data folder from a backup. */
import { chownSync, lstatSync, rmSync } from 'node:fs';
import { chmod, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { CLUSTER_FOLDER, readManifest } from './backup-manifest.ts';
import type { BackupManifest } from './backup-manifest.ts';
import { locateCluster } from './cluster.ts';
import { copyFile, syncFolder } from './copy-file.ts';

export interface RestoreOptions {
  /** Of the backup. */
  folder: string;
  /** Must hold no cluster. Made where missing. */
  dataDir: string;
  /** Gets one line for what a person should know. */
  onLine: (line: string) => void;
  /** Called with bytes copied and bytes to copy. */
  onProgress: (done: number, total: number) => void;
  /** Ends it: the data folder holds no cluster then. */
  signal: AbortSignal;
}

/**
 * Resolves when the cluster is in its place, every file as it was in the backup, and on disk. The next start of a server
 * on it recovers what was committed until the backup ended.
 *
 * @throws one clear line where the backup is not whole or damaged, or the data folder holds a cluster; what the file
 *   system says; the signal's reason. The data folder holds no cluster then, or the one that it held.
 */
export async function restoreCluster(options: RestoreOptions): Promise<BackupManifest> {
  const { dataDir, signal, onLine, onProgress } = options;
  const backup = path.resolve(options.folder);
  const manifest = readManifest(backup);
  const entry = path.join(dataDir, 'postgres');
  if (lstatSync(entry, { throwIfNoEntry: false })) {
    throw new Error(
      `${entry} exists: this data folder has a database. Nothing was changed. Set DATA_DIR to a folder without one, or move that one away.`,
    );
  }
  const { folder, account } = locateCluster(dataDir, onLine);
  const fresh = `${folder}.restored`;
  rmSync(fresh, { recursive: true, force: true });
  try {
    await copyAll(backup, fresh, manifest, { account, signal, onProgress });
    await rename(fresh, folder);
    await syncFolder(path.dirname(folder));
    return manifest;
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
}

async function copyAll(
  backup: string,
  fresh: string,
  { folders, files }: BackupManifest,
  {
    account,
    signal,
    onProgress,
  }: Pick<RestoreOptions, 'signal' | 'onProgress'> & { account: { uid: number; gid: number } | null },
): Promise<void> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  const makeFolder = async (folder: string): Promise<void> => {
    await mkdir(folder, { mode: 0o700 });
    await chmod(folder, 0o700);
    if (account) chownSync(folder, account.uid, account.gid);
  };
  await makeFolder(fresh);
  for (const folder of folders) await makeFolder(path.join(fresh, folder));
  for (const file of files) {
    const from = path.join(backup, CLUSTER_FOLDER, file.path);
    const { sha256 } = await copyFile(from, path.join(fresh, file.path), {
      owner: account,
      signal,
      onBytes: (bytes) => onProgress((done += bytes), total),
    }).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? damaged(from, 'is missing') : error;
    });
    if (sha256 !== file.sha256) throw damaged(from, 'is not what it was when the backup was made');
  }
  for (const folder of ['', ...folders]) await syncFolder(path.join(fresh, folder));
}

function damaged(file: string, how: string): Error {
  return new Error(`The backup is damaged: ${file} ${how}. Nothing was restored. Use another backup.`);
}
