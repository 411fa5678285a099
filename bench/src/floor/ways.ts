import { splitRows } from './final-rows.ts';
import type { TableRows } from './final-rows.ts';

/** What goes over one connection: transactions, each a list of tables. */
export type Lane = readonly (readonly TableRows[])[];

/**
 * Ways to copy the same rows.
 *
 * - `inBatches`: 100 events a transaction, each with its part of the final rows, over two connections. The floor: a system
 *   that acknowledges what it has committed cannot wait for the last event.
 * - `oneConnection`: all in one transaction.
 * - `fastest`: the log over one connection, the projection over another, one transaction each: without even knowing
 *   when which event has come.
 */
export const WAYS: Readonly<Record<FloorWay, (tables: readonly TableRows[], events: number) => Lane[]>> = {
  fastest: (tables) => {
    const isLog = ({ table }: TableRows): boolean => table === 'workflow_events';
    return [[tables.filter(isLog)], [tables.filter((rows) => !isLog(rows))]];
  },
  oneConnection: (tables) => [[tables]],
  inBatches: (tables, events) => {
    const count = Math.ceil(events / EVENTS_PER_BATCH);
    const split = tables.map((rows) => splitRows(rows, count));
    const batches = Array.from({ length: count }, (_, nth) => split.map((parts) => parts[nth]!));
    return [batches.filter((_, nth) => nth % 2 === 0), batches.filter((_, nth) => nth % 2 === 1)];
  },
};

export type FloorWay = 'fastest' | 'oneConnection' | 'inBatches';

const EVENTS_PER_BATCH = 100;
