/** When what sleeps or waits for a retry is due. */
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { ask } from '../../api/queries.ts';
import { formatCount } from '../../time/format.ts';
import { Chart } from '../../ui/chart.tsx';
import { Answered } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ONLY_CHOSEN, Segments } from '../../ui/segments.tsx';
import { useActiveFilter } from './active-filter.ts';
import { bucketsOf } from './forecast-buckets.ts';
import { FORECAST_HOURS } from './search.ts';
import css from './active.module.css';

const CHART_HEIGHT = 120;

export function Forecast() {
  const { hours = '3' } = useSearch({ from: '/active' });
  const query = useQuery(ask('GET /v1/active/forecast', { query: { ...useActiveFilter(), hours: Number(hours) } }));
  return (
    <Panel
      title="When does what waits go on?"
      aside={
        <Segments label="How far ahead">
          {FORECAST_HOURS.map((each) => (
            <Link
              key={each}
              from="/active"
              to="/active"
              search={(before) => ({ ...before, hours: each === '3' ? undefined : each })}
              activeOptions={ONLY_CHOSEN}
              aria-current={each === hours ? 'true' : undefined}
            >
              {each} h
            </Link>
          ))}
        </Segments>
      }
    >
      <Answered query={query} what="The forecast" rows={1} height={CHART_HEIGHT + 40}>
        {({ minutes, asOf }) => {
          const { at, widthMs, resumes, retries } = bucketsOf(minutes, Date.parse(asOf), Number(hours));
          const due = minutes.reduce((sum, minute) => sum + minute.resumes + minute.retries, 0);
          if (due === 0) return <p className={css.calm}>Nothing that waits is due in the next {hours} h.</p>;
          return (
            <Chart
              label={`Runs that are due in the next ${hours} h, for each ${widthMs / 60_000} min`}
              x={at}
              barWidth={widthMs}
              height={CHART_HEIGHT}
              format={formatCount}
              series={[
                { name: 'sleeps that end', tone: 'paused', values: resumes, as: 'bars' },
                { name: 'retries', tone: 'quiet', values: retries, as: 'bars' },
              ]}
            />
          );
        }}
      </Answered>
    </Panel>
  );
}
