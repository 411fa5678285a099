/** How much fails in each environment: side by side, and over time. */
import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import type { MetricsGroup } from '@wm/client';
import { ask } from '../../api/queries.ts';
import { byImportance, useCounted, useRange } from '../../frame/scope.ts';
import { formatCount, formatRate } from '../../time/format.ts';
import { rangeWords } from '../../time/range.ts';
import { Environment } from '../../ui/environment.tsx';
import { Answered, Empty } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { CourseChart } from './course-chart.tsx';
import { failedShares, failuresByEnvironment, useCourse } from './use-course.ts';
import css from './shared.module.css';

/** @param name only workflows of these names */
export function FailureRates({ name }: { name: string[] | undefined }) {
  return (
    <div className={css.charts}>
      <SideBySide name={name} />
      <OverTime name={name} />
    </div>
  );
}

function SideBySide({ name }: { name: string[] | undefined }) {
  const query = { ...useCounted(), ...(name !== undefined && { name }), groupBy: ['env' as const] };
  const asked = useQuery(ask('GET /v1/metrics', { query }));
  return (
    <Panel title="How much fails in each environment?">
      <Answered query={asked} what="The failure rates" rows={4}>
        {({ groups }) => <RateTable groups={groups} name={name} />}
      </Answered>
    </Panel>
  );
}

function RateTable({ groups, name }: { groups: MetricsGroup[]; name: string[] | undefined }) {
  const words = rangeWords(useRange());
  if (groups.length === 0) return <Empty title={`Nothing ran ${words}.`} />;
  const rows = groups.toSorted((left, right) => byImportance(left.env ?? '', right.env ?? ''));
  const most = Math.max(...rows.map(({ total }) => shareOf(total) ?? 0));
  return (
    <DataTable
      label="Failure rate of each environment"
      columns={rateColumns(most, name)}
      rows={rows}
      rowKey={({ env }) => env ?? ''}
    />
  );
}

/** @param most the largest share of all rows */
function rateColumns(most: number, name: string[] | undefined): Column<MetricsGroup>[] {
  return [
    { id: 'env', head: 'Environment', cell: ({ env }) => <Environment env={env ?? ''} /> },
    {
      id: 'failed',
      head: 'Failed',
      number: true,
      cell: ({ env, total }) => (
        <Link
          to="/failures"
          search={{ by: 'time', env: [env ?? ''], ...(name !== undefined && { name }) }}
          aria-label={`${formatCount(total.failed)} failed in ${env}`}
        >
          {formatCount(total.failed)}
        </Link>
      ),
    },
    {
      id: 'ended',
      head: 'Ended',
      number: true,
      cell: ({ total }) => formatCount(total.completed + total.failed),
    },
    {
      id: 'rate',
      head: 'Share',
      number: true,
      cell: ({ total }) => {
        const share = shareOf(total);
        return share === null ? <span className="faint">–</span> : formatRate(share);
      },
    },
    {
      id: 'bar',
      head: <span className="only-read">Share, drawn</span>,
      cell: ({ total }) => <ShareBar share={shareOf(total)} most={most} />,
    },
  ];
}

/** Against the worst environment, so that small shares can be told apart. */
function ShareBar({ share, most }: { share: number | null; most: number }) {
  return (
    <span className={css.share} aria-hidden="true">
      <span style={{ width: `${most === 0 ? 0 : ((share ?? 0) / most) * 100}%` }} />
    </span>
  );
}

function shareOf({ successRate }: { successRate: number | null }): number | null {
  return successRate === null ? null : 1 - successRate;
}

function OverTime({ name }: { name: string[] | undefined }) {
  const shared = { course: useCourse(name), height: 130, together: 'failures' };
  return (
    <>
      <CourseChart
        title="When did they fail?"
        what="The failures over time"
        label="Failed runs over time, by environment"
        series={failuresByEnvironment}
        format={formatCount}
        {...shared}
      />
      <CourseChart
        title="Does a larger share fail?"
        what="The failure rates over time"
        label="Share of the ended runs that failed, over time, by environment"
        series={failedShares}
        format={formatRate}
        {...shared}
      />
    </>
  );
}
