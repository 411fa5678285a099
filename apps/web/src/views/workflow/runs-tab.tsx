/** The other runs of the same id. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Run } from '@wm/client';
import { client } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { Answered } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Ago, Duration, Instant } from '../../ui/time.tsx';
import { formatCount } from '../../time/format.ts';
import { pathOf, runTarget, type Detail } from './run-detail.ts';

const ROUTE = 'GET /v1/workflows/{env}/{service}/{workflowId}/runs';

export function RunsTab({ detail: { workflow } }: { detail: Detail }) {
  const path = pathOf(workflow);
  const query = useInfiniteQuery({
    queryKey: [ROUTE, path, 'all'],
    queryFn: ({ pageParam, signal }) =>
      client.ask(ROUTE, { path, query: { limit: 100, ...(pageParam !== null && { cursor: pageParam }) }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  return (
    <Panel
      title="When did this id run?"
      note="Clients use ids again. Each start is a run of its own; the newest is what lists show."
    >
      <Answered query={query} what="The runs" rows={4}>
        {({ pages }) => (
          <>
            <DataTable
              label="Runs of this id, newest first"
              columns={columnsOf(workflow.run)}
              rows={pages.flatMap(({ runs }) => runs)}
              rowKey={({ id }) => id}
            />
            {query.hasNextPage && (
              <Button onClick={() => void query.fetchNextPage()} disabled={query.isFetchingNextPage}>
                {query.isFetchingNextPage ? 'Reading …' : 'Earlier runs'}
              </Button>
            )}
          </>
        )}
      </Answered>
    </Panel>
  );
}

function columnsOf(shown: number): Column<Run>[] {
  return [
    {
      id: 'run',
      head: 'Run',
      cell: (run) => (
        <Link {...runTarget(run)} data-row="" className="link" aria-current={run.run === shown ? 'true' : undefined}>
          {run.run}
          {run.run === shown && ' (this one)'}
        </Link>
      ),
    },
    {
      id: 'status',
      head: 'State',
      cell: (run) => <Status status={run.status} pauseReason={run.pauseReason} activityState={run.activityState} />,
    },
    {
      id: 'started',
      head: 'Started',
      cell: ({ startedAt }) => (
        <>
          <Instant at={startedAt} none="never arrived" />{' '}
          <span className="faint">{startedAt && <Ago at={startedAt} />}</span>
        </>
      ),
    },
    { id: 'took', head: 'Took', cell: ({ durationMs }) => <Duration ms={durationMs} />, number: true },
    { id: 'steps', head: 'Steps', cell: (run) => formatCount(run.completedStepCount), number: true },
    { id: 'retries', head: 'Retries', cell: (run) => formatCount(run.retryCount), number: true },
    {
      id: 'events',
      head: 'Events',
      cell: (run) => <Link {...runTarget(run, 'events')}>{formatCount(run.eventCount)}</Link>,
      number: true,
    },
    { id: 'error', head: 'Failed in', cell: ({ errorStepName }) => errorStepName ?? '', cut: true },
    { id: 'gaps', head: 'Missing', cell: ({ gaps }) => gaps.join(', ') },
    {
      id: 'compare',
      head: <span className="only-read">Compare</span>,
      cell: (run) =>
        run.run === shown ? null : (
          <Link
            to="/workflows/$env/$service/$workflowId"
            params={pathOf(run)}
            search={{ run: String(shown), tab: 'compare', with: withOf(run) }}
            className="link"
          >
            compare
          </Link>
        ),
    },
  ];
}

/** How an address names the run to compare with. */
export function withOf({
  env,
  serviceKey,
  workflowId,
  run,
}: Pick<Run, 'env' | 'serviceKey' | 'workflowId' | 'run'>): string {
  return [env, serviceKey, workflowId, String(run)].map(encodeURIComponent).join('/');
}
