/** One drain: lock, read what is pending, fold, write, mark, commit. */
import type { WorkflowKey } from '@wm/projection';
import { inTransaction, keyText, lockWorkflow, pinPlans, takeTurns, tryLockWorkflows } from '@wm/store';
import type { ServiceArrival, Tx } from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { foldPending } from './fold-pending.ts';
import type { FoldOptions } from './fold-pending.ts';
import type { FoldedBatch } from './folded-batch.ts';
import { writeBatch } from './write-batch.ts';

/** This code's rules are not the ones in force. Nothing was drained; a worker of the right version does it. */
export class VersionMismatch extends Error {
  override readonly name = 'VersionMismatch';

  constructor(own: number, target: number | null) {
    super(
      `This worker folds by version ${own} of the rules, but version ${target ?? 'none'} is in force. ` +
        `It leaves the events pending for workers of that version. Deploy the matching code or run the migrations.`,
    );
  }
}

export interface DrainResult {
  /** Drained workflows. */
  workflows: number;
  events: number;
  /** Folded again. */
  refolded: WorkflowKey[];
  /** Held by another drain. */
  held: WorkflowKey[];
  /** Left for a transaction of their own, because their refold is long. */
  alone: WorkflowKey[];
  /** Left for later: their late events gather. */
  resting: WorkflowKey[];
  /** May have more pending events. */
  unfinished: WorkflowKey[];
}

export interface DrainOptions {
  slot: number;
  sweeping: boolean;
}

/**
 * Drains workflows together in one transaction, without waiting for any.
 *
 * @param room how many more workflows to take from the work list, services taking turns
 * @throws VersionMismatch, WriteRefused, or the database's error; in every case nothing has changed
 */
export async function drainTogether(
  context: DrainContext,
  keys: readonly WorkflowKey[],
  room: number,
  options: DrainOptions,
): Promise<DrainResult> {
  const { result, arrivals } = await inTransaction(context.sql, async (tx) => {
    const [target, { locked, held }] = await Promise.all([pinPlans(tx), tryLockWorkflows(tx, keys)]);
    assertVersion(context, target);
    const further = room > 0 ? await takeTurns(tx, room) : [];
    const known = new Set(locked.map(keyText));
    const all = [...locked, ...further.filter((key) => !known.has(keyText(key)))];
    const drained = await drainLocked(tx, context, all, options, {
      maxEvents: context.limits.events,
      leaveLongRefolds: all.length > 1,
      unprocessed: 'all',
    });
    return { ...drained, result: { ...drained.result, held } };
  });
  context.services.remember(arrivals);
  if (result.events > 0) context.announcer.changed();
  return result;
}

/**
 * Drains one workflow in a transaction of its own, waiting for whoever holds it.
 *
 * @throws PostgresError 55P03 when the wait ends without the lock, and as drainTogether
 */
export async function drainAlone(context: DrainContext, key: WorkflowKey, options: DrainOptions): Promise<DrainResult> {
  const { result, arrivals } = await inTransaction(context.sql, async (tx) => {
    assertVersion(context, await pinPlans(tx));
    await lockWorkflow(tx, key, context.limits.lockTimeoutMs);
    return drainLocked(tx, context, [key], options, {
      maxEvents: context.limits.events,
      leaveLongRefolds: false,
      unprocessed: 'all',
    });
  });
  context.services.remember(arrivals);
  if (result.events > 0) context.announcer.changed();
  return result;
}

/** The drain of workflows whose locks this transaction (or savepoint) holds. */
export async function drainLocked(
  tx: Tx,
  context: DrainContext,
  keys: readonly WorkflowKey[],
  { slot, sweeping }: DrainOptions,
  fold: FoldOptions,
): Promise<{ result: DrainResult; arrivals: ServiceArrival[]; batch: FoldedBatch | null }> {
  const nothing = { workflows: 0, events: 0, refolded: [], held: [], alone: [], resting: [], unfinished: [] };
  if (keys.length === 0) return { result: nothing, arrivals: [], batch: null };
  const batch = await foldPending(tx, context, keys, fold);
  const arrivals = context.services.due(batch.pending);
  const { projectionVersion } = context;
  if (batch.pending.length > 0) {
    await writeBatch(tx, batch, { keys, arrivals, projectionVersion, slot, sweeping });
  }
  const left = new Set([...batch.alone, ...batch.resting].map(keyText));
  const result = {
    workflows: keys.length - left.size,
    events: batch.handled.length,
    refolded: batch.refolded,
    held: [],
    alone: batch.alone,
    resting: batch.resting,
    unfinished: batch.full ? keys.filter((key) => !left.has(keyText(key))) : [],
  };
  return { result, arrivals, batch };
}

export function assertVersion(context: DrainContext, target: number | null): void {
  if (target !== context.projectionVersion) throw new VersionMismatch(context.projectionVersion, target);
}
