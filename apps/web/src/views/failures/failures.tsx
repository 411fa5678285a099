/** What fails: by error, by workflow, by step, or run by run. */
import { Link, useSearch } from '@tanstack/react-router';
import { X } from 'lucide-react';
import { useCounted, useRange } from '../../frame/scope.ts';
import { rangeWords } from '../../time/range.ts';
import { Panel, ViewHead } from '../../ui/panel.tsx';
import { WaysToCount } from '../../ui/segments.tsx';
import { ErrorGroups } from './error-groups.tsx';
import { FailingSteps } from './failing-steps.tsx';
import { FailingWorkflows } from './failing-workflows.tsx';
import { FailureList } from './failure-list.tsx';
import { FailureRates } from './failure-rates.tsx';
import type { By } from './search.ts';
import { useHeldRange } from './use-failure-list.ts';
import css from './shared.module.css';
import { loadCharts } from '../../ui/chart.tsx';

void loadCharts();

const WAYS: { by: By; name: string; title: string }[] = [
  { by: 'error', name: 'By error', title: 'What goes wrong?' },
  { by: 'workflow', name: 'By workflow', title: 'Which workflows fail?' },
  { by: 'step', name: 'By step', title: 'Which steps fail?' },
  { by: 'time', name: 'Newest', title: 'Which runs failed?' },
];

export default function Failures() {
  const { by = 'error', name, error, errorStep } = useSearch({ from: '/failures' });
  const way = WAYS.find((each) => each.by === by)!;
  return (
    <>
      <ViewHead title="Failures">
        <WaysToCount label="Failures by" ways={WAYS} chosen={by} />
      </ViewHead>
      <Filters />
      <div className={css.parts}>
        <FailureRates name={name} />
        <Panel title={way.title}>
          <Shown by={by} name={name} error={error} errorStep={errorStep} />
        </Panel>
      </div>
    </>
  );
}

interface Shown {
  by: By;
  name: string[] | undefined;
  error: string | undefined;
  errorStep: string | undefined;
}

function Shown({ by, name, error, errorStep }: Shown) {
  const range = useRange();
  const query = { ...useCounted(), ...(name !== undefined && { name }) };
  const held = useHeldRange();
  const words = rangeWords(range);
  if (by === 'workflow') return <FailingWorkflows query={query} none={`No workflow failed ${words}.`} />;
  if (by === 'step') return <FailingSteps query={query} none={`No step failed for good ${words}.`} />;
  if (by === 'error') return <ErrorGroups query={query} none={`Nothing failed ${words}.`} />;
  const filter = {
    ...query,
    ...held,
    ...(error !== undefined && { error }),
    ...(errorStep !== undefined && { errorStep }),
  };
  return <FailureList filter={filter} limit={50} none={`No run of this filter failed ${words}.`} />;
}

/** What narrows the view beyond environment, service and time; each can be taken away. */
function Filters() {
  const { by, name, error, errorStep } = useSearch({ from: '/failures' });
  const shown = [
    ...(name ?? []).map((each) => ({
      key: `name ${each}`,
      text: `Workflow ${each}`,
      without: { name: without(name, each) },
    })),
    ...(by === 'time' && errorStep !== undefined
      ? [{ key: 'step', text: `Step ${errorStep}`, without: { errorStep: undefined } }]
      : []),
    ...(by === 'time' && error !== undefined
      ? [{ key: 'error', text: `Message has “${error}”`, without: { error: undefined } }]
      : []),
  ];
  if (shown.length === 0) return null;
  return (
    <ul className={css.filters} aria-label="Filters">
      {shown.map(({ key, text, without: next }) => (
        <li key={key}>
          <Link
            from="/failures"
            to="/failures"
            search={(before) => ({ ...before, ...next })}
            className={css.filter}
            aria-label={`Take away: ${text}`}
          >
            {text} <X size={12} aria-hidden="true" />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function without(values: string[] | undefined, value: string): string[] | undefined {
  const left = values?.filter((each) => each !== value) ?? [];
  return left.length === 0 ? undefined : left;
}
