/** What the table of metrics shows of a group. */
import { Link } from '@tanstack/react-router';
import type { MetricsGroup } from '@wm/client';
import type { ReactNode } from 'react';
import { formatCount, formatRate } from '../../time/format.ts';
import { Environment } from '../../ui/environment.tsx';
import type { Column } from '../../ui/table.tsx';
import { Duration } from '../../ui/time.tsx';
import type { By } from './metrics-filter.ts';
import { SORTS } from './search.ts';
import type { Sort } from './sort-groups.ts';
import css from './metrics.module.css';

/** The names first, then the figures. */
export function columnsOf(by: By, sort: Sort): Column<MetricsGroup>[] {
  const head = (id: Sort, text: string): ReactNode => <SortHead id={id} sort={sort} text={text} />;
  return [
    ...nameColumns(by),
    {
      id: 'started',
      head: head('started', 'Started'),
      cell: (group) => <Rows group={group} count={group.total.started} search={{}} />,
      number: true,
    },
    {
      id: 'completed',
      head: 'Completed',
      cell: (group) => <Rows group={group} count={group.total.completed} search={{ status: ['completed'] }} />,
      number: true,
    },
    {
      id: 'failed',
      head: head('failed', 'Failed'),
      cell: (group) => <Rows group={group} count={group.total.failed} search={{ status: ['failed'] }} bad />,
      number: true,
    },
    {
      id: 'rate',
      head: head('rate', 'Share failed'),
      cell: ({ total }) => <FailedShare rate={total.successRate} />,
      number: true,
    },
    ...(by === 'step' ? [] : [throughput]),
    {
      id: 'retries',
      head: head('retries', 'Retries'),
      cell: (group) => (
        <Rows
          group={group}
          count={group.total.retries}
          search={{ hasRetries: 'true', sort: 'retries', order: 'desc' }}
        />
      ),
      number: true,
    },
    {
      id: 'retryRate',
      head: by === 'step' ? 'for each start' : 'for each run',
      cell: ({ total }) => (total.retryRate === null ? <None /> : total.retryRate.toFixed(2)),
      number: true,
    },
    { id: 'p50', head: head('p50', 'p50'), cell: (group) => <Percentile group={group} of="p50" />, number: true },
    ...(by === 'step' ? [] : [p90]),
    { id: 'p95', head: head('p95', 'p95'), cell: (group) => <Percentile group={group} of="p95" />, number: true },
    { id: 'p99', head: head('p99', 'p99'), cell: (group) => <Percentile group={group} of="p99" />, number: true },
  ];
}

/** Where a step has its names in the table, too, there is no room for these. */
const throughput: Column<MetricsGroup> = {
  id: 'throughput',
  head: 'Ended / min',
  cell: ({ total }) => perMinute(total.throughputPerMinute),
  number: true,
};

const p90: Column<MetricsGroup> = {
  id: 'p90',
  head: 'p90',
  cell: (group) => <Percentile group={group} of="p90" />,
  number: true,
};

/** A column head that orders the rows, the largest first. */
function SortHead({ id, sort, text }: { id: Sort; sort: Sort; text: string }) {
  const chosen = id === sort;
  return (
    <Link
      from="/statistics"
      to="/statistics"
      search={(before) => ({ ...before, sort: id === SORTS[0] ? undefined : id })}
      className={css.sort}
      aria-current={chosen ? 'true' : undefined}
      title={chosen ? 'The largest first' : 'Order by this, the largest first'}
    >
      {text}
      <span aria-hidden="true">{chosen ? ' ↓' : ''}</span>
    </Link>
  );
}

function nameColumns(by: By): Column<MetricsGroup>[] {
  const env: Column<MetricsGroup> = {
    id: 'env',
    head: 'Environment',
    cell: ({ env: name }) =>
      name === null ? null : (
        <Link
          from="/statistics"
          to="/statistics"
          search={(before) => ({ ...before, env: [name] })}
          data-row={by === 'env' ? '' : undefined}
        >
          <Environment env={name} />
        </Link>
      ),
  };
  const service: Column<MetricsGroup> = {
    id: 'service',
    head: 'Service',
    cell: ({ service: name }) => <ServiceLink name={name!} main={by === 'service'} />,
  };
  const name: Column<MetricsGroup> = {
    id: 'name',
    head: 'Workflow',
    cell: ({ name: called, service: of }) => (
      <span className={css.names}>
        <Link
          from="/statistics"
          to="/statistics"
          search={(before) => ({ ...before, name: [called!], ...(by === 'name' && { by: 'step' as const }) })}
          data-row={by === 'name' ? '' : undefined}
          className={by === 'name' ? 'link' : undefined}
        >
          {called}
        </Link>
        <ServiceLink name={of!} main={false} />
      </span>
    ),
  };
  const step: Column<MetricsGroup> = {
    id: 'step',
    head: 'Step',
    cell: ({ step: called }) =>
      called === null ? null : (
        <Link
          from="/statistics"
          to="/statistics"
          search={(before) => ({ ...before, steps: [called] })}
          data-row=""
          className="link"
        >
          {called}
        </Link>
      ),
    cut: true,
  };
  return { env: [env], service: [service, env], name: [name, env], step: [step, env, name] }[by];
}

/** Of services: leads to its workflows. Elsewhere: narrows to it. */
function ServiceLink({ name, main }: { name: string; main: boolean }) {
  return (
    <Link
      from="/statistics"
      to="/statistics"
      search={(before) => ({ ...before, service: [name], ...(main && { by: 'name' as const }) })}
      data-row={main ? '' : undefined}
      className={main ? 'link' : 'faint'}
    >
      {name}
    </Link>
  );
}

interface RowsSearch {
  status?: ('completed' | 'failed')[];
  hasRetries?: 'true';
  sort?: 'retries' | 'duration';
  order?: 'desc';
}

/** A number that leads to the runs it counts. Of steps, to the runs that have the step. */
function Rows({
  group,
  count,
  search,
  bad = false,
}: {
  group: MetricsGroup;
  count: number;
  search: RowsSearch;
  bad?: boolean;
}) {
  const { env, service, name, step } = group;
  const own = step === null ? search : { step, ...(search.hasRetries !== undefined && search) };
  return (
    <Link
      to="/workflows"
      search={{
        ...(env !== null && { env: [env] }),
        ...(service !== null && { service: [service] }),
        ...(name !== null && { name: [name] }),
        ...own,
        runs: 'all',
        ...(search.status !== undefined && { time: 'ended' as const }),
      }}
      className={count === 0 ? 'faint' : bad ? css.bad : undefined}
    >
      {formatCount(count)}
    </Link>
  );
}

function Percentile({ group, of }: { group: MetricsGroup; of: 'p50' | 'p90' | 'p95' | 'p99' }) {
  const durations = group.total.durationMs;
  if (durations === null) return <None />;
  return (
    <span title={`Of ${formatCount(durations.samples)} that completed, right within 2 %`}>
      <Duration ms={durations[of]} />
    </span>
  );
}

function FailedShare({ rate }: { rate: number | null }) {
  if (rate === null) return <None />;
  return <span className={rate < 1 ? undefined : 'faint'}>{formatRate(1 - rate)}</span>;
}

function None() {
  return <span className="faint">–</span>;
}

function perMinute(rate: number): string {
  return rate === 0 ? '0' : rate < 0.01 ? '< 0.01' : rate < 10 ? rate.toFixed(2) : formatCount(rate);
}
