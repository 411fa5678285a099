/** Finds the event that PostgreSQL refuses to store the effect of, sets it aside, and drains the rest. */
import type { WorkflowKey } from '@wm/projection';
import {
  countPipeline,
  deletePending,
  inSavepoint,
  inTransaction,
  lockWorkflow,
  markPoisoned,
  pinPlans,
} from '@wm/store';
import type { PendingEvent, ServiceArrival, Tx } from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { assertVersion, drainLocked } from './drain-transaction.ts';
import type { DrainOptions } from './drain-transaction.ts';
import { WriteRefused } from './write-batch.ts';

/** Steps in one transaction; a workflow with more is taken up again in the next. */
const STEPS = 200;

/**
 * Drains one workflow in order, in savepoints of fewer and fewer events until the refused one stands alone. That one
 * gets a processing_error, leaves the work list and is skipped by every later fold; the others are drained.
 *
 * @returns how many events were set aside
 * @throws the database's error when it is not about an event; nothing has changed then
 */
export async function isolatePoison(context: DrainContext, key: WorkflowKey, options: DrainOptions): Promise<number> {
  let setAside = 0;
  for (;;) {
    const walk = await inTransaction(context.sql, (tx) => walkEvents(tx, context, key, options));
    context.services.remember(walk.arrivals);
    context.announcer.changed();
    setAside += walk.setAside;
    if (walk.done) return setAside;
  }
}

async function walkEvents(
  tx: Tx,
  context: DrainContext,
  key: WorkflowKey,
  options: DrainOptions,
): Promise<{ setAside: number; arrivals: ServiceArrival[]; done: boolean }> {
  assertVersion(context, await pinPlans(tx));
  await lockWorkflow(tx, key, context.limits.lockTimeoutMs);
  const walk = { setAside: 0, arrivals: new Array<ServiceArrival>(), done: false };
  let size = 1;
  for (let step = 0; step < STEPS && !walk.done; step += 1) {
    const outcome = await trySome(tx, context, key, size, options);
    if (outcome.refused === null) {
      walk.arrivals.push(...outcome.arrivals);
      walk.done = outcome.events === 0;
      size *= 2;
    } else if (size > 1) {
      size = Math.ceil(size / 4);
    } else {
      await setEventAside(tx, context, key, outcome.refused, options.slot);
      walk.setAside += 1;
    }
  }
  return walk;
}

type Outcome =
  | { refused: null; events: number; arrivals: ServiceArrival[] }
  | { refused: { event: PendingEvent; cause: Error } };

async function trySome(
  tx: Tx,
  context: DrainContext,
  key: WorkflowKey,
  size: number,
  options: DrainOptions,
): Promise<Outcome> {
  try {
    const { result, arrivals } = await inSavepoint(tx, (savepoint) =>
      drainLocked(savepoint, context, [key], options, {
        maxEvents: size,
        leaveLongRefolds: false,
        unprocessed: 'read',
      }),
    );
    return { refused: null, events: result.events, arrivals };
  } catch (error) {
    const event = error instanceof WriteRefused ? error.pending[0] : undefined;
    // A refusal without an event to fold is no event's fault.
    if (event?.event == null) throw error;
    return { refused: { event, cause: (error as WriteRefused).cause as Error } };
  }
}

async function setEventAside(
  tx: Tx,
  context: DrainContext,
  key: WorkflowKey,
  { event, cause }: { event: PendingEvent; cause: Error },
  slot: number,
): Promise<void> {
  const code = 'code' in cause ? String(cause.code) : 'unknown';
  const reason = `PostgreSQL refused what this event changes (${code}: ${cause.message}). It is kept and shown, and left out of the workflow's state.`;
  await markPoisoned(tx, event, reason);
  await deletePending(tx, [event]);
  await countPipeline(tx, { poisoned: 1 }, slot);
  context.logger.error(
    { ...key, eventId: event.id, code, error: cause.message },
    'event set aside: PostgreSQL refuses what it changes; the other events of its workflow are folded',
  );
  context.metrics.poisoned.inc();
}
