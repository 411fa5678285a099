/** The course of the figures, by environment. */
import { useQuery } from '@tanstack/react-query';
import type { MetricsGroup } from '@wm/client';
import { ask } from '../../api/queries.ts';
import { byImportance, useBrush } from '../../frame/scope.ts';
import { gridOf, onGrid } from '../../time/series.ts';
import { formatCount, formatDuration, formatRate } from '../../time/format.ts';
import { Chart, type Series } from '../../ui/chart.tsx';
import { Answered } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Durations } from './durations.tsx';
import { looksOf } from './line-looks.ts';
import { useMetricsFilter, type By } from './metrics-filter.ts';
import { seriesQuestion } from './question.ts';
import css from './metrics.module.css';

type Point = NonNullable<MetricsGroup['series']>[number];

export function MetricsCharts({ by }: { by: By }) {
  const { range, isWide, filter } = useMetricsFilter(by);
  const of = !isWide ? 'some' : by === 'step' ? 'wideSteps' : 'whole';
  const { widthMs, since, until, interval } = seriesQuestion(range, of);
  const query = useQuery(
    ask('GET /v1/metrics', { query: { ...filter, groupBy: ['env'], since, until, interval, histogram: 'true' } }),
  );
  return (
    <Answered query={query} what="The course of the metrics" rows={2} height={240}>
      {({ groups, range: counted }) =>
        groups.length === 0 ? null : (
          <Charts
            groups={groups.toSorted((a, b) => byImportance(a.env!, b.env!))}
            points={gridOf(counted, widthMs)}
            widthMs={widthMs}
            by={by}
          />
        )
      }
    </Answered>
  );
}

interface Props {
  groups: MetricsGroup[];
  points: number[];
  widthMs: number;
  by: By;
}

function Charts({ groups, points, widthMs, by }: Props) {
  const things = by === 'step' ? 'steps' : 'runs';
  const common = { x: points, barWidth: widthMs, onBrush: useBrush(), together: 'metrics' };
  const byEnv = (value: (point: Point) => number | null): Series[] => linesByEnv(groups, points, value);
  const width = formatDuration(widthMs);
  return (
    <div className={css.charts}>
      <Panel
        title={`How many ${things} ended, and how?`}
        note={`For each ${width}. Draw over a stretch to look at it alone.`}
      >
        <Chart
          {...common}
          label={`Ended ${things}, for each ${width}`}
          format={formatCount}
          series={endings(groups, points)}
        />
      </Panel>
      <Panel title="What share failed, where?" note="Failed, of those that completed or failed.">
        <Chart
          {...common}
          label={`Share of failed ${things} by environment, for each ${width}`}
          format={(value) => formatRate(value)}
          series={byEnv(({ successRate }) => (successRate === null ? null : 1 - successRate))}
        />
      </Panel>
      <Panel title="How long did 95 of 100 take at most?" note={`p95 of the ${things} that completed, waits included.`}>
        <Chart
          {...common}
          label={`p95 of durations by environment, for each ${width}`}
          format={formatDuration}
          series={byEnv(({ durationMs }) => durationMs?.p95 ?? null)}
        />
      </Panel>
      <Panel
        title="How often was a step tried again?"
        note={`Retries for each ${by === 'step' ? 'start of a step' : 'run'} that started.`}
      >
        <Chart
          {...common}
          label={`Retries for each start by environment, for each ${width}`}
          format={(value) => value.toFixed(2)}
          series={byEnv(({ retryRate }) => retryRate)}
        />
      </Panel>
      <Durations groups={groups} things={things} />
    </div>
  );
}

/** null where nothing happened: a line that goes on there would be made up. */
export function linesByEnv(
  groups: readonly MetricsGroup[],
  points: readonly number[],
  value: (point: Point) => number | null,
): Series[] {
  const looks = looksOf(groups.map(({ env }) => env!));
  return groups.map(({ env, series }, index) => ({
    name: env!,
    ...looks[index]!,
    as: 'line',
    values: onGrid(series ?? [], points, value, null),
  }));
}

const ENDINGS = [
  { name: 'completed', tone: 'completed' },
  { name: 'cancelled', tone: 'quiet' },
  { name: 'failed', tone: 'failed' },
] as const;

function endings(groups: readonly MetricsGroup[], points: readonly number[]): Series[] {
  return ENDINGS.map(({ name, tone }) => {
    const each = groups.map(({ series }) => onGrid(series ?? [], points, (point) => point[name], 0));
    return {
      name,
      tone,
      as: 'bars',
      values: points.map((_, at) => each.reduce((sum, values) => sum + values[at]!, 0)),
    };
  });
}
