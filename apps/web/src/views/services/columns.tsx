/** What is told of a service in one environment. */
import { Link } from '@tanstack/react-router';
import type { Service } from '@wm/client';
import { formatCount, formatRate } from '../../time/format.ts';
import { classNames } from '../../ui/class-names.ts';
import { Environment } from '../../ui/environment.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { Status } from '../../ui/status.tsx';
import type { Column } from '../../ui/table.tsx';
import { Ago, Duration } from '../../ui/time.tsx';
import type { InEnvironment } from '../overview/figures.ts';
import { seriesOf, type ServiceCourse } from './use-service-course.ts';
import css from './services.module.css';

export interface Row {
  service: Service;
  there: InEnvironment;
}

const only = ({ service, there }: Row) => ({ env: [there.env], service: [service.serviceKey] });

/** @param course undefined: not known (yet) */
export function serviceColumns(course: ServiceCourse | undefined): Column<Row>[] {
  return [...state(course), ...COUNTS, ...SPEED, ...FRESHNESS];
}

function state(course: ServiceCourse | undefined): Column<Row>[] {
  return [
    { id: 'env', head: 'Environment', cell: ({ there }) => <Environment env={there.env} /> },
    {
      id: 'health',
      head: 'Health',
      cell: ({ there: { health } }) => (
        <span className={css.health}>
          <Status status={health.state} /> <span className={css.reason}>{health.reason}</span>
        </span>
      ),
    },
    { id: 'course', head: 'Ended, of them failed', cell: (row) => <Course row={row} course={course} /> },
  ];
}

function Course({ row: { service, there }, course }: { row: Row; course: ServiceCourse | undefined }) {
  const series = course === undefined ? null : seriesOf(course, there.env, service.serviceKey);
  if (series === null) return <span className={css.course} />;
  return (
    <span className={css.course}>
      <Sparkline
        values={series.map(({ completed, failed, cancelled }) => completed + failed + cancelled)}
        failed={series.map(({ failed }) => failed)}
        width={108}
        label={`Runs that ended over time; ${formatCount(there.failed)} failed`}
      />
    </span>
  );
}

const COUNTS: Column<Row>[] = [
  {
    id: 'started',
    head: 'Started',
    number: true,
    cell: (row) => (
      <Link to="/workflows" search={{ ...only(row), runs: 'all' }}>
        {formatCount(row.there.started)}
      </Link>
    ),
  },
  {
    id: 'failed',
    head: 'Failed',
    number: true,
    cell: (row) => (
      <Link
        to="/failures"
        search={{ ...only(row), by: 'time' }}
        className={classNames(row.there.failed > 0 && css.failed)}
      >
        {formatCount(row.there.failed)}
      </Link>
    ),
  },
  {
    id: 'success',
    head: 'Success',
    number: true,
    cell: ({ there: { successRate } }) => (successRate === null ? <None /> : formatRate(successRate)),
  },
  {
    id: 'open',
    head: 'Open',
    number: true,
    cell: (row) => {
      const { running, paused, queued, pending } = row.there.open;
      return (
        <Link
          to="/active"
          search={only(row)}
          title={`${running} running, ${paused} paused, ${queued} queued, ${pending} pending`}
        >
          {formatCount(running + paused + queued + pending)}
        </Link>
      );
    },
  },
];

const SPEED: Column<Row>[] = [
  {
    id: 'p50',
    head: <abbr title="Half of those that completed took no longer">p50</abbr>,
    number: true,
    cell: ({ there }) => <Duration ms={there.durationMs?.p50 ?? null} />,
  },
  {
    id: 'p95',
    head: <abbr title="95 of 100 that completed took no longer">p95</abbr>,
    number: true,
    cell: ({ there }) => <Duration ms={there.durationMs?.p95 ?? null} />,
  },
  {
    id: 'retries',
    head: <abbr title="Retries of steps for each run that started">Retries a run</abbr>,
    number: true,
    cell: (row) =>
      row.there.retryRate === null ? (
        <None />
      ) : (
        <Link
          to="/workflows"
          search={{ ...only(row), hasRetries: 'true', runs: 'all' }}
          title={`${formatCount(row.there.retries)} retries`}
        >
          {row.there.retryRate.toFixed(2)}
        </Link>
      ),
  },
];

/** From its own time to its arrival; below so much it is as good as at once. */
const BEHIND_MS = 5_000;

const FRESHNESS: Column<Row>[] = [
  { id: 'last', head: 'Last event', number: true, cell: ({ there }) => <Ago at={there.lastEventAt} /> },
  {
    id: 'delay',
    head: <abbr title="From the newest event's own time to its arrival">Delay</abbr>,
    number: true,
    cell: ({ there: { lastDelayMs } }) =>
      lastDelayMs !== null && lastDelayMs < 0 ? (
        <span title="Its clock is ahead of the database">
          <Duration ms={lastDelayMs} />
        </span>
      ) : (
        <Duration ms={lastDelayMs} />
      ),
  },
  {
    id: 'behind',
    head: <abbr title="How long the oldest event waits that is stored and not yet in what you see">Behind</abbr>,
    number: true,
    cell: ({ there: { lagMs, pendingEvents } }) =>
      pendingEvents === 0 ? (
        <None />
      ) : (
        <Link to="/pipeline" className={classNames(lagMs > BEHIND_MS && css.behind)}>
          <Duration ms={lagMs} />
        </Link>
      ),
  },
];

function None() {
  return <span className="faint">–</span>;
}
