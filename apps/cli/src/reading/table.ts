/** Rows as aligned lines for a terminal. */
import { inLine } from '../printable.ts';

export interface Column<Row> {
  head: string;
  cell: (row: Row) => string;
  /** Numbers stand to the right. */
  right?: boolean;
}

const GAP = '  ';

/**
 * @param width of the terminal: lines are cut there; undefined: never, as for a pipe
 * @returns lines, each with its end; cells are made printable
 */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], width: number | undefined): string {
  const cells = rows.map((row) => columns.map(({ cell }) => inLine(cell(row))));
  const lines = [columns.map(({ head }) => head), ...cells];
  const widths = columns.map((_, nth) => Math.max(...lines.map((line) => line[nth]!.length)));
  return lines.map((line) => `${cut(aligned(line, widths, columns), width)}\n`).join('');
}

function aligned(line: readonly string[], widths: readonly number[], columns: readonly { right?: boolean }[]): string {
  return line
    .map((cell, nth) => (columns[nth]!.right === true ? cell.padStart(widths[nth]!) : cell.padEnd(widths[nth]!)))
    .join(GAP)
    .trimEnd();
}

export function cut(line: string, width: number | undefined): string {
  return width === undefined || line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}

/** Where lines end on standard output; undefined: it is no terminal. */
export function terminalWidth(): number | undefined {
  return process.stdout.isTTY ? process.stdout.columns : undefined;
}
