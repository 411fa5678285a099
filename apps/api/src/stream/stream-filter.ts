/** Which changed runs somebody wants to hear of. */
import type { WorkflowStatus } from '@wm/projection';
import type { ChangedRun, ReadScope } from '@wm/store';

export interface StreamFilter {
  scope: ReadScope;
  /** Any of these; empty: no limit. As all lists here. */
  envs: readonly string[];
  services: readonly string[];
  statuses: readonly WorkflowStatus[];
  names: readonly string[];
  /** Bounds of sortAt, milliseconds since the epoch: from `since` on, before `until`. */
  since: number | null;
  until: number | null;
  /** The beginning of a workflow id or execution id. */
  search: string | null;
  runs: 'latest' | 'all';
}

/**
 * match: as a list with this filter would show it; left: such a list may have shown it, and would not any more; null:
 * it is none of theirs.
 */
export function judge(filter: StreamFilter, run: ChangedRun): 'match' | 'left' | null {
  const { scope, envs, services, statuses, names, search } = filter;
  const isIn = (values: readonly string[], value: string): boolean => values.length === 0 || values.includes(value);
  const begins = search === null || run.workflowId.startsWith(search) || run.executionId?.startsWith(search) === true;
  const isTheirs =
    (scope.env === null || scope.env === run.env) &&
    (scope.serviceKey === null || scope.serviceKey === run.serviceKey) &&
    isIn(envs, run.env) &&
    isIn(services, run.serviceKey) &&
    isIn(names, run.workflowName) &&
    begins;
  if (!isTheirs) return null;
  const at = run.sortAt.getTime();
  const isShown =
    isIn(statuses, run.status) &&
    (filter.runs === 'all' || run.latest) &&
    (filter.since === null || at >= filter.since) &&
    (filter.until === null || at < filter.until);
  return isShown ? 'match' : 'left';
}
