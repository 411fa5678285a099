/**
 * Workers that are broken on purpose, to see that the harness notices: a copy of the worker's source with a line
 * changed, in the folder of the run.
 */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './kept-service.ts';

interface Change {
  /** Below apps/worker/src. */
  readonly file: string;
  /** Must stand there exactly once. */
  readonly from: string;
  readonly to: string;
}

const NO_SWEEPER: Change = {
  file: 'sweeper.ts',
  from: 'const stale = await findStaleWorkflows(sql, sweepAfterMs, limits.workflows + tried.size);',
  to: 'const stale = (await findStaleWorkflows(sql, sweepAfterMs, limits.workflows + tried.size)).slice(0, 0);',
};

export const BROKEN = {
  /** Wake-ups are all there is: one that is lost leaves its events pending. */
  'no-sweeper': [NO_SWEEPER],
  'no-sweeper-no-wakeups': [
    NO_SWEEPER,
    {
      file: 'start-worker.ts',
      from: 'process: ({ workflows, origins }) => drainer.drain(workflows, origins),',
      to: 'process: async () => {},',
    },
  ],
  /** What comes late is folded on top of what came before. */
  'arrival-order': [
    {
      file: 'fold-pending.ts',
      from: 'return latest.projectionVersion !== projectionVersion || comparePositions(first, latest.row.lastEvent) <= 0;',
      to: 'return latest.projectionVersion !== projectionVersion && comparePositions(first, latest.row.lastEvent) <= 0;',
    },
  ],
  /** Events are taken off the work list on a connection of its own, before the rows that they change are committed. */
  'mark-before-commit': [
    {
      file: 'drain-transaction.ts',
      from: 'await writeBatch(tx, batch,',
      to: `const early = await import('@wm/store');
    await early.markProcessed(context.sql as never, batch.handled);
    await early.deletePending(context.sql as never, batch.handled);
    await writeBatch(tx, batch,`,
    },
  ],
} as const satisfies Record<string, readonly Change[]>;

export type Broken = keyof typeof BROKEN;

/**
 * Makes the broken worker in a folder that does not exist yet. Returns its program.
 *
 * @throws where the source no longer holds what is to be changed
 */
export function makeBrokenWorker(broken: Broken, folder: string): string {
  const app = path.join(folder, 'apps/worker');
  mkdirSync(app, { recursive: true });
  for (const part of ['src', 'package.json']) {
    cpSync(path.join(ROOT, 'apps/worker', part), path.join(app, part), { recursive: true });
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  for (const { file, from, to } of BROKEN[broken] as readonly Change[]) {
    const target = path.join(app, 'src', file);
    const parts = readFileSync(target, 'utf8').split(from);
    if (parts.length !== 2) {
      throw new Error(
        `--broken ${broken} cannot be made: apps/worker/src/${file} no longer holds, once, the line that it changes. Bring bench/src/chaos/broken.ts up to date.`,
      );
    }
    writeFileSync(target, parts.join(to));
  }
  return path.join(app, 'src/main.ts');
}
