/** Rows that stay where they are while they are read: new ones wait until they are asked for, and what is over stays in its place. */
import { useState } from 'react';

interface Placed {
  id: string;
  sortAt: string;
}

export interface HeldRow<Row> {
  row: Row;
  /** It is not in the list any more. */
  gone: boolean;
}

export interface Held<Row> {
  shown: HeldRow<Row>[];
  /** Rows that would stand between those shown. */
  waiting: number;
}

/** The lists' order: sortAt, then id, both descending. */
function isBehind(left: Placed, right: Placed): boolean {
  return left.sortAt === right.sortAt ? left.id < right.id : left.sortAt < right.sortAt;
}

/**
 * @param held as shown before, in order
 * @param rows as the api tells them now, in order
 * @param whole false: there are more rows behind the last, so that what is missing behind it may still be there
 */
export function hold<Row extends Placed>(held: readonly Row[], rows: readonly Row[], whole: boolean): Held<Row> {
  const now = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(held.map(({ id }) => id));
  const end = rows.at(-1);
  const last = held.at(-1);
  const shown = held.map((row): HeldRow<Row> => {
    const newer = now.get(row.id);
    if (newer !== undefined) return { row: newer, gone: false };
    return { row, gone: whole || (end !== undefined && isBehind(end, row)) };
  });
  const others = rows.filter(({ id }) => !known.has(id));
  const behind = others.filter((row) => last === undefined || isBehind(row, last));
  return {
    shown: [...shown, ...behind.map((row) => ({ row, gone: false }))],
    waiting: others.length - behind.length,
  };
}

/**
 * @param key of the question; with another one everything is new. null: the rows are still those of the question before
 * @returns what to show, and `show`, which lets in what waits
 */
export function useHeldRows<Row extends Placed>(key: string | null, rows: readonly Row[], whole: boolean) {
  const [held, setHeld] = useState<{ key: string | null; rows: readonly Row[] }>({ key, rows });
  const fits = key === null || held.key === key;
  const merged = hold(fits ? held.rows : rows, rows, whole);
  // What came behind the last row moved nothing, and stays from now on, too.
  if (!fits || merged.shown.length > held.rows.length) setHeld({ key, rows: merged.shown.map(({ row }) => row) });
  return { ...merged, show: () => setHeld({ key, rows }) };
}
