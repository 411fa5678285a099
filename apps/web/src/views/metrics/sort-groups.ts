/** Groups in the order that the address names, the largest first. Pure. */
import type { MetricsGroup } from '@wm/client';
import type { SORTS } from './search.ts';

export type Sort = (typeof SORTS)[number];

/** What is not known comes last. */
export function sortGroups(groups: readonly MetricsGroup[], sort: Sort): MetricsGroup[] {
  return groups.toSorted(
    (left, right) => valueOf(right, sort) - valueOf(left, sort) || right.total.started - left.total.started,
  );
}

function valueOf({ total }: MetricsGroup, sort: Sort): number {
  switch (sort) {
    case 'started':
    case 'failed':
    case 'retries':
      return total[sort];
    case 'rate':
      return total.successRate === null ? -1 : 1 - total.successRate;
    default:
      return total.durationMs?.[sort] ?? -1;
  }
}
