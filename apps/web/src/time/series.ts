/** Series of the api have only the points where something happened; charts need each of them. Pure. */

/**
 * @param range as the answer has it; it begins at a multiple of `ms`
 * @param ms width of a point
 * @returns where each point begins, ms
 */
export function gridOf(range: { since: string; until: string }, ms: number): number[] {
  const from = Math.floor(Date.parse(range.since) / ms) * ms;
  const count = Math.max(1, Math.ceil((Date.parse(range.until) - from) / ms));
  return Array.from({ length: count }, (_, index) => from + index * ms);
}

/** @param none stands where there is no point: 0 for counts, null for rates */
export function onGrid<Point extends { at: string }, None extends number | null>(
  points: readonly Point[],
  grid: readonly number[],
  value: (point: Point) => number | None,
  none: None,
): (number | None)[] {
  const known = new Map(points.map((point) => [Date.parse(point.at), point]));
  return grid.map((at) => {
    const point = known.get(at);
    return point === undefined ? none : value(point);
  });
}
