/** A list of failures that does not move while it is read: what fails meanwhile is counted, and shown when it is asked for. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { WorkflowListItem } from '@wm/client';
import { useChanges, type ChangedRuns } from '../../api/live.tsx';
import { client } from '../../api/client.ts';
import { serverNow } from '../../time/clock.ts';
import { rangeOf, rangeQuery } from '../../time/range.ts';
import { failureListQuestion, type FailureFilter } from './questions.ts';

/** A range by presets as it was when the list was opened: its pages would all be read again each minute. */
export function useHeldRange(): { since: string; until?: string } {
  const { range, since, until } = useSearch({ strict: false });
  return useMemo(() => rangeQuery(rangeOf({ range, since, until }, serverNow())), [range, since, until]);
}

export function useFailureList(filter: FailureFilter, limit: number) {
  const asked = useInfiniteQuery(failureListQuestion(filter, limit));
  const failures = useMemo(() => asked.data?.pages.flatMap((page) => page.failures) ?? [], [asked.data]);
  const { fresh, forget } = useFresh(filter, failures, asked.isSuccess);
  const show = (): void => {
    forget();
    void asked.refetch();
  };
  return { asked, failures, fresh, show };
}

/** Ids of failures that are not in the list, as far as they were told; 'some': there are, and nobody counted them. */
function useFresh(filter: FailureFilter, failures: readonly WorkflowListItem[], read: boolean) {
  // Kept with the filter that it is about: another one begins at none.
  const about = JSON.stringify(filter);
  const [told, setTold] = useState<{ about: string; fresh: Fresh }>({ about, fresh: NONE });
  const fresh = told.about === about ? told.fresh : NONE;
  const known = useRef(failures);
  useEffect(() => {
    known.current = failures;
  });
  /** The stream says neither steps nor texts, nor what it skipped: is the newest failure in the list? */
  const look = async (): Promise<void> => {
    const { failures: newest } = await client.ask('GET /v1/failures', { query: { ...filter, limit: 1 } });
    if (newest.some(({ id }) => !known.current.some((each) => each.id === id))) setTold({ about, fresh: 'some' });
  };
  useChanges((changed) => {
    if (!read || filter.until !== undefined) return;
    const failed = failedIn(changed, filter).filter((id) => !failures.some((failure) => failure.id === id));
    if (changed.many || (failed.length > 0 && (filter.errorStep ?? filter.error) !== undefined)) {
      // Where that fails, the page says elsewhere that the api is not reached.
      look().catch(() => {});
    } else if (failed.length > 0 && fresh !== 'some') setTold({ about, fresh: new Set([...fresh, ...failed]) });
  });
  return { fresh: fresh === 'some' ? fresh : fresh.size, forget: () => setTold({ about, fresh: NONE }) };
}

type Fresh = ReadonlySet<string> | 'some';

const NONE: ReadonlySet<string> = new Set();

/** Failed runs among what changed, as far as the stream tells enough of them. */
function failedIn({ runs }: ChangedRuns, { name, errorGroup }: FailureFilter): string[] {
  return runs
    .filter((run) => run.status === 'failed')
    .filter((run) => name === undefined || name.includes(run.workflowName))
    .filter((run) => errorGroup === undefined || run.errorGroup === errorGroup)
    .map(({ id }) => id);
}
