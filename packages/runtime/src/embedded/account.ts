import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

/** Who runs PostgreSQL. It refuses to run as root. */
export interface Account {
  uid: number;
  gid: number;
  name: string;
}

/**
 * The account that PostgreSQL is to run under, or null where we are no root ourselves and simply stay who we are.
 * As root: who called sudo, else nobody, else the first account that exists and that we can become.
 *
 * @throws where root can become nobody else.
 */
export function serverAccount(): Account | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = readAccounts().filter((account) => isMapped(account.uid, 'uid') && isMapped(account.gid, 'gid'));
  const sudoUid = Number(process.env['SUDO_UID'] ?? 0);
  const account =
    accounts.find((candidate) => candidate.uid === sudoUid) ??
    accounts.find((candidate) => candidate.name === 'nobody') ??
    accounts[0];
  if (account) return account;
  throw new Error(
    'PostgreSQL does not run as root, and this system has no other account to run it under. ' +
      'Start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** The account with this uid; one without a name where /etc/passwd does not list it. */
export function accountOf(uid: number, gid: number): Account {
  return readAccounts().find((account) => account.uid === uid) ?? { uid, gid, name: `uid ${uid}` };
}

/** Whether a process of this account can reach a file or enter a folder: every folder above must let it through. */
export function isReachable(target: string, account: Account): boolean {
  let folder = realpathSync(target);
  for (;;) {
    const { uid, gid, mode } = statSync(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    const parent = path.dirname(folder);
    if (parent === folder) return true;
    folder = parent;
  }
}

function readAccounts(): Account[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4 && Number(fields[2]) > 0)
    .map((fields) => ({ name: fields[0]!, uid: Number(fields[2]), gid: Number(fields[3]) }));
}

/** Inside a user namespace only some ids exist; becoming another one fails with EINVAL. */
function isMapped(id: number, kind: 'uid' | 'gid'): boolean {
  let ranges: string;
  try {
    ranges = readFileSync(`/proc/self/${kind}_map`, 'utf8');
  } catch {
    return true; // no Linux, no namespaces
  }
  return ranges
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([start = 0, , length = 0]) => id >= start && id < start + length);
}
