import { parseArgs } from 'node:util';
import { backUpCluster } from '@wm/runtime';
import { commandEnvironment } from '../command-environment.ts';
import { PlainError } from '../plain-error.ts';
import { readRuntimeFile } from '../runtime-file.ts';
import { version } from '../version.ts';
import { megabytes, runCopy } from './copy-progress.ts';

/** `wm backup FOLDER`: copies the embedded database while it runs. Resolves to 130 where Ctrl-C ended it. */
export async function backupCommand(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) {
    throw new PlainError('wm backup takes one folder, which it makes: npm run wm -- backup /backups/today');
  }
  const url = embeddedUrl();
  const begun = performance.now();
  return runCopy('Interrupted: nothing is left of the backup. The system runs on.', async ({ signal, onProgress }) => {
    const backup = backUpCluster({ url, folder, version: version(), onProgress, signal });
    const { files, startedAt } = await backup.catch((error: unknown) => {
      throw asPlain(error, 'Nothing is left of the backup. The system runs on.');
    });
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    return `${folder} holds all that was acknowledged before ${startedAt}: ${megabytes(bytes)} MB in ${seconds} s.`;
  });
}

/** @throws PlainError where there is no embedded PostgreSQL that runs */
function embeddedUrl(): string {
  const { databaseUrl, dataDir } = commandEnvironment();
  if (databaseUrl !== undefined) {
    throw new PlainError(
      'DATABASE_URL is set: that PostgreSQL is backed up by its own means (pg_basebackup, snapshots, point-in-time recovery). ' +
        'Nothing was copied. See "Backup and restore" in docs/operations.md for what must hold.',
    );
  }
  const running = readRuntimeFile(dataDir);
  if (running?.processes.some(({ name }) => name === 'postgres') === true) return running.databaseUrl;
  throw new PlainError(
    running === null
      ? `No running system was found: there is no runtime.json in ${dataDir}. Nothing was copied. Start it with \`npm start\`, or set DATA_DIR.`
      : `The system in ${dataDir} runs on a PostgreSQL of its own (DATABASE_URL). Nothing was copied. Back that one up by its own means.`,
  );
}

/**
 * What the copy says is meant for people; an error of a program has a name of its own.
 *
 * @param left what a failure of the disk leaves behind, as a sentence
 */
export function asPlain(error: unknown, left: string): unknown {
  if (!(error instanceof Error) || error.name !== 'Error') return error;
  const isOfDisk = typeof (error as NodeJS.ErrnoException).syscall === 'string';
  return new PlainError(isOfDisk ? `${error.message}. ${left}` : error.message, { cause: error });
}
