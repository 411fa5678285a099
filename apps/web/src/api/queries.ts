/** What views ask the api, as options of TanStack Query: one key for one question. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ApiProblem, type Routes } from '@wm/client';
import { client } from './client.ts';

type Name = keyof Routes;
export type Answer<N extends Name> = Routes[N]['answer'];
export type Query<N extends Name> = Routes[N]['query'];

interface Asked<N extends Name> {
  path?: Routes[N]['path'];
  query?: Routes[N]['query'];
}

export interface AskOptions {
  /** false: asked again only by hand, never because something changed somewhere. */
  live?: boolean;
  enabled?: boolean;
  /** Asked again when this is another one: for a large answer that changes with one thing only. Goes with `live: false`. */
  version?: string;
}

/** A question on the screen is asked again at the latest after this time: what is overdue changes with time alone. */
export const ASKED_AGAIN_MS = 15_000;

/**
 * One question to one route. While its parameters change, the answer before stays in place, so that nothing jumps.
 *
 * @param route as in the document of the api, such as 'GET /v1/services'
 */
export function ask<N extends Name>(
  route: N,
  asked: Asked<N> = {},
  { live = true, enabled = true, version }: AskOptions = {},
) {
  return queryOptions({
    queryKey: [route, asked, version] as const,
    queryFn: ({ signal }) => client.ask(route, { ...asked, signal } as Parameters<typeof client.ask<N>>[1]),
    placeholderData: keepPreviousData,
    meta: { live },
    enabled,
    refetchInterval: live ? ASKED_AGAIN_MS : false,
  });
}

/** A problem that another try can mend: the api or the network was away. What it refuses, it refuses again. */
export function isPassing(error: unknown): boolean {
  return !(error instanceof ApiProblem) || error.status >= 500 || error.status === 429;
}
