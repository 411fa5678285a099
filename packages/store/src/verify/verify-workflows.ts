/** Proves that what is stored is what the log says: folds every workflow again and compares every field. */
import { PROJECTION_VERSION } from '@wm/projection';
import type { WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';
import { compareRuns } from '../projection/compare-rows.ts';
import type { RowDifference } from '../projection/compare-rows.ts';
import { inTransaction } from '../in-transaction.ts';
import { pinPlans } from '../projection/pin-plans.ts';
import { refold } from '../projection/refold.ts';
import { compareRollups } from './compare-rollups.ts';
import type { RollupDifference } from './compare-rollups.ts';
import { compareValues } from './compare-values.ts';
import { countUnprocessed } from './count-unprocessed.ts';
import { isLogIncomplete } from './is-log-incomplete.ts';
import { nextWorkflowKeys } from './next-workflow-keys.ts';
import type { KeyPage, VerifyScope } from './next-workflow-keys.ts';

export type Difference =
  | { about: 'row'; key: WorkflowKey; difference: RowDifference }
  | { about: 'rollup'; difference: RollupDifference };

export interface VerifyOptions extends VerifyScope {
  /** Share of the workflows to verify, drawn at random: more than 0, at most 1; all where absent. */
  sample?: number | undefined;
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
/** Each on a connection of its own: one reads while the other folds. */
const AT_ONCE = 2;
/**
 * Of the transaction that verifies a workflow: what a drain commits meanwhile is not seen, neither its rows nor its marks,
 * and no drain waits for it. A run of 100,000 events takes seconds.
 */
export const VERIFY_MODE = 'ISOLATION LEVEL REPEATABLE READ READ ONLY';

/**
 * Goes through the workflows in key order, each in a transaction that sees one state, so that a drain that runs meanwhile
 * is no false alarm, and waits for nothing. Rollups are compared where nothing is left out.
 *
 * @throws the database's error; where it stopped is not remembered
 */
export async function verifyWorkflows(sql: Sql, options: VerifyOptions): Promise<VerifyReport> {
  const { onProgress, onDifference, sample, ...scope } = options;
  const report: VerifyReport = { workflows: 0, events: 0, differences: 0, unprocessed: 0 };
  const tell = (difference: Difference): void => {
    report.differences += 1;
    onDifference(difference);
  };
  let after: WorkflowKey | null = null;
  do {
    const page: KeyPage = await nextWorkflowKeys(sql, scope, after, PAGE);
    const keys = page.keys.filter(() => sample === undefined || Math.random() < sample).values();
    const verifyInTurn = async (): Promise<void> => {
      for (const key of keys) {
        const found = await verifyInTransaction(sql, key);
        report.workflows += 1;
        report.events += found.events;
        report.unprocessed += found.unprocessed;
        for (const difference of found.differences) tell({ about: 'row', key, difference });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, verifyInTurn));
    onProgress?.(report);
    after = page.next;
  } while (after !== null);
  if ([sample, ...Object.values(scope)].every((value) => value === undefined)) {
    for (const difference of await compareRollups(sql)) tell({ about: 'rollup', difference });
  }
  return report;
}

async function verifyInTransaction(sql: Sql, key: WorkflowKey): Promise<WorkflowVerification> {
  return inTransaction(
    sql,
    async (tx) => {
      const [, found] = await Promise.all([pinPlans(tx), verifyWorkflow(tx, key, PROJECTION_VERSION)]);
      return found;
    },
    VERIFY_MODE,
  );
}

export interface WorkflowVerification {
  /** Events folded. */
  events: number;
  /** Events that wait to be folded. */
  unprocessed: number;
  differences: RowDifference[];
  /** The log has fewer events than the rows were folded from, and not the first: they cannot be verified any more. */
  incomplete: boolean;
}

/**
 * Folds one workflow again and compares.
 *
 * @param tx of VERIFY_MODE
 * @param projectionVersion a row of another version differs
 */
export async function verifyWorkflow(
  tx: Tx,
  key: WorkflowKey,
  projectionVersion: number,
): Promise<WorkflowVerification> {
  const [refolded, unprocessed] = await Promise.all([refold(tx, key, []), countUnprocessed(tx, key)]);
  const { stored, folded, eventCount } = refolded;
  const values = await compareValues(tx, key, folded);
  const differences = compareRuns(key, stored, folded, projectionVersion);
  for (const { kind, run, name, id, field } of values) {
    const fields = [{ field, stored: 'another value', folded: 'the value in the event' }];
    differences.push({ kind, run, name, id, problem: 'differs', fields });
  }
  const incomplete = differences.length > 0 && (await isLogIncomplete(tx, refolded));
  return { events: eventCount, unprocessed, differences, incomplete };
}
