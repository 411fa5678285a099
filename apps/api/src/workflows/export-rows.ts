/** Rows of an export as text. */
import type { WorkflowListRow } from '@wm/store';
import type { runView } from './run-view.ts';

type ExportedRow = ReturnType<typeof runView<WorkflowListRow>>;

/** Columns of the CSV, in this order. What is a list or an object in JSON is JSON in its cell. */
const CSV_COLUMNS = [
  'id',
  'env',
  'serviceKey',
  'workflowId',
  'run',
  'latest',
  'workflowName',
  'executionId',
  'status',
  'activityState',
  'pauseReason',
  'resumeAt',
  'currentStep',
  'runningSteps',
  'completedStepCount',
  'totalStepsExecuted',
  'retryCount',
  'errorMessage',
  'errorStepName',
  'errorAttempt',
  'errorStepInferred',
  'errorGroup',
  'cancelReason',
  'queuedAt',
  'startedAt',
  'completedAt',
  'failedAt',
  'cancelledAt',
  'durationMs',
  'activeMs',
  'sleepingMs',
  'retryWaitMs',
  'gaps',
  'anomalies',
  'certainty',
  'eventCount',
  'sortAt',
  'firstEventAt',
  'lastEventAt',
  'updatedAt',
] as const satisfies (keyof ExportedRow)[];

export interface ExportFormat {
  contentType: string;
  head: string;
  /** One line, with its end. */
  line: (row: ExportedRow) => string;
}

export const EXPORT_FORMATS: Readonly<Record<'csv' | 'ndjson', ExportFormat>> = {
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    head: `${CSV_COLUMNS.join(',')}\r\n`,
    line: (row) => `${CSV_COLUMNS.map((column) => cell(row[column])).join(',')}\r\n`,
  },
  ndjson: { contentType: 'application/x-ndjson', head: '', line: (row) => `${JSON.stringify(row)}\n` },
};

/** RFC 4180. A text that a spreadsheet would take for a formula has an apostrophe before it: texts come from strangers. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
