/** Compares stored rows with folded ones, field by field. */
import { isDeepStrictEqual } from 'node:util';
import {
  attemptKey,
  attemptRowId,
  runContribution,
  sleepRowId,
  stepContribution,
  stepRowId,
  workflowRowId,
} from '@wm/projection';
import type { RunState, WorkflowKey } from '@wm/projection';
import type { StoredRunWhole } from './load-runs-whole.ts';

export type RowKind = 'workflow' | 'step' | 'attempt' | 'sleep';

/** One row that differs: it is missing, it is too many, or the named fields differ. */
export interface RowDifference {
  kind: RowKind;
  run: number;
  /** Key within the run: step name, attempt key or start event; empty for the run itself. */
  name: string;
  id: string;
  problem: 'missing' | 'surplus' | 'differs';
  fields: { field: string; stored: unknown; folded: unknown }[];
}

interface ComparableRow {
  kind: RowKind;
  run: number;
  name: string;
  id: string;
  fields: Record<string, unknown>;
}

/**
 * @param projectionVersion of the fold that made `folded`; a row of another version differs
 * @returns the rows of the runs that differ, in no particular order
 */
export function compareRuns(
  key: WorkflowKey,
  stored: readonly StoredRunWhole[],
  folded: readonly RunState[],
  projectionVersion: number,
): RowDifference[] {
  const differences: RowDifference[] = [];
  const unmatched = new Map(stored.flatMap(storedRows).map((row) => [rowKey(row), row]));
  for (const row of folded.flatMap((run) => foldedRows(key, run, projectionVersion))) {
    const counterpart = unmatched.get(rowKey(row));
    unmatched.delete(rowKey(row));
    const { kind, run, name, id } = row;
    if (counterpart === undefined) {
      differences.push({ kind, run, name, id, problem: 'missing', fields: [] });
      continue;
    }
    const fields = compareFields({ id: counterpart.id, ...counterpart.fields }, { id, ...row.fields });
    if (fields.length > 0) differences.push({ kind, run, name, id: counterpart.id, problem: 'differs', fields });
  }
  for (const { kind, run, name, id } of unmatched.values()) {
    differences.push({ kind, run, name, id, problem: 'surplus', fields: [] });
  }
  return differences;
}

function compareFields(stored: Record<string, unknown>, folded: Record<string, unknown>): RowDifference['fields'] {
  return Object.keys(folded)
    .filter((field) => !sameValue(stored[field], folded[field]))
    .map((field) => ({ field, stored: stored[field], folded: folded[field] }));
}

/** Objects are compared as JSON reads them back: a field that is undefined is not there. */
function sameValue(stored: unknown, folded: unknown): boolean {
  if (stored === folded) return true;
  if (typeof folded !== 'object' || folded === null) return false;
  return isDeepStrictEqual(stored, JSON.parse(JSON.stringify(folded)));
}

function rowKey({ kind, run, name }: ComparableRow): string {
  return `${kind}\0${run}\0${name}`;
}

function storedRows({ run, stored, parts }: StoredRunWhole): ComparableRow[] {
  const rows: ComparableRow[] = [];
  if (stored !== null) {
    const { id, row, contribution, projectionVersion } = stored;
    rows.push({ kind: 'workflow', run, name: '', id, fields: { ...row, contribution, projectionVersion } });
  }
  for (const { id, row, contribution } of parts.steps) {
    rows.push({ kind: 'step', run, name: row.stepName, id, fields: { ...row, contribution } });
  }
  for (const { id, row } of parts.attempts) {
    rows.push({ kind: 'attempt', run, name: attemptKey(row.stepName, row.attemptNumber), id, fields: { ...row } });
  }
  for (const { id, row } of parts.sleeps)
    rows.push({ kind: 'sleep', run, name: row.startEventId, id, fields: { ...row } });
  return rows;
}

function foldedRows(
  key: WorkflowKey,
  { row, steps, attempts, sleeps }: RunState,
  projectionVersion: number,
): ComparableRow[] {
  const { run } = row;
  const own = { ...row, contribution: runContribution(row), projectionVersion };
  const rows: ComparableRow[] = [{ kind: 'workflow', run, name: '', id: workflowRowId(key, run), fields: own }];
  for (const step of steps.values()) {
    const fields = { ...step, contribution: stepContribution(step) };
    rows.push({ kind: 'step', run, name: step.stepName, id: stepRowId(key, run, step.stepName), fields });
  }
  for (const attempt of attempts.values()) {
    const id = attemptRowId(key, run, attempt.stepName, attempt.attemptNumber);
    rows.push({
      kind: 'attempt',
      run,
      name: attemptKey(attempt.stepName, attempt.attemptNumber),
      id,
      fields: { ...attempt },
    });
  }
  for (const sleep of sleeps.values()) {
    const id = sleepRowId(key, run, sleep.startEventId);
    rows.push({ kind: 'sleep', run, name: sleep.startEventId, id, fields: { ...sleep } });
  }
  return rows;
}
