/** What the page is about, as its address has it, and the names there are. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ask } from '../api/queries.ts';
import { useNow } from '../time/clock.ts';
import { rangeOf, rangeQuery, type Range } from '../time/range.ts';

/** A range by presets moves on once a minute. */
export function useRange(): Range {
  const { range, since, until } = useSearch({ strict: false });
  return rangeOf({ range, since, until }, useNow(60_000));
}

export { byImportance } from './environment-order.ts';

/** The filters that every question of a view takes: environments, services. */
export function useScope(): { env?: string[]; service?: string[] } {
  const { env, service } = useSearch({ strict: false });
  return { ...(env !== undefined && { env }), ...(service !== undefined && { service }) };
}

/** Scope and range, for the routes that count. */
export function useCounted(): { env?: string[]; service?: string[]; since: string; until?: string } {
  return { ...useScope(), ...rangeQuery(useRange()) };
}

/** What a chart calls when a stretch of it was drawn over: the page is about that time then. */
export function useBrush(): (since: number, until: number) => void {
  const navigate = useNavigate();
  return (since, until) =>
    void navigate({
      to: '.',
      search: (before) => ({
        ...before,
        range: undefined,
        since: new Date(since).toISOString(),
        until: new Date(until).toISOString(),
      }),
    });
}

/** The environments that were ever heard of, those that matter most first, with how fresh the picture is. */
export function useEnvironments() {
  return useQuery(ask('GET /v1/environments'));
}
