/** Failures of the range, grouped by what went wrong. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ErrorGroup } from '@wm/client';
import { client } from '../../api/client.ts';
import type { Query } from '../../api/queries.ts';
import { formatCount } from '../../time/format.ts';
import { Answered, Empty } from '../../ui/notice.tsx';
import { Status } from '../../ui/status.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Ago } from '../../ui/time.tsx';
import { isNew } from './growth.ts';
import { More } from './more.tsx';
import { useNewSince } from './use-new-since.ts';
import css from './shared.module.css';
import { Environments, GroupLink, Trend } from './parts.tsx';

const PAGE = 50;

/** Pages of groups, the most frequent first; counted over one range, whatever page. */
export function useErrorGroups(query: NonNullable<Query<'GET /v1/failures/groups'>>) {
  return useInfiniteQuery({
    queryKey: ['GET /v1/failures/groups', query],
    queryFn: ({ pageParam, signal }) =>
      client.ask('GET /v1/failures/groups', {
        query: { ...query, limit: PAGE, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (before) => before,
  });
}

export function ErrorGroups({ query, none }: { query: Parameters<typeof useErrorGroups>[0]; none: string }) {
  const asked = useErrorGroups(query);
  const newSince = useNewSince(asked.data?.pages[0]?.range);
  return (
    <Answered query={asked} what="The errors" rows={10}>
      {({ pages }) => {
        const groups = pages.flatMap((page) => page.groups);
        const { trendPartMs } = pages[0]!;
        if (groups.length === 0) return <Empty title={none} />;
        return (
          <>
            <DataTable
              label="Errors, the most frequent first"
              columns={columnsOf(newSince, trendPartMs)}
              rows={groups}
              rowKey={({ errorGroup }) => errorGroup}
            />
            <More asked={asked} shown={groups.length} what="errors" />
          </>
        );
      }}
    </Answered>
  );
}

function columnsOf(newSince: number | null, trendPartMs: number): Column<ErrorGroup>[] {
  return [
    { id: 'message', head: 'Error', cell: (group) => <GroupLink group={group} />, fill: true },
    {
      id: 'count',
      head: 'Failures',
      number: true,
      cell: ({ errorGroup, count }) => (
        <Link to="/failures/$group" params={{ group: errorGroup }} hash="runs">
          {formatCount(count)}
        </Link>
      ),
    },
    { id: 'trend', head: 'Trend', cell: ({ trend }) => <Trend trend={trend} partMs={trendPartMs} /> },
    { id: 'envs', head: 'Environments', cell: ({ envs }) => <Environments envs={envs} /> },
    { id: 'in', head: 'Workflows', cell: (group) => <Places group={group} />, cut: true },
    {
      id: 'first',
      head: 'First seen',
      number: true,
      cell: (group) => (
        <span className={css.first}>
          {isNew(group, newSince) && <Status status="new error" compact />} <Ago at={group.firstSeen} />
        </span>
      ),
    },
    { id: 'last', head: 'Last seen', number: true, cell: ({ lastSeen }) => <Ago at={lastSeen} /> },
  ];
}

/** By name where it is one, else how many; all of them on hover. */
function Places({ group: { services, workflowNames } }: { group: ErrorGroup }) {
  const all = `Services: ${services.join(', ')}. Workflows: ${workflowNames.join(', ')}.`;
  return (
    <span title={all}>
      {services.length === 1 ? services[0] : `${services.length} services`}
      <span className="soft">
        {' '}
        / {workflowNames.length === 1 ? workflowNames[0] : `${workflowNames.length} workflows`}
      </span>
    </span>
  );
}
