/** How many rows of the newest page stand before all rows that are shown. */
export function countNew(shown: readonly { id: string }[], newest: readonly { id: string }[]): number {
  const ids = new Set(shown.map(({ id }) => id));
  if (ids.size === 0) return newest.length;
  return newest.filter(({ id }) => !ids.has(id)).length;
}
