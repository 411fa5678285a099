/**
 * Reads every step, attempt and sleep of one workflow from a given run on, to compare them with a refold.
 *
 * Three ranges of the unique indexes that lead with (env, service_key, workflow_id, run). Grows with the rows it returns,
 * which is the size of the runs.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Tx } from '../client.ts';
import { attemptColumns, selectList, sleepColumns, stepColumns } from './columns.ts';
import type { TableColumns } from './columns.ts';
import { readRuns } from './read-runs.ts';
import { toStoredAttempt, toStoredSleep, toStoredStep } from './stored-rows.ts';
import type { AttemptRecord, SleepRecord, StepRecord, StoredParts, StoredRun } from './stored-rows.ts';

export interface StoredRunWhole {
  run: number;
  /** Null where steps, attempts or sleeps have no run: only damage makes such rows. */
  stored: StoredRun | null;
  parts: StoredParts;
}

/** @returns what is stored of the workflow from that run on, by run, oldest first */
export async function loadRunsWhole(tx: Tx, key: WorkflowKey, fromRun: number): Promise<StoredRunWhole[]> {
  const parameters = [key.env, key.serviceKey, key.workflowId, fromRun];
  const [runs, steps, attempts, sleeps] = await Promise.all([
    readRuns(tx, key, fromRun),
    tx.unsafe<StepRecord[]>(selectFrom(stepColumns), parameters, { prepare: true }),
    tx.unsafe<AttemptRecord[]>(selectFrom(attemptColumns), parameters, { prepare: true }),
    tx.unsafe<SleepRecord[]>(selectFrom(sleepColumns), parameters, { prepare: true }),
  ]);
  const byRun = new Map<number, StoredRunWhole>();
  const whole = (run: number): StoredRunWhole => {
    const known = byRun.get(run) ?? { run, stored: null, parts: { steps: [], attempts: [], sleeps: [] } };
    byRun.set(run, known);
    return known;
  };
  for (const stored of runs) whole(stored.row.run).stored = stored;
  for (const record of steps) whole(record.run).parts.steps.push(toStoredStep(record));
  for (const record of attempts) whole(record.run).parts.attempts.push(toStoredAttempt(record));
  for (const record of sleeps) whole(record.run).parts.sleeps.push(toStoredSleep(record));
  return [...byRun.values()].sort((a, b) => a.run - b.run);
}

function selectFrom(columns: TableColumns): string {
  return `
SELECT ${selectList(columns, 't')}
FROM ${columns.table} t
WHERE t.env = $1 AND t.service_key = $2 AND t.workflow_id = $3 AND t.run >= $4`;
}
