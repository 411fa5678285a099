/** How each step does in each environment: a figure of it, side by side. */
import { Link, useSearch } from '@tanstack/react-router';
import type { MetricsGroup } from '@wm/client';
import { byImportance } from '../../frame/scope.ts';
import { formatCount, formatDuration, formatRate } from '../../time/format.ts';
import { Environment } from '../../ui/environment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ONLY_CHOSEN, Segments } from '../../ui/segments.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { MEASURES } from './search.ts';
import { stepRows, type StepRow } from './step-rows.ts';
import css from './metrics.module.css';

type Measure = (typeof MEASURES)[number];

const NAMES: Record<Measure, string> = { p50: 'p50', p95: 'p95', failed: 'Share failed', retries: 'Retries a start' };

/** Fewer say little, and look so. */
const FEW = 10;
const MOST_ROWS = 15;

export function StepMatrix({ groups }: { groups: readonly MetricsGroup[] }) {
  const { measure = 'p95' } = useSearch({ from: '/statistics' });
  const rows = stepRows(groups).slice(0, MOST_ROWS);
  if (rows.length === 0) return null;
  const envs = [...new Set(rows.flatMap(({ byEnv }) => [...byEnv.keys()]))].toSorted(byImportance);
  return (
    <Panel
      title="How does a step do elsewhere?"
      note={`Steps that started in two environments at least, of those above. Pale: of fewer than ${FEW}, which says little.`}
      aside={
        <Segments label="Figure">
          {MEASURES.map((each) => (
            <Link
              key={each}
              from="/statistics"
              to="/statistics"
              search={(before) => ({ ...before, measure: each === 'p95' ? undefined : each })}
              resetScroll={false}
              activeOptions={ONLY_CHOSEN}
              aria-current={each === measure ? 'true' : undefined}
            >
              {NAMES[each]}
            </Link>
          ))}
        </Segments>
      }
    >
      <DataTable
        label={`${NAMES[measure]} of steps by environment`}
        columns={columnsOf(envs, measure)}
        rows={rows}
        rowKey={({ service, name, step }) => JSON.stringify([service, name, step])}
      />
    </Panel>
  );
}

function columnsOf(envs: readonly string[], measure: Measure): Column<StepRow>[] {
  return [
    { id: 'step', head: 'Step', cell: ({ step }) => step, cut: true },
    {
      id: 'name',
      head: 'Workflow',
      cell: ({ name, service }) => (
        <span className={css.names}>
          {name} <span className="faint">{service}</span>
        </span>
      ),
    },
    ...envs.map((env): Column<StepRow> => ({
      id: env,
      head: <Environment env={env} />,
      cell: (row) => <Cell row={row} env={env} measure={measure} />,
      number: true,
    })),
  ];
}

function Cell({ row, env, measure }: { row: StepRow; env: string; measure: Measure }) {
  const total = row.byEnv.get(env);
  if (total === undefined) return <span className="faint">–</span>;
  const { text, of } = shown(total, measure);
  return (
    <Link
      to="/workflows"
      search={{ env: [env], service: [row.service], name: [row.name], step: row.step, runs: 'all' }}
      title={`Of ${formatCount(of)}`}
      className={of < FEW ? 'faint' : undefined}
    >
      {text}
    </Link>
  );
}

/** The figure, and of how many it is. */
function shown(total: MetricsGroup['total'], measure: Measure): { text: string; of: number } {
  const { durationMs, successRate, retryRate, completed, failed, started } = total;
  switch (measure) {
    case 'p50':
    case 'p95':
      return { text: durationMs === null ? '–' : formatDuration(durationMs[measure]), of: durationMs?.samples ?? 0 };
    case 'failed':
      return { text: successRate === null ? '–' : formatRate(1 - successRate), of: completed + failed };
    case 'retries':
      return { text: retryRate === null ? '–' : retryRate.toFixed(2), of: started };
  }
}
