/** The steps that failed for good in the range, whether or not the workflow caught it. */
import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import type { FailingStep } from '@wm/client';
import { ask, type Query } from '../../api/queries.ts';
import { formatCount } from '../../time/format.ts';
import { Answered, Empty } from '../../ui/notice.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Ago } from '../../ui/time.tsx';
import { ENVIRONMENT_HEADS, sortedByEnvironment } from './by-environment.tsx';
import css from './shared.module.css';

const MOST = 200;

export function FailingSteps({ query, none }: { query: Query<'GET /v1/failures/steps'>; none: string }) {
  const asked = useQuery(ask('GET /v1/failures/steps', { query: { ...query, limit: MOST } }));
  return (
    <Answered query={asked} what="The failing steps" rows={10}>
      {({ steps, nextCursor }) =>
        steps.length === 0 ? (
          <Empty title={none} />
        ) : (
          <>
            <DataTable
              label="Steps that failed by environment, the most frequent first"
              rows={sortedByEnvironment(steps)}
              rowKey={(row) => JSON.stringify([row.env, row.serviceKey, row.workflowName, row.stepName])}
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

const COLUMNS: Column<FailingStep>[] = [
  { id: 'service', head: 'Service', cell: ({ serviceKey }) => serviceKey, cut: true },
  { id: 'name', head: 'Workflow', cell: ({ workflowName }) => workflowName, cut: true },
  {
    id: 'step',
    head: 'Step',
    cut: true,
    cell: ({ env, serviceKey, workflowName, stepName }) => (
      <Link
        to="/failures"
        search={{
          by: 'time',
          env: [env],
          service: [serviceKey],
          name: [workflowName],
          errorStep: stepName,
        }}
        data-row=""
        title="Runs that failed because of it"
      >
        {stepName}
      </Link>
    ),
  },
  {
    id: 'count',
    head: 'Failed for good',
    number: true,
    cell: ({ env, serviceKey, workflowName, stepName, count }) => (
      <Link
        to="/workflows"
        search={{ env: [env], service: [serviceKey], name: [workflowName], step: stepName, runs: 'all' }}
        title="Runs that have this step; the name leads to those that failed because of it"
      >
        {formatCount(count)}
      </Link>
    ),
  },
  { id: 'last', head: 'Last failure', number: true, cell: (row) => <Ago at={row.lastMinute} /> },
];
