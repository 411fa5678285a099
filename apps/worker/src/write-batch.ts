/** Writes what a drain has folded: the last part of its transaction. */
import {
  applyRollups,
  countPipeline,
  deletePending,
  deleteRows,
  markProcessed,
  moveSteps,
  noteChanges,
  touchServices,
  writeAttempts,
  writeRuns,
  writeSleeps,
  writeSteps,
} from '@wm/store';
import type { PendingEvent, ServiceArrival, Tx } from '@wm/store';
import type { WorkflowKey } from '@wm/projection';
import type { FoldedBatch } from './folded-batch.ts';

/**
 * PostgreSQL refused a row: SQLSTATE class 22 (data) or 23 (constraint). Something about one of these workflows cannot
 * be stored; everything else (a deadlock, a timeout, a full disk, a lost connection) is no fault of an event.
 */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
  readonly keys: readonly WorkflowKey[];
  readonly pending: readonly PendingEvent[];

  constructor(keys: readonly WorkflowKey[], pending: readonly PendingEvent[], cause: Error) {
    super(cause.message, { cause });
    this.keys = keys;
    this.pending = pending;
  }
}

export interface WriteOptions {
  keys: readonly WorkflowKey[];
  arrivals: readonly ServiceArrival[];
  projectionVersion: number;
  /** Which slot of the rollups takes the counts. */
  slot: number;
  /** Whether the sweeper found these events. */
  sweeping: boolean;
}

/**
 * Sends all statements at once; they run one after another. The rows of one workflow are written under its lock, the
 * rollups in one order, the services last.
 *
 * @throws WriteRefused
 */
export async function writeBatch(tx: Tx, batch: FoldedBatch, options: WriteOptions): Promise<void> {
  const { keys, arrivals, projectionVersion, slot, sweeping } = options;
  const { writes, handled } = batch;
  const outcomes = await Promise.allSettled([
    deleteRows(tx, batch.gone),
    moveSteps(tx, batch.moved),
    writeRuns(tx, writes, projectionVersion),
    writeSteps(tx, writes),
    writeAttempts(tx, writes),
    writeSleeps(tx, writes),
    markProcessed(tx, handled),
    deletePending(tx, handled),
    noteChanges(tx, writes),
    applyRollups(tx, batch.deltas.list(), slot),
    countPipeline(tx, { refolded: batch.refolded.length, swept: sweeping ? handled.length : 0 }, slot),
    touchServices(tx, arrivals),
  ]);
  // The first in their order is the cause; PostgreSQL refuses all that come behind it, whatever they are.
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return;
  const error: unknown = failed.reason;
  throw isRefusal(error) ? new WriteRefused(keys, batch.pending, error) : error;
}

function isRefusal(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^2[23]/.test(error.code);
}
