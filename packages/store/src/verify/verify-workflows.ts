/** Proves that what is stored is what the log says: folds every workflow again and compares every field. */
import { PROJECTION_VERSION } from '@wm/projection';
import type { WorkflowKey } from '@wm/projection';
import type { Sql } from '../client.ts';
import { compareRuns } from '../projection/compare-rows.ts';
import type { RowDifference } from '../projection/compare-rows.ts';
import { inTransaction } from '../in-transaction.ts';
import { lockWorkflow } from '../projection/lock-workflow.ts';
import { refold } from '../projection/refold.ts';
import { compareRollups } from './compare-rollups.ts';
import type { RollupDifference } from './compare-rollups.ts';
import { compareValues } from './compare-values.ts';
import { countUnprocessed } from './count-unprocessed.ts';
import { nextWorkflowKeys } from './next-workflow-keys.ts';
import type { VerifyScope } from './next-workflow-keys.ts';

export type Difference =
  | { about: 'row'; key: WorkflowKey; difference: RowDifference }
  | { about: 'rollup'; difference: RollupDifference };

export interface VerifyOptions extends VerifyScope {
  /** Called after every page of workflows. */
  onProgress?: (soFar: VerifyReport) => void;
  onDifference: (difference: Difference) => void;
}

export interface VerifyReport {
  workflows: number;
  /** Events folded. */
  events: number;
  /** Rows that differ, and counts of the rollups that do. */
  differences: number;
  /** Events that wait to be folded: no difference, the stored rows are compared with what was folded before. */
  unprocessed: number;
}

const PAGE = 500;
const LOCK_TIMEOUT_MS = 30_000;

/**
 * Goes through the workflows in key order, each in a short transaction under its lock, so that a drain that runs
 * meanwhile is no false alarm and no drain waits for long. Rollups are compared where nothing is left out.
 *
 * @throws the database's error; where it stopped is not remembered
 */
export async function verifyWorkflows(sql: Sql, options: VerifyOptions): Promise<VerifyReport> {
  const { onProgress, onDifference, ...scope } = options;
  const report: VerifyReport = { workflows: 0, events: 0, differences: 0, unprocessed: 0 };
  const tell = (difference: Difference): void => {
    report.differences += 1;
    onDifference(difference);
  };
  let after: WorkflowKey | null = null;
  for (;;) {
    const keys: WorkflowKey[] = await nextWorkflowKeys(sql, scope, after, PAGE);
    for (const key of keys) await verifyWorkflow(sql, key, report, tell);
    onProgress?.(report);
    after = keys.at(-1) ?? null;
    if (after === null || keys.length < PAGE) break;
  }
  if (scope.env === undefined && scope.serviceKey === undefined && scope.since === undefined) {
    for (const difference of await compareRollups(sql)) tell({ about: 'rollup', difference });
  }
  return report;
}

async function verifyWorkflow(
  sql: Sql,
  key: WorkflowKey,
  report: VerifyReport,
  tell: (difference: Difference) => void,
): Promise<void> {
  await inTransaction(sql, async (tx) => {
    await lockWorkflow(tx, key, LOCK_TIMEOUT_MS);
    const [{ stored, folded, eventCount }, values, unprocessed] = await Promise.all([
      refold(tx, key, 1, []),
      compareValues(tx, key),
      countUnprocessed(tx, key),
    ]);
    report.workflows += 1;
    report.events += eventCount;
    report.unprocessed += unprocessed;
    for (const difference of compareRuns(key, stored, folded, PROJECTION_VERSION))
      tell({ about: 'row', key, difference });
    for (const { kind, run, name, id, field } of values) {
      const fields = [{ field, stored: 'another value', folded: 'the value in the event' }];
      tell({ about: 'row', key, difference: { kind, run, name, id, problem: 'differs', fields } });
    }
  });
}
