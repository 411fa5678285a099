/** Which tables the database walks through from one end to the other while the api answers: read from the plans that it logs. */
import { open, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sql } from '@wm/store';

/** For the server: plans can be logged. Nothing is until a connection asks for it. */
export const PLAN_SETTINGS = { shared_preload_libraries: 'auto_explain', 'auto_explain.log_analyze': 'on' };

/** The address for connections whose plans are to be logged. */
export function logged(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('auto_explain.log_min_duration', '0');
  return url.href;
}

/** Tables that hold more the more workflows there are, or the longer the system runs. */
const GROWING =
  /^(workflows|workflow_events|workflow_steps|workflow_sleeps|step_attempts|rollup_(?!progress)|changes|pending)/;

const LOOK_EVERY_MS = 10;
const WRITTEN_WITHIN_MS = 10_000;

/** A table that holds fewer rows is often walked through, whatever indexes it has: it is a few pages. */
const WORTH_AN_INDEX = 1_000;

/**
 * Runs `work`, and tells which growing tables were walked through meanwhile. What holds next to nothing is not told: the
 * partitions of months to come, and the work list once its backlog is gone. It counts what a table holds, not what the plan
 * has read of it: a walk that found enough in its first rows would have gone on for other values.
 *
 * @param logFile of the server
 * @param sql a connection whose own plans are not logged
 */
export async function walkedTables(sql: Sql, logFile: string, work: () => Promise<unknown>): Promise<string[]> {
  const { size: from } = await stat(logFile);
  await work();
  const text = await writtenSince(sql, logFile, from);
  const scanned = new Set([...text.matchAll(/Seq Scan on (\w+)/g)].map(([, table]) => table!));
  const growing = [...scanned].filter((table) => GROWING.test(table));
  const walked: string[] = [];
  for (const table of growing.toSorted()) if (await holdsMuch(sql, table)) walked.push(table);
  return walked;
}

/** By its rows: one that was emptied has its pages still, and its estimate may be of before. */
async function holdsMuch(sql: Sql, table: string): Promise<boolean> {
  const rows = await sql`SELECT FROM ${sql(table)} OFFSET ${WORTH_AN_INDEX - 1} LIMIT 1`;
  return rows.length > 0;
}

/** The log up to a line that is written now: connections write in turn, and the api has had its rows. */
async function writtenSince(sql: Sql, logFile: string, from: number): Promise<string> {
  const marker = `plans read up to here ${process.hrtime.bigint()}`;
  await sql.unsafe(`DO $$ BEGIN RAISE LOG '${marker}'; END $$`);
  const until = performance.now() + WRITTEN_WITHIN_MS;
  for (;;) {
    const text = await readFrom(logFile, from);
    if (text.includes(marker)) return text;
    if (performance.now() > until) throw new Error(`The server's log ${logFile} does not go on: no plan can be read.`);
    await pause(LOOK_EVERY_MS);
  }
}

async function readFrom(logFile: string, from: number): Promise<string> {
  const file = await open(logFile);
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.max(0, size - from));
    await file.read(buffer, 0, buffer.length, from);
    return buffer.toString();
  } finally {
    await file.close();
  }
}
