/** Each workflow in both environments: what differs by more than noise comes first. */
import { Link } from '@tanstack/react-router';
import type { Comparison } from '@wm/client';
import { TriangleAlert } from 'lucide-react';
import { formatCount, formatRate } from '../../time/format.ts';
import { classNames } from '../../ui/class-names.ts';
import { Empty } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Duration } from '../../ui/time.tsx';
import { durationVerdict, successVerdict, type Verdict } from './verdict.ts';
import css from './metrics.module.css';

interface Props {
  comparisons: readonly Comparison[];
  left: string;
  right: string;
}

export function ComparisonTable({ comparisons, left, right }: Props) {
  const rows = comparisons.toSorted((a, b) => weight(b) - weight(a));
  return (
    <Panel title="Which workflows differ?" note="What is more than noise comes first.">
      {rows.length === 0 ? (
        <Empty title="No workflow ran in either of them" />
      ) : (
        <DataTable
          label={`Workflows in ${left} and ${right}`}
          columns={columnsOf(left, right)}
          rows={rows}
          rowKey={({ service, name }) => JSON.stringify([service, name])}
        />
      )}
    </Panel>
  );
}

/** More than noise in failures, then in durations, then the most samples; last what ran in one of them only. */
function weight({ successRate, durations, left, right }: Comparison): number {
  const size = Math.min(0.99, (left.started + right.started) / 1e9);
  if (left.started === 0 || right.started === 0) return size - 1;
  return (successRate?.moreThanNoise === true ? 2 : 0) + (durations?.moreThanNoise === true ? 1 : 0) + size;
}

function columnsOf(left: string, right: string): Column<Comparison>[] {
  const names = { left, right };
  return [
    {
      id: 'name',
      head: 'Workflow',
      cell: ({ service, name }) => (
        <Link
          from="/statistics"
          to="/statistics"
          search={(before) => ({ ...before, service: [service!], name: [name!] })}
          data-row=""
          className="link"
        >
          <span className="nowrap">
            {name} <span className="faint">{service}</span>
          </span>
        </Link>
      ),
    },
    failed('left', left),
    failed('right', right),
    { id: 'fails', head: 'Fails more often', cell: (row) => <Words verdict={successVerdict(row, names)} /> },
    median('left', left),
    median('right', right),
    { id: 'slower', head: 'Takes longer', cell: (row) => <Words verdict={durationVerdict(row, names)} /> },
  ];
}

type Side = 'left' | 'right';

const failed = (side: Side, env: string): Column<Comparison> => ({
  id: `failed-${side}`,
  head: `Failed, ${env}`,
  cell: (row) => {
    const { failed: count, successRate } = row[side];
    return (
      <Link
        to="/workflows"
        search={{
          env: [env],
          service: [row.service!],
          name: [row.name!],
          status: ['failed'],
          runs: 'all',
          time: 'ended',
        }}
        className={count === 0 ? 'faint' : undefined}
      >
        {formatCount(count)} {successRate !== null && <span className="soft">({formatRate(1 - successRate)})</span>}
      </Link>
    );
  },
  number: true,
});

const median = (side: Side, env: string): Column<Comparison> => ({
  id: `median-${side}`,
  head: `Median, ${env}`,
  cell: (row) => <Duration ms={row[side].durationMs?.p50 ?? null} />,
  number: true,
});

function Words({ verdict: { kind, words, short } }: { verdict: Verdict }) {
  const certain = kind === 'left' || kind === 'right';
  return (
    <span className={classNames(css.words, certain ? css.certain : 'soft')} title={words}>
      {certain && <TriangleAlert size={14} aria-hidden="true" />}
      {short}
    </span>
  );
}
