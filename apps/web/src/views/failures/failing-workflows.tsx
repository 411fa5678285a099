/** How often each workflow failed in the range. */
import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import type { FailingWorkflow } from '@wm/client';
import { ask, type Query } from '../../api/queries.ts';
import { formatCount } from '../../time/format.ts';
import { Answered, Empty } from '../../ui/notice.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Ago } from '../../ui/time.tsx';
import { ENVIRONMENT_HEADS, sortedByEnvironment } from './by-environment.tsx';
import css from './shared.module.css';

const MOST = 200;

export function FailingWorkflows({ query, none }: { query: Query<'GET /v1/failures/workflows'>; none: string }) {
  const asked = useQuery(ask('GET /v1/failures/workflows', { query: { ...query, limit: MOST } }));
  return (
    <Answered query={asked} what="The failing workflows" rows={10}>
      {({ workflows, nextCursor }) =>
        workflows.length === 0 ? (
          <Empty title={none} />
        ) : (
          <>
            <DataTable
              label="Workflows that failed by environment, the most frequent first"
              rows={sortedByEnvironment(workflows)}
              rowKey={({ env, serviceKey, workflowName }) => JSON.stringify([env, serviceKey, workflowName])}
              columns={COLUMNS}
              groups={ENVIRONMENT_HEADS}
            />
            {nextCursor !== null && <p className={css.more}>The {MOST} that failed most are shown.</p>}
          </>
        )
      }
    </Answered>
  );
}

const COLUMNS: Column<FailingWorkflow>[] = [
  { id: 'service', head: 'Service', cell: ({ serviceKey }) => serviceKey, cut: true },
  {
    id: 'name',
    head: 'Workflow',
    cut: true,
    cell: ({ env, serviceKey, workflowName }) => (
      <Link
        to="/failures"
        search={{ by: 'error', env: [env], service: [serviceKey], name: [workflowName] }}
        data-row=""
      >
        {workflowName}
      </Link>
    ),
  },
  {
    id: 'count',
    head: 'Failed runs',
    number: true,
    cell: ({ env, serviceKey, workflowName, count }) => (
      <Link to="/failures" search={{ by: 'time', env: [env], service: [serviceKey], name: [workflowName] }}>
        {formatCount(count)}
      </Link>
    ),
  },
  { id: 'kinds', head: 'Different errors', number: true, cell: (row) => formatCount(row.errorGroups) },
  { id: 'last', head: 'Last failure', number: true, cell: (row) => <Ago at={row.lastMinute} /> },
];
