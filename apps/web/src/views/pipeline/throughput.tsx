/** What came through, minute by minute. */
import { useQuery } from '@tanstack/react-query';
import { ask, type Answer } from '../../api/queries.ts';
import { useScope } from '../../frame/scope.ts';
import { useNow } from '../../time/clock.ts';
import { formatCount } from '../../time/format.ts';
import { gridOf, onGrid } from '../../time/series.ts';
import { Chart } from '../../ui/chart.tsx';
import { Answered } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';

const MINUTE = 60_000;
const MINUTES = 60;

export function Throughput() {
  // Whole minutes: the running one would look like a drop.
  const until = useNow(MINUTE);
  const since = until - MINUTES * MINUTE;
  const asked = {
    ...useScope(),
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    interval: '1m' as const,
  };
  const runs = useQuery(ask('GET /v1/metrics', { query: asked }));
  const steps = useQuery(ask('GET /v1/metrics', { query: { ...asked, of: 'steps' } }));
  const points = gridOf(asked, MINUTE);
  return (
    <Panel title="Does it flow evenly?" note="Runs and steps of the last hour, for each minute of their own time.">
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

type Counted = Answer<'GET /v1/metrics'>['groups'];

function course(groups: Counted, points: readonly number[], what: 'started' | 'ended'): number[] {
  const value = (point: NonNullable<Counted[number]['series']>[number]): number =>
    what === 'started' ? point.started : point.completed + point.failed + point.cancelled;
  const each = groups.map(({ series }) => onGrid(series ?? [], points, value, 0));
  return points.map((_, at) => each.reduce((sum, values) => sum + values[at]!, 0));
}
