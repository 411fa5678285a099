/** What is asked of failures in more than one place, as options of TanStack Query. Without React: the first view asks before that is there. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { client } from '../../api/client.ts';
import { ask, type Query } from '../../api/queries.ts';
import { intervalFor } from '../../time/range.ts';

export type FailureFilter = Omit<Query<'GET /v1/failures'>, 'limit' | 'cursor'>;

/** Pages of failed runs. Not live: the list stays still while it is read. */
export function failureListQuestion(filter: FailureFilter, limit: number) {
  return infiniteQueryOptions({
    queryKey: ['GET /v1/failures', filter, limit] as const,
    queryFn: ({ pageParam, signal }) =>
      client.ask('GET /v1/failures', {
        query: {
          ...filter,
          limit,
          ...(pageParam !== null && { cursor: pageParam }),
        } satisfies Query<'GET /v1/failures'>,
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (before) => before,
    meta: { live: false },
    refetchOnWindowFocus: false,
  });
}

/** The run that began first of all that are stored. It does not change while somebody looks. */
export function oldestRunQuestion(scope: { env?: string[]; service?: string[] }) {
  const query = { ...scope, sort: 'started' as const, order: 'asc' as const, runs: 'all' as const, limit: 1 };
  return { ...ask('GET /v1/workflows', { query }, { live: false }), staleTime: Infinity };
}

type Counted = Pick<Query<'GET /v1/metrics'>, 'env' | 'service' | 'name' | 'since' | 'until'>;

/** What ran in each environment, as a series. `ms` is the width of a point. */
export function courseQuestion(counted: Counted, lengthMs: number) {
  const { interval, ms } = intervalFor(lengthMs, counted.service === undefined && counted.name === undefined);
  return { question: ask('GET /v1/metrics', { query: { ...counted, groupBy: ['env' as const], interval } }), ms };
}
