/** A table of some rows. Long lists have one of their own, which draws only what is in sight. */
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import css from './table.module.css';

export interface Column<Row> {
  /** Stable, for keys. */
  id: string;
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Right-aligned, with tabular figures. */
  number?: boolean;
  /** A sentence: as wide as it needs, where others end at 42 letters. */
  wide?: boolean;
  /** Cut off where there is no room. */
  cut?: boolean;
  /** Takes the room that the others leave, and is cut off there. One of a table. */
  fill?: boolean;
}

interface Props<Row> {
  /** What the table shows, for who cannot see it. */
  label: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Rows that follow each other and have the same group stand under one head. */
  groups?: { of: (row: Row) => string; head: (row: Row) => ReactNode };
}

/** The first link of a row is what j, k and Enter go by: give it `data-row`. */
export function DataTable<Row>({ label, columns, rows, rowKey, groups }: Props<Row>) {
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={css.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ id, head, number }) => (
              <th key={id} scope="col" className={classNames(number && css.number)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        {groupsOf(rows, groups?.of).map((group) => (
          <tbody key={groups?.of(group[0]!) ?? 'all'}>
            {groups !== undefined && (
              <tr className={css.group}>
                <th scope="rowgroup" colSpan={columns.length}>
                  {groups.head(group[0]!)}
                </th>
              </tr>
            )}
            {group.map((row) => (
              <tr key={rowKey(row)}>
                {columns.map(({ id, cell, number, wide, cut, fill }) => (
                  <td
                    key={id}
                    className={classNames(number && css.number, wide && css.wide, cut && css.cut, fill && css.fill)}
                  >
                    {cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function groupsOf<Row>(rows: readonly Row[], of: ((row: Row) => string) | undefined): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last !== undefined && (of === undefined || of(last[0]!) === of(row))) last.push(row);
    else groups.push([row]);
  }
  return groups;
}
