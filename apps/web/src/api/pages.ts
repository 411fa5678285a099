/** Lists that are asked for page by page. */
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import type { Routes } from '@wm/client';
import { client } from './client.ts';
import { ASKED_AGAIN_MS, type Answer, type Query } from './queries.ts';

/** Routes whose answer names the next page. */
type Paged = {
  [Name in keyof Routes]: Routes[Name] extends { path: never; answer: { nextCursor: string | null } } ? Name : never;
}[keyof Routes];

/**
 * The pages of a list so far, for useInfiniteQuery. Live as `ask` is: when something changes they are asked for again, one after
 * the other, so that each goes on where the one before it ended.
 */
export function askPages<N extends Paged>(route: N, query: Query<N>) {
  return infiniteQueryOptions({
    queryKey: ['pages', route, query] as const,
    queryFn: ({ pageParam, signal }) =>
      client.ask(route, {
        query: { ...query, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      } as unknown as Parameters<typeof client.ask<N>>[1]) as Promise<Answer<N>>,
    initialPageParam: null as string | null,
    getNextPageParam: (last: Answer<N>) => (last as { nextCursor: string | null }).nextCursor,
    placeholderData: keepPreviousData,
    meta: { live: true },
    refetchInterval: ASKED_AGAIN_MS,
  });
}
