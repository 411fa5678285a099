/** How durations are spread, one environment beside the other. */
import type { MetricsGroup } from '@wm/client';
import { formatCount, formatDuration } from '../../time/format.ts';
import { Chart, type Series } from '../../ui/chart.tsx';
import { Environment } from '../../ui/environment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Duration } from '../../ui/time.tsx';
import { mergeHistograms } from './histogram.ts';
import { looksOf } from './line-looks.ts';
import css from './metrics.module.css';

interface Props {
  groups: readonly Pick<MetricsGroup, 'env' | 'histogram' | 'total'>[];
  things: 'runs' | 'steps';
}

export function Durations({ groups, things }: Props) {
  const measured = groups.filter(({ total }) => total.durationMs !== null);
  const merged = mergeHistograms(measured.map(({ histogram }) => histogram ?? []));
  if (merged === null) {
    return (
      <Panel title="How are durations spread?">
        <p className="soft">None of these {things} completed, so there is no duration.</p>
      </Panel>
    );
  }
  const { edges, counts } = merged;
  const single = measured.length === 1;
  const looks = looksOf(measured.map(({ env }) => env!));
  const series: Series[] = measured.map(({ env }, index) => {
    const own = counts[index]!;
    const all = own.reduce((sum, count) => sum + count, 0);
    return {
      name: env!,
      ...looks[index]!,
      as: single ? 'bars' : 'line',
      values: single ? own : own.map((count) => (count / all) * 100),
    };
  });
  // Buckets grow by a factor, so the axis counts them, and writes where they begin.
  const ratio = edges[1]! / edges[0]!;
  const note = single
    ? `${things} that completed, by how long they took. Each bucket is as many times as wide as the one before.`
    : `Share of the completed ${things} of each environment. Each bucket is as many times as wide as the one before.`;
  return (
    <div className={css.wide}>
      <Panel title="How are durations spread?" note={note[0]!.toUpperCase() + note.slice(1)}>
        <Chart
          label={`Durations of ${things} by environment`}
          x={edges.slice(0, -1).map((_, index) => index)}
          barWidth={1}
          formatX={(index) => formatDuration(edges[0]! * ratio ** index)}
          format={(value) => (single ? formatCount(value) : `${value.toFixed(value < 10 ? 1 : 0)} %`)}
          series={series}
        />
        <DataTable label="Percentiles of durations" columns={COLUMNS} rows={measured} rowKey={({ env }) => env!} />
      </Panel>
    </div>
  );
}

type Group = Props['groups'][number];

const percentile = (of: 'mean' | 'p50' | 'p90' | 'p95' | 'p99', head: string): Column<Group> => ({
  id: of,
  head,
  cell: ({ total }) => <Duration ms={total.durationMs?.[of] ?? null} />,
  number: true,
});

const COLUMNS: Column<Group>[] = [
  { id: 'env', head: 'Environment', cell: ({ env }) => <Environment env={env!} /> },
  { id: 'samples', head: 'Completed', cell: ({ total }) => formatCount(total.durationMs?.samples ?? 0), number: true },
  percentile('mean', 'Mean'),
  percentile('p50', 'p50'),
  percentile('p90', 'p90'),
  percentile('p95', 'p95'),
  percentile('p99', 'p99'),
];
