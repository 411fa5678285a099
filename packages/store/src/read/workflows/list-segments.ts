import { DURATION, ENDED_AT, RETRIES, SORT_AT, UPDATED_AT, type OrderKey, type SortDirection } from './list-order.ts';
import {
  allById,
  canMatch,
  measuredByDuration,
  openByStart,
  openByUpdate,
  retriedByRetries,
  settledByUpdate,
  sourcesByEnd,
  sourcesByStart,
  unmeasuredByStart,
  type ListSource,
} from './list-source.ts';
import type { WorkflowFilter } from './workflow-filter.ts';

export const WORKFLOW_SORTS = ['started', 'finished', 'duration', 'updated', 'retries', 'id'] as const;
export type WorkflowSort = (typeof WORKFLOW_SORTS)[number];

/** A stretch of a list that has one order. What a sort knows no value of comes last, in a segment of its own, by its start. */
export interface ListSegment {
  /** Which of the sort's segments it is, whatever the filter leaves out: a cursor names it. */
  number: number;
  keys: readonly OrderKey[];
  /** Together they hold all of the segment that the filter can leave, each run once. */
  sources: ListSource[];
  /** What tells the rows of this segment from those of the others: true of every row in `sources` where null. */
  holds: 'ended' | 'open' | 'measured' | 'unmeasured' | 'retried' | 'unretried' | null;
}

/** The keys of each segment, in the order of their numbers: what a cursor must hold. */
export const SEGMENT_KEYS: Readonly<Record<WorkflowSort, readonly (readonly OrderKey[])[]>> = {
  started: [[SORT_AT]],
  finished: [[ENDED_AT], [SORT_AT]],
  duration: [[DURATION], [SORT_AT]],
  updated: [[UPDATED_AT]],
  retries: [[RETRIES, SORT_AT], [SORT_AT]],
  id: [[]],
};

/** The segments of a list in the order in which they are shown, without those that the filter leaves empty. */
export function segmentsOf(sort: WorkflowSort, direction: SortDirection, filter: WorkflowFilter): ListSegment[] {
  const { open, ended } = canMatch(filter);
  if (!open && !ended) return [];
  const segment = (number: number, holds: ListSegment['holds'], sources: ListSource[]): ListSegment[] =>
    sources.length === 0 ? [] : [{ number, keys: SEGMENT_KEYS[sort][number]!, holds, sources }];
  switch (sort) {
    case 'started':
      return segment(0, null, sourcesByStart(filter));
    case 'finished':
      return [
        ...segment(0, 'ended', ended ? sourcesByEnd(filter) : []),
        ...segment(1, 'open', open ? [openByStart(filter)] : []),
      ];
    case 'duration': {
      const measured = filter.minDurationMs !== null || filter.maxDurationMs !== null;
      const unmeasured = [
        ...(open ? [openByStart(filter)] : []),
        ...(ended && !measured ? [unmeasuredByStart(filter)] : []),
      ];
      return [
        ...segment(0, 'measured', ended ? [measuredByDuration(filter)] : []),
        ...segment(1, 'unmeasured', unmeasured),
      ];
    }
    case 'updated':
      return segment(0, null, [...(ended ? [settledByUpdate(filter)] : []), ...(open ? [openByUpdate(filter)] : [])]);
    case 'id':
      return segment(0, null, [allById(filter)]);
    case 'retries': {
      // No retries at all is a number like any other: first where the fewest come first.
      const segments = [
        ...segment(0, 'retried', filter.hasRetries === false ? [] : [retriedByRetries(filter)]),
        ...segment(1, 'unretried', filter.hasRetries === true ? [] : sourcesByStart(filter)),
      ];
      return direction === 'desc' ? segments : segments.toReversed();
    }
  }
}

/** Where a list of everything lies, for counting. */
export function wholeSources(filter: WorkflowFilter): ListSource[] {
  const { open, ended } = canMatch(filter);
  return open || ended ? sourcesByStart(filter) : [];
}
