/** Reads, of several continuing runs at once, the steps, attempts and sleeps that the next events need. */
import type { FoldEvent } from '@wm/events';
import { whatToLoad } from '@wm/projection';
import type { Tx } from '../client.ts';
import { loadAttempts } from './load-attempts.ts';
import { loadSleeps } from './load-sleeps.ts';
import { loadSteps } from './load-steps.ts';
import { toStoredAttempt, toStoredSleep, toStoredStep } from './stored-rows.ts';
import type { RowIdentity, StoredParts, StoredRun } from './stored-rows.ts';
import { keyText } from './workflow-keys.ts';

export interface ContinuingRun {
  stored: StoredRun;
  /** What will be folded next. */
  events: readonly FoldEvent[];
}

/** @returns the parts of each run, in the order asked for; a row may be there twice */
export async function loadRunParts(tx: Tx, runs: readonly ContinuingRun[]): Promise<StoredParts[]> {
  if (runs.length === 0) return [];
  const parts = runs.map((): StoredParts => ({ steps: [], attempts: [], sleeps: [] }));
  const indexByKey = new Map(runs.map(({ stored }, index) => [keyText(stored.key), index]));
  const needed = runs.map(({ stored, events }) => ({
    ...stored.key,
    run: stored.row.run,
    ...whatToLoad(stored.row, events),
  }));
  const [steps, attempts, sleeps] = await Promise.all([
    loadSteps(tx, needed),
    loadAttempts(tx, needed),
    loadSleeps(tx, needed),
  ]);
  const partsOf = (record: RowIdentity): StoredParts => parts[indexByKey.get(keyText(record))!]!;
  for (const record of steps) partsOf(record).steps.push(toStoredStep(record));
  for (const record of attempts) partsOf(record).attempts.push(toStoredAttempt(record));
  for (const record of sleeps) partsOf(record).sleeps.push(toStoredSleep(record));
  return parts;
}
