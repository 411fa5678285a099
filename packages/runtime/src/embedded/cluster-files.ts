/** Which files of a cluster belong into a copy of it. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

export interface ClusterFile {
  /** Within the cluster. */
  path: string;
  bytes: number;
}

/** Folders that a server fills anew, or that say something about the running one only: they are copied empty. */
const EMPTY = new Set([
  'pg_wal',
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);
/** What the server looks for in a folder that is copied empty. */
const NEEDED = ['pg_wal/archive_status', 'pg_wal/summaries'];
/** Files of the running server, and those of which the right contents come later. */
const LEFT_OUT = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'backup_label',
  'backup_label.old',
  'tablespace_map',
  'tablespace_map.old',
  'global/pg_control',
]);

/** @returns paths within the cluster, each folder after the one that it lies in */
export async function listCluster(cluster: string): Promise<{ folders: string[]; files: ClusterFile[] }> {
  const folders: string[] = [];
  const files: ClusterFile[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(path.join(cluster, folder), { withFileTypes: true }).catch(noneIfGone);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isTemporary(entry.name)) continue;
      if (entry.isDirectory()) {
        folders.push(name);
        if (!EMPTY.has(name)) await visit(name);
      } else if (entry.isFile() && !LEFT_OUT.has(name)) {
        const found = await stat(path.join(cluster, name)).catch(noneIfGone);
        if (!Array.isArray(found)) files.push({ path: name, bytes: found.size });
      }
    }
  };
  await visit('');
  return { folders: [...folders, ...NEEDED], files };
}

/** Sorts, hashes and caches of the running server. */
function isTemporary(name: string): boolean {
  return name.startsWith('pgsql_tmp') || name.startsWith('pg_internal.init');
}

/** Tables and databases come and go meanwhile. */
function noneIfGone(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
