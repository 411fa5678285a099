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
import { Environments, GroupLink, RunLink, Trend } from './parts.tsx';

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
  return (
    <Answered query={asked} what="The errors" rows={10}>
      {({ pages }) => {
        const groups = pages.flatMap((page) => page.groups);
        const { range, trendPartMs } = pages[0]!;
        if (groups.length === 0) return <Empty title={none} />;
        return (
          <>
            <DataTable
              label="Errors, the most frequent first"
              columns={columnsOf(range, trendPartMs)}
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

function columnsOf(range: { since: string; until: string }, trendPartMs: number): Column<ErrorGroup>[] {
  return [
    { id: 'message', head: 'Error', cell: (group) => <GroupLink group={group} />, cut: true },
    {
      id: 'new',
      head: <span className="only-read">New</span>,
      cell: (group) => isNew(group, range) && <Status status="new error" />,
    },
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
    { id: 'envs', head: 'Where', cell: ({ envs }) => <Environments envs={envs} /> },
    { id: 'services', head: 'Services', cell: ({ services }) => services.join(', '), cut: true },
    { id: 'names', head: 'Workflows', cell: ({ workflowNames }) => workflowNames.join(', '), cut: true },
    { id: 'first', head: 'First seen', number: true, cell: ({ firstSeen }) => <Ago at={firstSeen} /> },
    { id: 'last', head: 'Last seen', number: true, cell: ({ lastSeen }) => <Ago at={lastSeen} /> },
    { id: 'sample', head: 'Newest run', cell: ({ sample }) => <RunLink of={sample} most={16} /> },
  ];
}
