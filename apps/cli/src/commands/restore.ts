import { parseArgs } from 'node:util';
import { restoreCluster } from '@wm/runtime';
import { commandEnvironment } from '../command-environment.ts';
import { PlainError } from '../plain-error.ts';
import { takeDataFolder } from '../start/data-folder.ts';
import { asPlain } from './backup.ts';
import { megabytes, runCopy } from './copy-progress.ts';

/** `wm restore FOLDER`: makes the database of an empty data folder. Resolves to 130 where Ctrl-C ended it. */
export async function restoreCommand(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) {
    throw new PlainError('wm restore takes the folder of a backup: npm run wm -- restore /backups/today');
  }
  const { databaseUrl, dataDir } = commandEnvironment();
  if (databaseUrl !== undefined) {
    throw new PlainError(
      'DATABASE_URL is set: that PostgreSQL is restored by its own means. Nothing was changed. Unset it to restore into DATA_DIR.',
    );
  }
  const taken = await takeDataFolder(dataDir);
  try {
    const interrupted = `Interrupted: ${taken.path} has no database. Restore again.`;
    return await runCopy(interrupted, async ({ signal, onProgress }) => {
      const onLine = (line: string): void => void process.stdout.write(`${line}\n`);
      const restore = restoreCluster({ folder, dataDir: taken.path, onLine, onProgress, signal });
      const { files, startedAt } = await restore.catch((error: unknown) => {
        throw asPlain(error, `${taken.path} has no database. Mend that and restore again.`);
      });
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return (
        `${megabytes(bytes)} MB restored into ${taken.path}: all that was acknowledged before ${startedAt}. ` +
        'Start with `npm start`, then prove it with `npm run wm -- verify`.'
      );
    });
  } finally {
    await taken.release();
  }
}
