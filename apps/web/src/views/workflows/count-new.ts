/**
 * How many rows of the newest page stand before rows that are shown. What stands behind all of them is not new: it came up from
 * the next page, because a row in between left the filter.
 */
export function countNew(shown: readonly { id: string }[], newest: readonly { id: string }[]): number {
  const ids = new Set(shown.map(({ id }) => id));
  const lastKnown = newest.findLastIndex(({ id }) => ids.has(id));
  const before = lastKnown === -1 ? newest : newest.slice(0, lastKnown);
  return before.filter(({ id }) => !ids.has(id)).length;
}
