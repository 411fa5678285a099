/**
 * A copy of the embedded cluster while it runs, without pg_dump or pg_basebackup, which its package does not have: the
 * server is told that files are being copied, they are copied as they are, half-written pages and all, and the write-ahead
 * log of that time, which mends them when a server is started on the copy, is copied last.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, readdir, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';
import { CLUSTER_FOLDER, manifestFile } from './backup-manifest.ts';
import type { BackupManifest } from './backup-manifest.ts';
import { listCluster } from './cluster-files.ts';
import { copyFile, syncFolder } from './copy-file.ts';

export interface BackupOptions {
  /** Of the running embedded server. */
  url: string;
  /** Made by this; must not exist. Until it is whole it is called `….partial`. */
  folder: string;
  /** Of the program, for the manifest. */
  version: string;
  /** Called with bytes copied and bytes to copy; the second grows while the copied files do. */
  onProgress: (done: number, total: number) => void;
  /** Ends it: nothing is left then. */
  signal: AbortSignal;
}

/**
 * Resolves when the backup is whole and on disk: every transaction that was committed when this was called is in it.
 *
 * It needs room for the whole cluster; while it runs, the server keeps the write-ahead log since its beginning. A server
 * that ends meanwhile ends the backup.
 *
 * @throws one clear line where the folder cannot be made; what PostgreSQL or the file system says; the signal's reason.
 *   Nothing is left of the backup then.
 */
export async function backUpCluster(options: BackupOptions): Promise<BackupManifest> {
  const folder = path.resolve(options.folder);
  const partial = `${folder}.partial`;
  if (existsSync(folder)) {
    throw new Error(
      `${folder} exists already. Nothing was copied. Name a folder that does not exist; the backup makes it.`,
    );
  }
  await makePartial(partial);
  try {
    const manifest = await copyCluster(options, partial);
    await rename(partial, folder);
    await syncFolder(path.dirname(folder));
    return manifest;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw error;
  }
}

async function makePartial(partial: string): Promise<void> {
  try {
    await mkdir(path.dirname(partial), { recursive: true });
    await mkdir(partial, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      code === 'EEXIST'
        ? `${partial} exists: a backup to this folder is under way, or one was killed. Nothing was copied. Remove it if none is under way.`
        : `${partial} cannot be made (${code}). Nothing was copied. Name a folder in one that this user can write to.`,
      { cause: error },
    );
  }
}

