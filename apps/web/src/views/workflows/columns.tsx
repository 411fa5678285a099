/** The columns that the list can show. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { WorkflowListItem } from '@wm/client';
import { useNow } from '../../time/clock.ts';
import { formatCount } from '../../time/format.ts';
import { Environment } from '../../ui/environment.tsx';
import { Identifier } from '../../ui/identifier.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago, Countdown, Duration, Since } from '../../ui/time.tsx';
import type { Sort } from './search.ts';
import css from './workflows.module.css';

export interface ListColumn {
  id: string;
  name: string;
  /** px; the last column takes what is left */
  width: number;
  sort?: Sort;
  number?: boolean;
  /** Its name is for those who do not see it only. */
  unnamed?: boolean;
  cell: (run: WorkflowListItem) => ReactNode;
}

export const COLUMNS: ListColumn[] = [
  { id: 'status', name: 'Status', width: 104, cell: (run) => <RunStatus run={run} /> },
  { id: 'workflow', name: 'Workflow', width: 164, cell: (run) => <RunLink run={run} /> },
  { id: 'env', name: 'Env', width: 104, cell: ({ env }) => <Environment env={env} /> },
  { id: 'service', name: 'Service', width: 124, cell: ({ serviceKey }) => <bdi>{serviceKey}</bdi> },
  { id: 'started', name: 'Started', width: 92, sort: 'started', cell: (run) => <Started run={run} /> },
  { id: 'duration', name: 'Duration', width: 94, sort: 'duration', number: true, cell: (run) => <Taken run={run} /> },
  {
    id: 'retries',
    name: 'Retries',
    width: 68,
    sort: 'retries',
    number: true,
    cell: ({ retryCount }) => (retryCount === 0 ? <span className="faint">0</span> : formatCount(retryCount)),
  },
  { id: 'now', name: 'What happens', width: 160, cell: (run) => <What run={run} /> },
  { id: 'id', name: 'Workflow id', width: 190, cell: ({ workflowId }) => <Identifier id={workflowId} /> },
  {
    id: 'execution',
    name: 'Execution',
    width: 190,
    cell: ({ executionId }) => (executionId === null ? '–' : <Identifier id={executionId} />),
  },
  {
    id: 'steps',
    name: 'Steps',
    width: 70,
    number: true,
    cell: ({ completedStepCount }) => formatCount(completedStepCount),
  },
  {
    id: 'finished',
    name: 'Ended',
    width: 90,
    sort: 'finished',
    cell: ({ completedAt, failedAt, cancelledAt }) => <Ago at={completedAt ?? failedAt ?? cancelledAt} />,
  },
  { id: 'updated', name: 'Updated', width: 90, sort: 'updated', cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
  { id: 'events', name: 'Events', width: 80, number: true, cell: ({ eventCount }) => formatCount(eventCount) },
];

export const USUAL = ['status', 'workflow', 'env', 'service', 'started', 'duration', 'retries', 'now'];

/** Two lines a row, for a phone. */
export const NARROW: ListColumn[] = [
  { id: 'status', name: 'Status', unnamed: true, width: 34, cell: (run) => <RunStatus run={run} compact /> },
  {
    id: 'workflow',
    name: 'Workflow',
    width: 160,
    cell: (run) => (
      <>
        <RunLink run={run} />
        <div className={css.second}>{run.status === 'completed' ? run.serviceKey : <What run={run} />}</div>
      </>
    ),
  },
  { id: 'env', name: 'Env', width: 62, cell: ({ env }) => <Environment env={env} short /> },
  { id: 'started', name: 'Started', width: 84, sort: 'started', number: true, cell: (run) => <Started run={run} /> },
];

function RunStatus({ run, compact = false }: { run: WorkflowListItem; compact?: boolean }) {
  return (
    <Status status={run.status} pauseReason={run.pauseReason} activityState={run.activityState} compact={compact} />
  );
}

function RunLink({ run }: { run: WorkflowListItem }) {
  const { env, serviceKey, workflowId, latest } = run;
  return (
    <Link
      to="/workflows/$env/$service/$workflowId"
      params={{ env, service: serviceKey, workflowId }}
      search={latest ? {} : { run: String(run.run) }}
      data-row=""
      className={css.name}
      title={run.workflowName}
    >
      <bdi>{run.workflowName}</bdi>
      {run.run > 1 && <span className="faint"> run {run.run}</span>}
    </Link>
  );
}

function Started({ run }: { run: WorkflowListItem }) {
  if (run.startedAt !== null || !run.gaps.includes('start')) return <Ago at={run.startedAt ?? run.sortAt} />;
  return (
    <span className={css.gap} title="The start of this run never arrived: this is its first event">
      <Ago at={run.sortAt} />
    </span>
  );
}

function Taken({ run }: { run: WorkflowListItem }) {
  if (run.durationMs !== null) return <Duration ms={run.durationMs} />;
  const isOpen = run.status === 'running' || run.status === 'paused';
  return isOpen && run.startedAt !== null ? (
    <span className="soft">
      <Since at={run.startedAt} />
    </span>
  ) : (
    <Duration ms={null} />
  );
}

const LATE = new Set<string | null>(['overdue', 'stuck']);

/** Why it is in its state, in a line: the error, what it waits for, where it is. */
function What({ run }: { run: WorkflowListItem }) {
  if (run.status === 'failed') return <Blame run={run} />;
  if (LATE.has(run.activityState)) return <Late run={run} />;
  if (run.status === 'paused' && run.resumeAt !== null) return <Waits run={run} resumeAt={run.resumeAt} />;
  if (run.status === 'cancelled' && run.cancelReason !== null) return <bdi className="soft">{run.cancelReason}</bdi>;
  if (run.status === 'running' && run.currentStep !== null)
    return (
      <span className="soft">
        in <bdi>{run.currentStep}</bdi>
      </span>
    );
  return null;
}

function Waits({ run, resumeAt }: { run: WorkflowListItem; resumeAt: string }) {
  const isDue = useNow() >= Date.parse(resumeAt);
  const does = run.pauseReason === 'retry' ? 'tries again' : 'resumes';
  return (
    <span>
      {isDue ? 'was due' : does} <Countdown to={resumeAt} />
      {run.currentStep !== null && (
        <span className="faint">
          {' '}
          at <bdi>{run.currentStep}</bdi>
        </span>
      )}
    </span>
  );
}

function Blame({ run }: { run: WorkflowListItem }) {
  return (
    <span title={run.errorMessage ?? undefined}>
      {run.errorStepName !== null && (
        <>
          <bdi className={css.blamed}>{run.errorStepName}</bdi>:{' '}
        </>
      )}
      {run.errorMessage === null ? <span className="faint">without a message</span> : <bdi>{run.errorMessage}</bdi>}
    </span>
  );
}

function Late({ run }: { run: WorkflowListItem }) {
  if (run.resumeAt === null)
    return (
      <span>
        nothing heard for <Since at={run.lastEventAt} />
      </span>
    );
  return (
    <span>
      should have gone on <Countdown to={run.resumeAt} />
    </span>
  );
}
