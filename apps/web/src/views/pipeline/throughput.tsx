/** What came through, minute by minute. */
import { useQuery } from '@tanstack/react-query';
import { ask } from '../../api/queries.ts';
import { useScope } from '../../frame/scope.ts';
import { useNow } from '../../time/clock.ts';
import { formatCount } from '../../time/format.ts';
import { Chart } from '../../ui/chart.tsx';
import { Answered } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';

const MINUTE = 60_000;
const MINUTES = 60;

export function Throughput() {
  const until = Math.floor(useNow(MINUTE) / MINUTE) * MINUTE + MINUTE;
  const since = until - MINUTES * MINUTE;
  const asked = {
    ...useScope(),
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    interval: '1m' as const,
  };
  const runs = useQuery(ask('GET /v1/metrics', { query: asked }));
  const steps = useQuery(ask('GET /v1/metrics', { query: { ...asked, of: 'steps' } }));
  const points = Array.from({ length: MINUTES }, (_, minute) => since + minute * MINUTE);
  return (
    <Panel
      title="How much comes through?"
      note="The last hour, for each minute of the events' own time, counted in the state. How many events ingest takes in and workers fold is told by their own /metrics."
    >
      <Answered query={runs} what="The throughput" rows={1} height={180}>
        {({ groups }) => (
          <Chart
            label="Runs and steps for each minute of the last hour"
            x={points}
            barWidth={MINUTE}
            height={120}
            format={formatCount}
            series={[
              { name: 'runs started', tone: 'running', as: 'line', values: course(groups, points, 'started') },
              { name: 'runs ended', tone: 'accent', as: 'line', dashed: true, values: course(groups, points, 'ended') },
              {
                name: 'steps started',
                tone: 'quiet',
                as: 'line',
                values: course(steps.data?.groups ?? [], points, 'started'),
              },
            ]}
          />
        )}
      </Answered>
    </Panel>
  );
}

interface Counted {
  series: { at: string; started: number; completed: number; failed: number; cancelled: number }[] | null;
}

function course(groups: readonly Counted[], points: readonly number[], what: 'started' | 'ended'): number[] {
  const sums = new Map<number, number>();
  for (const { series } of groups)
    for (const point of series ?? []) {
      const at = Date.parse(point.at);
      const count = what === 'started' ? point.started : point.completed + point.failed + point.cancelled;
      sums.set(at, (sums.get(at) ?? 0) + count);
    }
  return points.map((point) => sums.get(point) ?? 0);
}
