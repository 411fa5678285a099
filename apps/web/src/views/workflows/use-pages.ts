/** The rows of the list: pages that were read, kept up to date in place, and how many newer ones there are. */
import { useInfiniteQuery, useQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { StreamRun, WorkflowListItem } from '@wm/client';
import { client } from '../../api/client.ts';
import { useChanges } from '../../api/live.tsx';
import { ask, type Answer } from '../../api/queries.ts';
import { countNew } from './count-new.ts';
import { PAGE_ROWS, type ListQuery } from './list-question.ts';

type Page = Answer<'GET /v1/workflows'>;

/** Rows do not move while they are read: what changes is changed in its place, what is new is counted and waits. */
export function usePages(question: ListQuery) {
  const queries = useQueryClient();
  const queryKey = ['GET /v1/workflows', 'pages', question] as const;
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      client.ask('GET /v1/workflows', {
        query: { ...question, limit: PAGE_ROWS, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page) => page.nextCursor,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    meta: { live: false },
  });
  useChanges(({ runs }) => {
    if (runs.length === 0) return;
    queries.setQueryData<InfiniteData<Page, string | null>>(
      queryKey,
      (before) => before && changedInPlace(before, runs),
    );
  });
  // Asked again whenever anything changes: only the api can tell which of the new ones the filter shows.
  const { until: _until, ...openEnded } = question;
  const newest = useQuery(
    ask(
      'GET /v1/workflows',
      { query: { ...(question.until === undefined ? openEnded : question), limit: PAGE_ROWS } },
      { enabled: pages.isSuccess },
    ),
  );
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.workflows) ?? [], [pages.data]);
  const newCount = useMemo(() => countNew(rows, newest.data?.workflows ?? []), [rows, newest.data]);
  return { pages, rows, newCount, showNew: () => void queries.resetQueries({ queryKey }) };
}

function changedInPlace(
  before: InfiniteData<Page, string | null>,
  runs: StreamRun[],
): InfiniteData<Page, string | null> {
  const changed = new Map(runs.map((run) => [run.id, run]));
  const pages = before.pages.map((page) => {
    if (!page.workflows.some(({ id }) => changed.has(id))) return page;
    return { ...page, workflows: page.workflows.map((row) => withChange(row, changed.get(row.id))) };
  });
  return { ...before, pages };
}

/** The stream tells what a row needs most; the rest stays as it was read. */
function withChange(row: WorkflowListItem, run: StreamRun | undefined): WorkflowListItem {
  return run === undefined ? row : { ...row, ...(run as Partial<WorkflowListItem>) };
}
