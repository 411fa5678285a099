/** The question that the address asks. Pure. */
import type { Query } from '../../api/queries.ts';
import type { GlobalSearch } from '../../url/search.ts';
import { rangeOf, rangeQuery } from '../../time/range.ts';
import type { WorkflowsSearch } from './search.ts';

export type ListQuery = NonNullable<Query<'GET /v1/workflows'>>;

/** Rows of a page: some screens of them. */
export const PAGE_ROWS = 100;

/**
 * @param anchorMs what a range like "last hour" is counted from. It stays while the list is read, so that rows do not drop out at
 *   the end, and moves when the newest are asked for.
 */
export function questionOf(search: WorkflowsSearch & GlobalSearch, anchorMs: number): ListQuery {
  const { range, since, until, time, columns: _columns, minDurationMs, maxDurationMs, ...filters } = search;
  // An id that was pasted is looked for everywhere, not only in the last day.
  const isBounded = search.search === undefined || range !== undefined || since !== undefined;
  const bounds = rangeQuery(rangeOf({ range, since, until }, anchorMs));
  return withoutAbsent({
    ...filters,
    ...(isBounded && (time === 'ended' ? endedIn(bounds) : bounds)),
    minDurationMs: numberOf(minDurationMs),
    maxDurationMs: numberOf(maxDurationMs),
  });
}

function endedIn({ since, until }: { since: string; until?: string }): ListQuery {
  return { finishedSince: since, ...(until !== undefined && { finishedUntil: until }) };
}

function numberOf(text: string | undefined): number | undefined {
  const number = Number(text);
  return text === undefined || !Number.isFinite(number) || number < 0 ? undefined : Math.round(number);
}

/** What is undefined is not asked for, and not part of the key that an answer is kept under. */
function withoutAbsent<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
