import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { accountOf, isReachable, serverAccount, type Account } from './account.ts';
import { notWritable } from './owner.ts';
import { prepareBinaries, reachableFolder, type Binaries } from './binaries.ts';

export const SUPERUSER = 'workflow_monitor';

/** Where the cluster of a data folder lies, or will lie, and who runs it. */
export interface ClusterPlace {
  folder: string;
  /** null: it runs as we do. */
  account: Account | null;
}

/** A PostgreSQL data directory, ready to be started. */
export interface Cluster extends ClusterPlace {
  binaries: Binaries;
  password: string;
}

/**
 * Finds the place of a data folder's cluster: DATA_DIR/postgres. As root, PostgreSQL runs under another account; where
 * that account cannot reach DATA_DIR, the place is in a system folder and DATA_DIR/postgres becomes a link to it.
 */
export function locateCluster(dataDir: string, onLine: (line: string) => void): ClusterPlace {
  try {
    mkdirSync(dataDir, { recursive: true });
  } catch (error) {
    throw notWritable(dataDir, error);
  }
  const entry = path.join(dataDir, 'postgres');
  if (existsSync(entry)) {
    const folder = realpathSync(entry);
    return { folder, account: ownerOf(folder) };
  }
  const account = serverAccount();
  return { folder: placeFor(dataDir, entry, account, onLine), account };
}

/**
 * Makes the cluster where it is missing, and checks it.
 *
 * @throws one clear line where it is of another PostgreSQL version or cannot be made.
 */
export function openCluster(dataDir: string, place: ClusterPlace, onLine: (line: string) => void): Cluster {
  const { folder, account } = place;
  // Never under a private data folder of root's, which the account cannot reach.
  const binaries = prepareBinaries(account, () => (account ? reachableFolder(account) : dataDir), onLine);
  if (!existsSync(folder)) initialise(folder, account, binaries);
  checkVersion(folder, binaries);
  return { folder, account, binaries, password: readFileSync(passwordFile(folder), 'utf8').trim() };
}

/** Written into the cluster, so that neither moves without the other. */
function passwordFile(folder: string): string {
  return path.join(folder, 'workflow-monitor.password');
}

/** The account of a cluster is the one that owns it, whoever starts it. */
function ownerOf(folder: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  const { uid, gid } = statSync(folder);
  if (uid !== 0) return accountOf(uid, gid);
  // Copied by root from elsewhere. PostgreSQL insists on owning its folder.
  const account = serverAccount();
  if (account) spawnSync('chown', ['-R', `${account.uid}:${account.gid}`, folder]);
  return account;
}

function placeFor(dataDir: string, entry: string, account: Account | null, onLine: (line: string) => void): string {
  if (!account || isReachable(dataDir, account)) return path.join(realpathSync(dataDir), 'postgres');
  const holder = holderFor(path.join(reachableFolder(account), hashOf(realpathSync(dataDir))), onLine);
  const folder = path.join(holder, 'postgres');
  if (lstatSync(entry, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(entry);
  symlinkSync(folder, entry);
  writeFileSync(path.join(holder, 'data-folder'), `${realpathSync(dataDir)}\n`); // for whoever cleans up
  onLine(`PostgreSQL runs as ${account.name}, which cannot reach ${dataDir}: its data lies in ${folder}.`);
  return folder;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Whoever removed a data folder wants to begin anew: what lay in the system folder for it is neither used nor deleted. */
function holderFor(base: string, onLine: (line: string) => void): string {
  for (let number = 1; ; number += 1) {
    const holder = number === 1 ? base : `${base}-${number}`;
    mkdirSync(holder, { recursive: true, mode: 0o755 });
    if (!existsSync(path.join(holder, 'postgres'))) return holder;
    onLine(`${holder} holds the database of a data folder that is no longer there. Remove it if nobody needs it.`);
  }
}

/** Made beside its place and moved there whole, so that a broken start leaves nothing half made. */
function initialise(folder: string, account: Account | null, binaries: Binaries): void {
  const password = randomBytes(24).toString('base64url');
  const fresh = `${folder}.new`;
  const pwfile = `${folder}.new-password`;
  rmSync(fresh, { recursive: true, force: true });
  rmSync(pwfile, { force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(pwfile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (account) {
    chownSync(fresh, account.uid, account.gid);
    chownSync(pwfile, account.uid, account.gid);
  }
  try {
    runInitdb(fresh, pwfile, account, binaries);
    writeFileSync(passwordFile(fresh), `${password}\n`, { mode: 0o600 });
    if (account) chownSync(passwordFile(fresh), account.uid, account.gid);
    renameSync(fresh, folder);
  } finally {
    rmSync(pwfile, { force: true });
    rmSync(fresh, { recursive: true, force: true });
  }
}

function runInitdb(folder: string, pwfile: string, account: Account | null, binaries: Binaries): void {
  // The builtin provider needs no locale of the system, and sorts the same on every machine.
  const locale = ['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'];
  const result = spawnSync(
    path.join(binaries.folder, 'bin', 'initdb'),
    [
      '-D',
      folder,
      '--username',
      SUPERUSER,
      '--pwfile',
      pwfile,
      '--auth',
      'scram-sha-256',
      '--no-instructions',
      ...locale,
    ],
    {
      cwd: '/',
      encoding: 'utf8',
      env: serverEnvironment(),
      ...(account ? { uid: account.uid, gid: account.gid } : {}),
    },
  );
  if (result.status === 0) return;
  const said = (result.stderr || result.error?.message || '')
    .trim()
    .split('\n')
    .find((line) => /error|fatal|could not/i.test(line));
  throw new Error(
    `PostgreSQL could not make its data folder ${folder} (${said ?? `initdb ended with ${result.status ?? result.signal}`}). Nothing was kept. ` +
      'Remove the cause, set DATA_DIR to another folder, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** Nothing of the caller's environment: PGDATA, PGPORT or a locale of the terminal would change what the server does. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };
}

function checkVersion(folder: string, binaries: Binaries): void {
  let found: string;
  try {
    found = readFileSync(path.join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    throw new Error(
      `The PostgreSQL data in ${folder} cannot be read (${(error as Error).message}). ` +
        'It belongs to another user: start as that user, or set DATA_DIR to another folder.',
      { cause: error },
    );
  }
  if (found === String(binaries.major)) return;
  throw new Error(
    `The PostgreSQL data in ${folder} is of version ${found}, but this program brings PostgreSQL ${binaries.major}. Nothing was changed. ` +
      'Set DATA_DIR to another folder, or carry the data over with pg_dump of the old version.',
  );
}
