/** The steps as they stood. Of a large run those that changed, then the newest. */
import { Link } from '@tanstack/react-router';
import type { Workflow } from '@wm/client';
import { formatCount } from '../../../time/format.ts';
import { DataTable, type Column } from '../../../ui/table.tsx';
import { Status } from '../../../ui/status.tsx';
import { Instant } from '../../../ui/time.tsx';
import { stepTarget } from '../run-detail.ts';
import { Marked } from './fields-table.tsx';
import { SetBy } from './set-by.tsx';
import type { StepThen } from './state-diff.ts';
import type { Stop } from './stops.ts';
import css from './why.module.css';

const SHOWN = 100;

interface Props {
  workflow: Workflow;
  stops: ReadonlyMap<string, Stop>;
  steps: StepThen[];
  setBy: Record<string, Record<string, string>> | null;
}

export function StepsThen(props: Props) {
  const { steps } = props;
  if (steps.length === 0) return <p className={css.none}>No step had begun.</p>;
  const changed = steps.filter((step) => step.changed);
  const shown = steps.length <= SHOWN ? steps : [...new Set([...changed, ...steps.slice(changed.length - SHOWN)])];
  return (
    <div className={css.steps}>
      <DataTable
        label="The steps as they stood"
        columns={columnsOf(props)}
        rows={shown}
        rowKey={({ step }) => step.stepName}
      />
      {shown.length < steps.length && (
        <p className="faint">
          {formatCount(shown.length)} of {formatCount(steps.length)} steps: what changed, then the newest.
        </p>
      )}
    </div>
  );
}

function columnsOf({ workflow, stops, setBy }: Props): Column<StepThen>[] {
  return [
    {
      id: 'step',
      head: 'Step',
      cell: ({ step, changed }) => (
        <Marked on={changed}>
          <Link {...stepTarget(workflow, step.stepName)} data-row="">
            {step.stepName}
          </Link>
        </Marked>
      ),
      cut: true,
    },
    { id: 'state', head: 'State', cell: ({ step }) => <Status status={step.status} inferred={step.inferred} /> },
    setBy === null
      ? { id: 'before', head: 'Before this event', cell: (row) => <Before {...row} /> }
      : {
          id: 'setBy',
          head: 'State set by',
          cell: ({ step }) => <SetBy workflow={workflow} event={setBy[step.stepName]?.status} stops={stops} />,
        },
    { id: 'attempt', head: 'Attempt', cell: ({ step }) => step.currentAttempt, number: true },
    { id: 'started', head: 'Started', cell: ({ step }) => <Instant at={step.startedAt} /> },
    { id: 'ended', head: 'Ended', cell: ({ step }) => <Instant at={step.completedAt} /> },
  ];
}

function Before({ before, changed }: StepThen) {
  if (!changed) return <span className="faint">the same</span>;
  return before === null ? 'not there' : <Status status={before.status} />;
}
