/**
 * A newer version of the fold, for whoever rehearses a deploy and a rollback: a copy of all packages and services from
 * source in which PROJECTION_VERSION is one higher and the rules give visibly other rows.
 *
 * Its services are programs like those of this tree: `nextVersion.programOf('worker')` stands where
 * `apps/worker/src/main.ts` would, run in the same way (`node --conditions=source --import tsx`, working directory: this
 * repository). Deploy it by its own migrate step, `programOf('cli')` with the argument `migrate`, or by setting `version`
 * in projection_target; roll back in the same way with this tree's. Rows of the two versions differ in
 *
 * - workflows: `anomalies` hold NEXT_VERSION_MARK, and `projection_version`;
 * - step_attempts and workflow_steps: an attempt that has ended lasted a millisecond longer;
 * - rollup_durations: runs count as twice as long, so that they stand in other buckets.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECTION_VERSION } from '@wm/projection';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** Every run that the next version folded has this anomaly; no rule of this version knows it. */
export const NEXT_VERSION_MARK = 'folded_by_next_version';

export interface NextVersion {
  readonly version: number;
  /** The program of a service, or the CLI, by the next version's rules. */
  programOf(app: 'api' | 'cli' | 'ingest' | 'worker'): string;
}

interface Change {
  /** Below packages/projection/src. */
  readonly file: string;
  /** Must stand there exactly once. */
  readonly from: string;
  readonly to: string;
}

const CHANGES: readonly Change[] = [
  {
    file: 'fold.ts',
    from: `export const PROJECTION_VERSION = ${PROJECTION_VERSION};`,
    to: `export const PROJECTION_VERSION = ${PROJECTION_VERSION + 1};`,
  },
  {
    file: 'fold.ts',
    from: 'row.eventCount += 1;',
    to: `row.eventCount += 1;\n  row.anomalies = [...new Set([...row.anomalies, '${NEXT_VERSION_MARK}'])].toSorted();`,
  },
  {
    file: 'run-parts.ts',
    from: 'attempt.durationMs = attempt.startedAt === null ? null : Math.max(0, by.at - attempt.startedAt);',
    to: 'attempt.durationMs = attempt.startedAt === null ? null : Math.max(0, by.at - attempt.startedAt) + 1;',
  },
  { file: 'contribution.ts', from: 'durationBucket(run.durationMs)', to: 'durationBucket(run.durationMs * 2 + 1)' },
];

/**
 * Makes the copy, in a fraction of a second.
 *
 * @param folder does not exist yet; its owner removes it
 * @throws where the source no longer holds what is to be changed
 */
export function makeNextVersion(folder: string): NextVersion {
  mkdirSync(folder, { recursive: true });
  for (const kind of ['packages', 'apps']) {
    for (const name of readdirSync(path.join(ROOT, kind))) copySource(path.join(kind, name), folder);
  }
  symlinkSync(path.join(ROOT, 'sql'), path.join(folder, 'sql'));
  cpSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
  linkModules(folder);
  for (const change of CHANGES) apply(change, folder);
  return {
    version: PROJECTION_VERSION + 1,
    programOf: (app) => path.join(folder, 'apps', app, 'src/main.ts'),
  };
}

function copySource(workspace: string, folder: string): void {
  for (const part of ['package.json', 'src', 'help']) {
    const from = path.join(ROOT, workspace, part);
    if (!existsSync(from)) continue;
    cpSync(from, path.join(folder, workspace, part), { recursive: true, filter: (name) => !name.endsWith('.test.ts') });
  }
}

/** Ours lead to the copies, all others to what is installed here. */
function linkModules(folder: string): void {
  const modules = path.join(ROOT, 'node_modules');
  mkdirSync(path.join(folder, 'node_modules/@wm'), { recursive: true });
  for (const name of readdirSync(modules)) {
    if (name !== '@wm') symlinkSync(path.join(modules, name), path.join(folder, 'node_modules', name));
  }
  for (const name of readdirSync(path.join(folder, 'packages'))) {
    symlinkSync(path.join(folder, 'packages', name), path.join(folder, 'node_modules/@wm', name));
  }
}

function apply({ file, from, to }: Change, folder: string): void {
  const target = path.join(folder, 'packages/projection/src', file);
  const parts = readFileSync(target, 'utf8').split(from);
  if (parts.length !== 2) {
    throw new Error(
      `The next version cannot be made: packages/projection/src/${file} no longer holds, once, "${from}". Bring bench/src/next-version/next-version.ts up to date.`,
    );
  }
  writeFileSync(target, parts.join(to));
}
