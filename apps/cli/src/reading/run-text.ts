/** Runs of lists and of the stream as lines. */
import type { StreamRun, WorkflowListItem } from '@wm/client';
import { inLine } from '../printable.ts';
import type { Column } from './table.ts';
import { maybeLength, shortInstant } from './words.ts';

/** What a list and the stream have in common. */
interface Shown {
  workflowId: string;
  run: number;
  status: string;
  activityState: string | null;
  pauseReason: string | null;
  currentStep: string | null;
  errorMessage: string | null;
  /** The stream does not tell it. */
  errorStepName?: string | null;
  gaps: readonly string[];
  retryCount: number;
}

const LONGEST_STATE = 'completed'.length;

export const RUN_COLUMNS: readonly Column<WorkflowListItem>[] = [
  { head: 'STARTED', cell: ({ sortAt }) => shortInstant(sortAt) },
  { head: 'STATE', cell: stateWord },
  { head: 'NAME', cell: ({ workflowName }) => workflowName },
  { head: 'ENV/SERVICE', cell: ({ env, serviceKey }) => `${env}/${serviceKey}` },
  { head: 'WORKFLOW', cell: idOf },
  { head: 'TOOK', cell: ({ durationMs }) => maybeLength(durationMs), right: true },
  { head: 'WHAT', cell: what },
];

/** What a run does, in a word: overdue and stuck before what its status says. */
export function stateWord({ status, activityState, gaps }: Pick<Shown, 'status' | 'activityState' | 'gaps'>): string {
  if (activityState === 'overdue' || activityState === 'stuck') return activityState;
  return gaps.includes('end') ? `${status}?` : status;
}

/** A run that changed, as one line: no widths are known ahead. */
export function streamLine(run: StreamRun): string {
  const place = `${run.env}/${run.serviceKey}`;
  const [time, state, ...rest] = [
    shortInstant(run.lastEventAt),
    stateWord(run),
    run.workflowName,
    place,
    idOf(run),
    what(run),
  ].map(inLine);
  return [time, state!.padEnd(LONGEST_STATE), ...rest].join('  ').trimEnd();
}

function idOf({ workflowId, run }: Pick<Shown, 'workflowId' | 'run'>): string {
  return run === 1 ? workflowId : `${workflowId} run ${run}`;
}

/** What is worth a look beside the state. */
function what(run: Shown): string {
  const { errorMessage, errorStepName = null, currentStep, pauseReason, retryCount, gaps } = run;
  const parts = [
    errorMessage !== null && `${errorStepName === null ? '' : `${errorStepName}: `}${errorMessage}`,
    errorMessage === null && currentStep !== null && `at ${currentStep}`,
    pauseReason === 'retry' && 'waits for a retry',
    pauseReason === 'sleep' && 'sleeps',
    retryCount > 0 && `${retryCount} ${retryCount === 1 ? 'retry' : 'retries'}`,
    gaps.length > 0 && `lost: ${gaps.join(', ')}`,
  ];
  return parts.filter((part) => part !== false).join('; ');
}
