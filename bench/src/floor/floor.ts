import { PROJECTION_VERSION } from '@wm/projection';
import { createSql, inTransaction, migrate } from '@wm/store';
import type { Sql, Tx } from '@wm/store';
import { timed } from '../pipeline/processor-time.ts';
import type { Timed } from '../pipeline/processor-time.ts';
import type { FinalRows, TableRows } from './final-rows.ts';

/**
 * The least that any system must write: copies the log and the final rows of the projection into our own tables with
 * our own indexes, each row once, nothing computed.
 *
 * The log goes over one connection, the projection over another, one transaction each: the fastest way found. Measured
 * with 40,000 events: so 44,000 events/s; all over one connection 29,000; half of every table over each of two 36,000 and
 * the log over two, the projection over a third 38,500 (connections wait for each other where they extend one table);
 * rows of the projection sorted by key 42,500.
 *
 * @param databaseUrl an empty database
 * @param postgresPid the server's
 * @param events how many the measured rows belong to
 */
export async function runFloor(
  databaseUrl: string,
  postgresPid: number,
  { warmUp, measured }: FinalRows,
  events: number,
): Promise<Timed<'postgres'>> {
  await migrate(databaseUrl, { projectionVersion: PROJECTION_VERSION });
  const lanes = lanesOf(measured);
  const sql = createSql(databaseUrl, { applicationName: 'wm-bench', max: lanes.length });
  try {
    await copyAtOnce(sql, lanesOf(warmUp));
    const before = await countEvents(sql);
    const floor = await timed({ postgres: [postgresPid] }, () => copyAtOnce(sql, lanes));
    const copied = (await countEvents(sql)) - before;
    if (copied !== events)
      throw new Error(`${events} events were to be copied, ${copied} were. The floor is not measured.`);
    return floor;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Which rows go over which connection. */
function lanesOf(tables: readonly TableRows[]): TableRows[][] {
  const isLog = ({ table }: TableRows): boolean => table === 'workflow_events';
  const lanes = [tables.filter(isLog), tables.filter((rows) => !isLog(rows))];
  return lanes.filter((lane) => lane.length > 0);
}

async function copyAtOnce(sql: Sql, lanes: readonly (readonly TableRows[])[]): Promise<void> {
  await Promise.all(
    lanes.map((tables) =>
      inTransaction(sql, async (tx) => {
        for (const rows of tables) await copyIn(tx, rows);
      }),
    ),
  );
}

async function copyIn(tx: Tx, { table, columns, chunks }: TableRows): Promise<void> {
  const into = await tx.unsafe(`COPY ${table} (${columns.join(', ')}) FROM STDIN`).writable();
  await new Promise<void>((resolve, reject) => {
    into.once('error', reject).once('finish', resolve);
    for (const chunk of chunks) into.write(chunk);
    into.end();
  });
}

async function countEvents(sql: Sql): Promise<number> {
  const [row] = await sql<[{ count: number }]>`SELECT count(*) AS count FROM workflow_events`;
  return row.count;
}