async function copyCluster(
  { url, version, onProgress, signal }: BackupOptions,
  partial: string,
): Promise<BackupManifest> {
  // One session from beginning to end: with it the backup and the hold on the write-ahead log end, whatever happens.
  const session = postgres(url, {
    max: 1,
    max_lifetime: null,
    idle_timeout: 0,
    onnotice: () => {},
    fetch_types: false,
  });
  try {
    const server = await readServer(session);
    const startedAt = new Date().toISOString();
    await session`SELECT pg_create_physical_replication_slot(${`wm_backup_${randomUUID().replaceAll('-', '_')}`}, true, true)`;
    await session`SELECT pg_backup_start('workflow-monitor', true)`;
    const copy = new Copy(server.folder, path.join(partial, CLUSTER_FOLDER), onProgress, signal);
    await copy.files();
    const [stop] = await session<[{ label: string; last: string }]>`
      SELECT labelfile AS label, pg_walfile_name(lsn - 1) AS last FROM pg_backup_stop(false)`;
    await copy.writeLabel(stop.label);
    await copy.log(firstSegment(stop.label), stop.last);
    await copy.control();
    const manifest = {
      format: 1 as const,
      version,
      postgres: server.major,
      startedAt,
      finishedAt: new Date().toISOString(),
      folders: copy.folders,
      files: copy.copied,
    };
    await copy.finish();
    await writeFile(manifestFile(partial), `${JSON.stringify(manifest)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    await syncFolder(partial);
    return manifest;
  } finally {
    await session.end({ timeout: 1 });
  }
}

async function readServer(session: postgres.Sql): Promise<{ folder: string; major: string }> {
  const [server] = await session<[{ folder: string; version: number; elsewhere: number }]>`
    SELECT current_setting('data_directory') AS folder, current_setting('server_version_num')::integer / 10000 AS version,
           (SELECT count(*) FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global'))::integer AS elsewhere`;
  if (server.elsewhere === 0) return { folder: server.folder, major: String(server.version) };
  throw new Error(
    'This PostgreSQL has tablespaces of its own, in other folders. Nothing was copied. Back it up with pg_basebackup.',
  );
}

/** The file of the write-ahead log that recovery begins with. */
function firstSegment(label: string): string {
  const name = /^START WAL LOCATION: .*\(file ([0-9A-F]{24})\)/m.exec(label)?.[1];
  if (name === undefined) throw new Error('PostgreSQL did not say where the write-ahead log of the backup begins.');
  return name;
}

/** Copies the pieces in the order in which they have to be. */
class Copy {
  readonly folders: string[] = [];
  readonly copied: BackupManifest['files'] = [];
  readonly #from: string;
  readonly #to: string;
  readonly #onProgress: BackupOptions['onProgress'];
  readonly #signal: AbortSignal;
  #done = 0;
  #total = 0;

  constructor(from: string, to: string, onProgress: BackupOptions['onProgress'], signal: AbortSignal) {
    this.#from = from;
    this.#to = to;
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  /** Everything but the write-ahead log and the control file. */
  async files(): Promise<void> {
    const { folders, files } = await listCluster(this.#from);
    this.#total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    await mkdir(this.#to, { mode: 0o700 });
    for (const folder of folders) {
      await mkdir(path.join(this.#to, folder), { mode: 0o700 });
      this.folders.push(folder);
    }
    for (const { path: file, bytes } of files) await this.#file(file, bytes).catch(unlessGone);
  }

  async writeLabel(label: string): Promise<void> {
    const file = path.join(this.#to, 'backup_label');
    await writeFile(`${file}.new`, label, { mode: 0o600 });
    const copied = await copyFile(`${file}.new`, file, { onBytes: () => {}, signal: this.#signal });
    rmSync(`${file}.new`);
    this.copied.push({ path: 'backup_label', ...copied });
  }

  /** The segments that were written meanwhile, and what tells timelines apart. @throws where one has gone */
  async log(first: string, last: string): Promise<void> {
    const names = (await readdir(path.join(this.#from, 'pg_wal'))).toSorted();
    const segments = names.filter((name) => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last);
    if (segments[0] !== first || segments.at(-1) !== last) {
      throw new Error(
        'PostgreSQL removed parts of its write-ahead log while the backup ran, so that the copy is of no use. It was removed; try again.',
      );
    }
    for (const name of [...names.filter((each) => each.endsWith('.history')), ...segments]) {
      const { size } = await stat(path.join(this.#from, 'pg_wal', name));
      this.#total += size;
      await this.#file(`pg_wal/${name}`, size);
    }
  }

  /** Last, so that it knows of everything before. */
  async control(): Promise<void> {
    await this.#file('global/pg_control', 0);
  }

  /** Has all names on disk. */
  async finish(): Promise<void> {
    for (const folder of ['', ...this.folders]) await syncFolder(path.join(this.#to, folder));
  }

  async #file(name: string, expected: number): Promise<void> {
    const before = this.#done;
    const { bytes, sha256 } = await copyFile(path.join(this.#from, name), path.join(this.#to, name), {
      signal: this.#signal,
      onBytes: (more) => {
        this.#done += more;
        this.#onProgress(this.#done, Math.max(this.#total, this.#done));
      },
    });
    this.#total += this.#done - before - expected;
    this.copied.push({ path: name, bytes, sha256 });
  }
}

/** Tables are dropped and files are replaced while the copy is made; the write-ahead log knows of it. */
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
