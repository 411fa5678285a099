/** The events of a run, page by page, and single ones by their id. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Event, Workflow } from '@wm/client';
import { client } from '../../../api/client.ts';
import { pathOf } from '../run-detail.ts';

const ROUTE = 'GET /v1/workflows/{env}/{service}/{workflowId}/events';

export interface EventFilter {
  type?: string[];
  step?: string;
  text?: string;
}

/** @param of its newest event and count are part of the question: with another one it is asked again */
export function useEvents(of: Workflow, filter: EventFilter, enabled = true) {
  const path = pathOf(of);
  return useInfiniteQuery({
    queryKey: [ROUTE, path, of.run, filter, of.lastEventId, of.eventCount],
    queryFn: ({ pageParam, signal }) =>
      client.ask(ROUTE, {
        path,
        query: { run: of.run, ...filter, limit: 200, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    enabled,
    placeholderData: (before) => before,
    meta: { live: false },
  });
}

/** An event never changes, but for being folded. */
export function useEvent(of: Workflow, id: string | undefined, known: readonly Event[]) {
  const path = pathOf(of);
  const found = known.find((event) => event.id === id);
  const query = useQuery({
    queryKey: [ROUTE, path, 'one', id],
    queryFn: async ({ signal }) => {
      const { events } = await client.ask(ROUTE, { path, query: { id: [id!] }, signal });
      return events[0] ?? null;
    },
    enabled: id !== undefined && found === undefined,
    staleTime: Infinity,
    meta: { live: false },
  });
  return found === undefined ? query : { ...query, data: found, error: null };
}
