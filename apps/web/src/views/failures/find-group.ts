/** The figures of one error. */
import { queryOptions } from '@tanstack/react-query';
import type { ErrorGroup, WorkflowListItem } from '@wm/client';
import { client } from '../../api/client.ts';
import type { Query } from '../../api/queries.ts';

export interface FoundGroup {
  /** null: it did not happen in the range. */
  group: ErrorGroup | null;
  range: { since: string; until: string } | null;
  trendPartMs: number;
  /** Where it did not: the newest failure of it in any range; null: there is none. */
  newest: WorkflowListItem | null;
  asOf: string;
}

export function findGroup(errorGroup: string, filter: NonNullable<Query<'GET /v1/failures/groups'>>) {
  return queryOptions({
    queryKey: ['failure group', errorGroup, filter],
    queryFn: ({ signal }) => find(errorGroup, filter, signal),
    placeholderData: (before) => before,
  });
}

async function find(
  errorGroup: string,
  filter: NonNullable<Query<'GET /v1/failures/groups'>>,
  signal: AbortSignal,
): Promise<FoundGroup> {
  const { groups, range, trendPartMs, asOf } = await client.ask('GET /v1/failures/groups', {
    query: { ...filter, errorGroup: [errorGroup] },
    signal,
  });
  const [group] = groups;
  if (group !== undefined) return { group, range, trendPartMs, newest: null, asOf };
  const { since: _since, until: _until, ...scope } = filter;
  const { failures } = await client.ask('GET /v1/failures', { query: { ...scope, errorGroup, limit: 1 }, signal });
  return { group: null, range: null, trendPartMs: 0, newest: failures[0] ?? null, asOf };
}
