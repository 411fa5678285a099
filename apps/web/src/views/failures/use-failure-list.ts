/** A list of failures that does not move while it is read: what fails meanwhile is counted, and shown when it is asked for. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useChanges, type ChangedRuns } from '../../api/live.tsx';
import { client } from '../../api/client.ts';
import type { Query } from '../../api/queries.ts';
import { serverNow } from '../../time/clock.ts';
import { rangeOf, rangeQuery } from '../../time/range.ts';

/** A range by presets as it was when the list was opened: its pages would all be read again each minute. */
export function useHeldRange(): { since: string; until?: string } {
  const { range, since, until } = useSearch({ strict: false });
  return useMemo(() => rangeQuery(rangeOf({ range, since, until }, serverNow())), [range, since, until]);
}

export interface FailureFilter {
  env?: string[];
  service?: string[];
  name?: string[];
  error?: string;
  errorGroup?: string;
  errorStep?: string;
  since?: string;
  until?: string;
}

export function useFailureList(filter: FailureFilter, limit: number) {
  const asked = useInfiniteQuery({
    queryKey: ['GET /v1/failures', filter, limit],
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
    staleTime: 0,
  });
  const failures = useMemo(() => asked.data?.pages.flatMap((page) => page.failures) ?? [], [asked.data]);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(() => new Set());
  const [unknown, setUnknown] = useState(false);
  useChanges((changed) => {
    const told = freshOf(changed, filter).filter((id) => !failures.some((failure) => failure.id === id));
    if (changed.many) setUnknown(true);
    if (told.some((id) => !fresh.has(id))) setFresh(new Set([...fresh, ...told]));
  });
  const show = (): void => {
    setFresh(new Set());
    setUnknown(false);
    void asked.refetch();
  };
  return { asked, failures, fresh: fresh.size, unknown, show };
}

/** Those that the stream tells more of than a filter by step or text could say are left to the list. */
function freshOf({ runs }: ChangedRuns, { name, errorGroup, until }: FailureFilter): string[] {
  if (until !== undefined) return [];
  return runs
    .filter((run) => run.status === 'failed')
    .filter((run) => name === undefined || name.includes(run.workflowName))
    .filter((run) => errorGroup === undefined || run.errorGroup === errorGroup)
    .map(({ id }) => id);
}
