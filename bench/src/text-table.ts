const FIRST_COLUMN = 34;
const COLUMN = 10;

/** Rows of cells as lines: the first column to the left, all others to the right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  return rows
    .map(([name = '', ...values]) => name.padEnd(FIRST_COLUMN) + values.map((value) => value.padStart(COLUMN)).join(''))
    .join('\n');
}
