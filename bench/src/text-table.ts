const FIRST_COLUMN = 34;
const COLUMN = 10;

/** Rows of cells as lines: the first column to the left, all others to the right. Widths in characters. */
export function textTable(
  rows: readonly (readonly string[])[],
  { firstColumn = FIRST_COLUMN, column = COLUMN }: { firstColumn?: number; column?: number } = {},
): string {
  return rows
    .map(([name = '', ...values]) => name.padEnd(firstColumn) + values.map((value) => value.padStart(column)).join(''))
    .join('\n');
}
