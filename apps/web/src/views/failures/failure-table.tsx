/** The rows of failed runs: when, where, what it said. */
import { Link } from '@tanstack/react-router';
import type { WorkflowListItem } from '@wm/client';
import { formatCount } from '../../time/format.ts';
import { classNames } from '../../ui/class-names.ts';
import { Environment } from '../../ui/environment.tsx';
import { Empty } from '../../ui/notice.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Ago, Duration } from '../../ui/time.tsx';
import { Message, RunLink } from './parts.tsx';
import css from './shared.module.css';

/** @param none what it says where there are no rows; null: there may be more to come */
export function FailureTable({ failures, none }: { failures: readonly WorkflowListItem[]; none: string | null }) {
  if (failures.length === 0) return none === null ? null : <Empty title={none} />;
  return (
    <DataTable
      label="Failed runs, the newest failure first"
      columns={COLUMNS}
      rows={failures}
      rowKey={({ id }) => id}
    />
  );
}

const COLUMNS: Column<WorkflowListItem>[] = [
  { id: 'failed', head: 'Failed', number: true, cell: ({ failedAt }) => <Ago at={failedAt} /> },
  { id: 'env', head: 'Environment', cell: ({ env }) => <Environment env={env} /> },
  {
    id: 'message',
    head: 'Message',
    fill: true,
    cell: ({ errorGroup, errorMessage }) =>
      errorGroup === null ? (
        <Message text={errorMessage} />
      ) : (
        <Link to="/failures/$group" params={{ group: errorGroup }}>
          <Message text={errorMessage} />
        </Link>
      ),
  },
  {
    id: 'step',
    head: 'Step',
    cut: true,
    cell: ({ errorStepName, errorStepInferred }) =>
      errorStepName === null ? (
        <span className="faint">–</span>
      ) : (
        <span title={errorStepInferred ? 'Concluded from its errors: the failure itself names no step' : undefined}>
          {errorStepInferred && <span className={classNames(css.concluded, 'inferred')} aria-hidden="true" />}
          {errorStepName}
          {errorStepInferred && <span className="only-read"> (concluded)</span>}
        </span>
      ),
  },
  { id: 'name', head: 'Workflow', cell: ({ workflowName }) => workflowName, cut: true },
  { id: 'run', head: 'Run', cell: (run) => <RunLink of={run} row most={16} /> },
  { id: 'service', head: 'Service', cell: ({ serviceKey }) => serviceKey, cut: true },
  { id: 'retries', head: 'Retries', number: true, cell: ({ retryCount }) => formatCount(retryCount) },
  { id: 'took', head: 'Took', number: true, cell: ({ durationMs }) => <Duration ms={durationMs} /> },
];
