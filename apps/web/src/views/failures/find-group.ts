/** The figures of one error. The api has them only in its list of all errors of a range, so they are looked for there. */
import { queryOptions } from '@tanstack/react-query';
import type { ErrorGroup, WorkflowListItem } from '@wm/client';
import { client } from '../../api/client.ts';
import type { Answer, Query } from '../../api/queries.ts';

export interface FoundGroup {
  /** null: it did not happen in the range. */
  group: ErrorGroup | null;
  range: { since: string; until: string } | null;
  trendPartMs: number;
  /** Where it did not: the newest failure of it in any range; null: there is none. */
  newest: WorkflowListItem | null;
  asOf: string;
}

const PAGE = 200;
/** Beyond so many errors of one range it counts as not found there; its runs are shown all the same. */
const MOST_PAGES = 10;

export function findGroup(errorGroup: string, filter: NonNullable<Query<'GET /v1/failures/groups'>>) {
  return queryOptions({
    queryKey: ['failure group', errorGroup, filter],
    queryFn: ({ signal }) => find(errorGroup, filter, signal),
    placeholderData: (before) => before,
    // Up to some hundred errors are read for one: not again with every change.
    meta: { live: false },
    refetchInterval: 15_000,
  });
}

async function find(
  errorGroup: string,
  filter: NonNullable<Query<'GET /v1/failures/groups'>>,
  signal: AbortSignal,
): Promise<FoundGroup> {
  let cursor: string | null = null;
  let asOf = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    // The next page begins where this one ends.
    // oxlint-disable-next-line no-await-in-loop
    const answer: Answer<'GET /v1/failures/groups'> = await client.ask('GET /v1/failures/groups', {
      query: { ...filter, limit: PAGE, ...(cursor !== null && { cursor }) },
      signal,
    });
    const { groups, range, trendPartMs, nextCursor } = answer;
    asOf = answer.asOf;
    const group = groups.find((each) => each.errorGroup === errorGroup);
    if (group !== undefined) return { group, range, trendPartMs, newest: null, asOf };
    cursor = nextCursor;
    if (cursor === null) break;
  }
  const { since: _since, until: _until, ...scope } = filter;
  const { failures } = await client.ask('GET /v1/failures', { query: { ...scope, errorGroup, limit: 1 }, signal });
  return { group: null, range: null, trendPartMs: 0, newest: failures[0] ?? null, asOf };
}
