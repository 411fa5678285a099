/** How much ran over time, and which share of it failed. */
import { formatCount, formatRate } from '../../time/format.ts';
import { CourseChart } from '../failures/course-chart.tsx';
import { failedShares, outcomes, useCourse } from '../failures/use-course.ts';
import css from './overview.module.css';

export function Flow() {
  const shared = { course: useCourse(), height: 150, together: 'overview' };
  return (
    <div className={css.columns}>
      <CourseChart
        title="How much ran, and how did it end?"
        what="Throughput"
        label="Runs that ended, over time, by outcome"
        series={outcomes}
        format={formatCount}
        {...shared}
      />
      <CourseChart
        title="Which share failed?"
        what="The failure rates"
        label="Share of the ended runs that failed, over time, by environment"
        series={failedShares}
        format={formatRate}
        {...shared}
      />
    </div>
  );
}
