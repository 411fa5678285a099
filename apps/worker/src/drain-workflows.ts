/** Drains workflows until nothing of them is pending, whatever that takes: together, alone, event by event. */
import type { WorkflowKey } from '@wm/projection';
import { keyText } from '@wm/store';
import type { DrainContext, DrainLimits } from './drain-context.ts';
import { drainAlone, drainTogether } from './drain-transaction.ts';
import type { DrainOptions, DrainResult } from './drain-transaction.ts';
import { isolatePoison } from './isolate-poison.ts';
import { WriteRefused } from './write-batch.ts';

export interface DrainRequest extends DrainOptions {
  /** How many more workflows to take from the work list while at it. */
  room: number;
}

export interface DrainReport {
  events: number;
  /** Workflows that another worker drains just now. */
  held: WorkflowKey[];
  /** Workflows that could not be drained now, with the error. Their events stay pending. */
  failed: Map<string, unknown>;
  /** Workflows whose late events wait until they have rested. They stay pending. */
  resting: WorkflowKey[];
}

/** Half a batch at once means a backlog: then services take turns for the other half, so that none waits behind all of it. */
export function roomBeside(keys: readonly WorkflowKey[], { workflows }: DrainLimits): number {
  return keys.length * 2 >= workflows ? Math.ceil(workflows / 2) : 0;
}

/** @throws when no workflow could be drained: the database is away, or the version of the rules is not this code's */
export async function drainWorkflows(
  context: DrainContext,
  keys: readonly WorkflowKey[],
  request: DrainRequest,
): Promise<DrainReport> {
  const report: DrainReport = { events: 0, held: [], failed: new Map(), resting: [] };
  let room = request.room;
  for (let round = keys; round.length > 0;) {
    const outcome = await timed(context, () => drainTogether(context, round, room, request)).catch(refusal);
    if (outcome instanceof WriteRefused) {
      await eachAlone(context, mergeKeys(round, outcome.keys), request, report);
      return report;
    }
    report.events += outcome.events;
    report.held.push(...outcome.held);
    report.resting.push(...outcome.resting);
    await eachAlone(context, outcome.alone, request, report);
    round = outcome.unfinished;
    room = 0;
  }
  return report;
}

async function eachAlone(
  context: DrainContext,
  keys: readonly WorkflowKey[],
  request: DrainRequest,
  report: DrainReport,
): Promise<void> {
  for (const key of keys) {
    try {
      const outcome = await untilEmpty(context, key, request);
      report.events += outcome.events;
      report.resting.push(...outcome.resting);
    } catch (error) {
      report.failed.set(keyText(key), error);
    }
  }
}

async function untilEmpty(
  context: DrainContext,
  key: WorkflowKey,
  options: DrainOptions,
): Promise<Pick<DrainReport, 'events' | 'resting'>> {
  let events = 0;
  for (;;) {
    const outcome = await timed(context, () => drainAlone(context, key, options)).catch(refusal);
    if (outcome instanceof WriteRefused) {
      await isolatePoison(context, key, options);
      return { events, resting: [] };
    }
    events += outcome.events;
    if (outcome.unfinished.length === 0) return { events, resting: outcome.resting };
  }
}

function refusal(error: unknown): WriteRefused {
  if (error instanceof WriteRefused) return error;
  throw error;
}

async function timed(context: DrainContext, drain: () => Promise<DrainResult>): Promise<DrainResult> {
  const { metrics, limits, rests } = context;
  const stop = metrics.drainSeconds.startTimer();
  const result = await drain();
  const ms = stop() * 1_000;
  if (ms > limits.longRefoldMs) for (const key of result.refolded) rests.rest(key, ms * limits.restTimes);
  if (result.events > 0) {
    metrics.events.inc(result.events);
    metrics.workflows.inc(result.workflows);
    metrics.refolds.inc(result.refolded.length);
    metrics.drainEvents.observe(result.events);
  }
  return result;
}

function mergeKeys(first: readonly WorkflowKey[], second: readonly WorkflowKey[]): WorkflowKey[] {
  return [...new Map([...first, ...second].map((key) => [keyText(key), key])).values()];
}
