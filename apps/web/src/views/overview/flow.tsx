/** How much ran over time, and which share of it failed. A stretch drawn over becomes the range of the page. */
import { useBrush } from '../../frame/scope.ts';
import { formatCount, formatRate } from '../../time/format.ts';
import { Chart } from '../../ui/chart.tsx';
import { Answered } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { courseOf, failedShares, outcomes, useCourse } from '../failures/use-course.ts';
import css from './overview.module.css';

export function Flow() {
  const { asked, ms } = useCourse();
  const brush = useBrush();
  const shared = { barWidth: ms, height: 150, onBrush: brush, together: 'overview' };
  return (
    <div className={css.columns}>
      <Panel title="How much ran, and how did it end?">
        <Answered query={asked} what="Throughput" rows={1} height={190}>
          {(data) => {
            const course = courseOf(data, ms);
            return (
              <Chart
                label="Runs that ended, over time, by outcome"
                x={course.grid}
                series={outcomes(course)}
                format={formatCount}
                {...shared}
              />
            );
          }}
        </Answered>
      </Panel>
      <Panel title="Which share failed?">
        <Answered query={asked} what="The failure rates" rows={1} height={190}>
          {(data) => {
            const course = courseOf(data, ms);
            return (
              <Chart
                label="Share of the ended runs that failed, over time, by environment"
                x={course.grid}
                series={failedShares(course)}
                format={formatRate}
                {...shared}
              />
            );
          }}
        </Answered>
      </Panel>
    </div>
  );
}
