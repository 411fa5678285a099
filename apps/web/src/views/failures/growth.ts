/** What the course of a failure says: whether it is new, and whether it becomes more. Pure. */
import type { ErrorGroup } from '@wm/client';

export interface Growth {
  /** Failures in the first and in the second half of the range. */
  before: number;
  since: number;
}

/** An odd part in the middle counts for neither half. */
export function growthOf(trend: readonly number[]): Growth {
  const half = Math.floor(trend.length / 2);
  return { before: sum(trend.slice(0, half)), since: sum(trend.slice(trend.length - half)) };
}

/** @param newSince ms; null: nobody can say what is new */
export function isNew({ firstSeen }: Pick<ErrorGroup, 'firstSeen'>, newSince: number | null): boolean {
  return newSince !== null && Date.parse(firstSeen) >= newSince;
}

/**
 * Groups that are new or became more, those that grew most first. A group that grew by what chance alone makes of such
 * counts (two standard deviations of their difference) did not grow.
 */
export function growing(groups: readonly ErrorGroup[], newSince: number | null): (ErrorGroup & Growth)[] {
  return groups
    .map((group) => ({ ...group, ...growthOf(group.trend) }))
    .filter((group) => isNew(group, newSince) || group.since - group.before > 2 * Math.sqrt(group.since + group.before))
    .toSorted((left, right) => gained(right, newSince) - gained(left, newSince));
}

/** All of a new group is gain, in whichever half it began. */
function gained(group: ErrorGroup & Growth, newSince: number | null): number {
  return isNew(group, newSince) ? group.count : group.since - group.before;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
