/** Errors that are new or become more. */
import { Link } from '@tanstack/react-router';
import type { ErrorGroup } from '@wm/client';
import type { Answer } from '../../api/queries.ts';
import { useRange } from '../../frame/scope.ts';
import { formatCount } from '../../time/format.ts';
import { rangeWords } from '../../time/range.ts';
import { Answered, Empty } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { growing, isNew, type Growth } from '../failures/growth.ts';
import { Environments, GroupLink, Trend } from '../failures/parts.tsx';
import { useNewSince } from '../failures/use-new-since.ts';

interface Props {
  groups: {
    data: Answer<'GET /v1/failures/groups'> | undefined;
    error: unknown;
    refetch: () => unknown;
  };
}

const MOST = 8;

export function Changes({ groups }: Props) {
  const words = rangeWords(useRange());
  const newSince = useNewSince(groups.data?.range);
  return (
    <Panel
      title="Which errors are new, or become more?"
      aside={
        <Link to="/failures" className="link">
          All errors
        </Link>
      }
    >
      <Answered query={groups} what="The errors" rows={4}>
        {(data) => {
          const found = growing(data.groups, newSince);
          if (found.length === 0) {
            const among = data.nextCursor === null ? '' : ` among the ${data.groups.length} most frequent`;
            if (newSince !== null) return <Empty title={`No error${among} is new or grew ${words}.`} />;
            return (
              <Empty title={`No error${among} grew ${words}.`}>
                Which are new nobody can say: nothing is known of the time before.
              </Empty>
            );
          }
          return (
            <DataTable
              label="Errors that are new or grew"
              columns={columnsOf(data, newSince)}
              rows={found.slice(0, MOST)}
              rowKey={({ errorGroup }) => errorGroup}
            />
          );
        }}
      </Answered>
    </Panel>
  );
}

function columnsOf(
  { trendPartMs }: Answer<'GET /v1/failures/groups'>,
  newSince: number | null,
): Column<ErrorGroup & Growth>[] {
  return [
    { id: 'error', head: 'Error', fill: true, cell: (group) => <GroupLink group={group} /> },
    {
      id: 'growth',
      head: '1st → 2nd half',
      number: true,
      cell: (group) =>
        isNew(group, newSince) ? (
          <Status status="new error" />
        ) : (
          `${formatCount(group.before)} → ${formatCount(group.since)}`
        ),
    },
    { id: 'trend', head: 'Trend', cell: ({ trend }) => <Trend trend={trend} partMs={trendPartMs} /> },
    { id: 'where', head: 'Where', cell: ({ envs }) => <Environments envs={envs} /> },
  ];
}
