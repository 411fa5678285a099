/** The course of both environments, in the same charts. */
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { ask } from '../../api/queries.ts';
import { useRange } from '../../frame/scope.ts';
import { formatDuration, formatRate } from '../../time/format.ts';
import { gridOf } from '../../time/series.ts';
import { Chart } from '../../ui/chart.tsx';
import { Answered } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Durations } from './durations.tsx';
import { linesByEnv } from './metrics-charts.tsx';
import { seriesQuestion } from './question.ts';
import css from './metrics.module.css';

export function CompareCharts({ left, right }: { left: string; right: string }) {
  const { service, name } = useSearch({ from: '/statistics' });
  const isWide = service === undefined && name === undefined;
  const { widthMs, since, until, interval } = seriesQuestion(useRange(), isWide ? 'whole' : 'some');
  const query = useQuery(
    ask('GET /v1/metrics', {
      query: {
        env: [left, right],
        groupBy: ['env'],
        since,
        until,
        interval,
        histogram: 'true',
        ...(service !== undefined && { service }),
        ...(name !== undefined && { name }),
      },
    }),
  );
  const width = formatDuration(widthMs);
  return (
    <Answered query={query} what="The course of both" rows={2} height={240}>
      {({ groups: found, range }) => {
        const points = gridOf(range, widthMs);
        const groups = [left, right].flatMap((env) => found.find((group) => group.env === env) ?? []);
        return (
          <div className={css.charts}>
            <Panel title="Since when does one fail more often?">
              <Chart
                label={`Share of failed runs in ${left} and ${right}, for each ${width}`}
                x={points}
                together="compare"
                format={formatRate}
                series={linesByEnv(groups, points, ({ successRate }) =>
                  successRate === null ? null : 1 - successRate,
                )}
              />
            </Panel>
            <Panel title="Since when does one take longer?">
              <Chart
                label={`Median duration in ${left} and ${right}, for each ${width}`}
                x={points}
                together="compare"
                format={formatDuration}
                series={linesByEnv(groups, points, ({ durationMs }) => durationMs?.p50 ?? null)}
              />
            </Panel>
            <Durations groups={groups} things="runs" />
          </div>
        );
      }}
    </Answered>
  );
}
