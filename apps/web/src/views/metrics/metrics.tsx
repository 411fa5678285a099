/** How much ran, how well, how long it took, and how two environments differ. */
import { Link, useSearch } from '@tanstack/react-router';
import { ViewHead } from '../../ui/panel.tsx';
import { WaysToCount } from '../../ui/segments.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { Compare } from './compare.tsx';
import { MetricsCharts } from './metrics-charts.tsx';
import { MetricsTable } from './metrics-table.tsx';
import css from './metrics.module.css';
import { loadCharts } from '../../ui/chart.tsx';

void loadCharts();

const WAYS = [
  { by: 'env', name: 'Environments' },
  { by: 'service', name: 'Services' },
  { by: 'name', name: 'Workflows' },
  { by: 'step', name: 'Steps' },
  { by: 'compare', name: 'Compare two' },
] as const;

export default function Metrics() {
  const { by = 'env' } = useSearch({ from: '/statistics' });
  return (
    <>
      <ViewHead title="Metrics">
        <WaysToCount label="What is counted by" ways={WAYS} chosen={by} />
      </ViewHead>
      <NameFilter />
      <div className={css.view}>
        {by === 'compare' ? (
          <Compare />
        ) : (
          <>
            <MetricsTable by={by} />
            <MetricsCharts by={by} />
          </>
        )}
      </div>
    </>
  );
}

function NameFilter() {
  const { name, steps } = useSearch({ from: '/statistics' });
  if (name === undefined && steps === undefined) return null;
  const parts = [
    name !== undefined && `workflow ${name.join(', ')}`,
    steps !== undefined && `step ${steps.join(', ')}`,
  ];
  return (
    <p className={css.chips}>
      Only {parts.filter((part) => part !== false).join(' and ')}{' '}
      <Link
        from="/statistics"
        to="/statistics"
        search={(before) => ({ ...before, name: undefined, steps: undefined })}
        className={buttonClass('plain', true)}
      >
        Show all
      </Link>
    </p>
  );
}
