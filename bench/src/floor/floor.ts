import { connect } from 'node:net';
import { PROJECTION_VERSION } from '@wm/projection';
import { inTransaction, migrate } from '@wm/store';
import type { Sql, Tx } from '@wm/store';
import postgres from 'postgres';
import { timed } from '../pipeline/processor-time.ts';
import type { Timed } from '../pipeline/processor-time.ts';
import type { FinalRows, TableRows } from './final-rows.ts';
import { WAYS } from './ways.ts';
import type { FloorWay, Lane } from './ways.ts';

export interface FloorOptions {
  /** An empty database. */
  readonly databaseUrl: string;
  readonly postgresPid: number;
  /** How many events the measured rows belong to. */
  readonly events: number;
  readonly way: FloorWay;
}

/**
 * What must be written at the least: copies the log and the final rows of the projection into our own tables with our own
 * indexes, each row once, nothing computed.
 *
 * Measured with 20,000 events: `fastest` 63,000 to 73,000 events/s; half of every table over each of two connections the same;
 * `oneConnection` 38,000 to 41,000; 1,000 events a transaction over two connections 55,000 to 63,000; 100 (`inBatches`) 26,000
 * to 29,000, and over one 18,000. Rows sorted by key are no faster than as they lie.
 */
export async function runFloor(
  { warmUp, measured }: FinalRows,
  { databaseUrl, postgresPid, events, way }: FloorOptions,
): Promise<Timed<'postgres'>> {
  await migrate(databaseUrl, { projectionVersion: PROJECTION_VERSION });
  const lanes = WAYS[way](measured, events);
  const sql = openConnections(databaseUrl, lanes.length);
  try {
    await copyAll(sql, WAYS.fastest(warmUp, 0));
    const before = await countEvents(sql);
    const floor = await timed({ postgres: [postgresPid] }, () => copyAll(sql, lanes));
    const copied = (await countEvents(sql)) - before;
    if (copied !== events)
      throw new Error(`${events} events were to be copied, ${copied} were. The floor is not measured.`);
    return floor;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/**
 * The client library leaves small packets to wait for the answer to the one before, which the server owes for up to 40 ms:
 * with its own sockets 20,000 events took 0.73 s instead of 0.28.
 */
function openConnections(databaseUrl: string, max: number): Sql {
  const socket = ({ host, port }: { host: string[]; port: number[] }) =>
    connect({ host: host[0]!, port: port[0]!, noDelay: true });
  const options = { max, onnotice: () => {}, socket };
  return postgres(databaseUrl, options);
}

async function copyAll(sql: Sql, lanes: readonly Lane[]): Promise<void> {
  await Promise.all(
    lanes.map(async (lane) => {
      for (const tables of lane) {
        await inTransaction(sql, async (tx) => {
          for (const rows of tables) await copyIn(tx, rows);
        });
      }
    }),
  );
}

async function copyIn(tx: Tx, { table, columns, text }: TableRows): Promise<void> {
  if (text.length === 0) return;
  const into = await tx.unsafe(`COPY ${table} (${columns.join(', ')}) FROM STDIN`).writable();
  await new Promise<void>((resolve, reject) => {
    into.once('error', reject).once('finish', resolve).end(text);
  });
}

async function countEvents(sql: Sql): Promise<number> {
  const [row] = await sql<[{ count: number }]>`SELECT count(*)::int AS count FROM workflow_events`;
  return row.count;
}
