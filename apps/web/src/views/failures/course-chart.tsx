/** A chart of the course of a range. A stretch drawn over becomes the range of the page. */
import { useBrush } from '../../frame/scope.ts';
import { Chart, type Series } from '../../ui/chart.tsx';
import { Answered } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { courseOf, type Course, type useCourse } from './use-course.ts';

interface Props {
  /** The question that it answers. */
  title: string;
  /** What was asked, should it fail. */
  what: string;
  /** For who cannot see it. */
  label: string;
  course: ReturnType<typeof useCourse>;
  series: (course: Course) => Series[];
  format: (value: number) => string;
  height: number;
  /** Charts of one name share their cursor. */
  together: string;
}

export function CourseChart({ title, what, label, course: { asked, ms }, series, format, height, together }: Props) {
  const brush = useBrush();
  return (
    <Panel title={title}>
      <Answered query={asked} what={what} rows={1} height={height + 40}>
        {(data) => {
          const course = courseOf(data, ms);
          return (
            <Chart
              label={label}
              x={course.grid}
              series={series(course)}
              format={format}
              barWidth={ms}
              height={height}
              onBrush={brush}
              together={together}
            />
          );
        }}
      </Answered>
    </Panel>
  );
}
