/** Makes the rows of a stretch of workflows and copies them into the bare tables. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { attemptColumns, sleepColumns, stepColumns, workflowColumns } from '@wm/store';
import type { Sql } from '@wm/store';
import type { BareMonth } from './bare-tables.ts';
import type { GeneratorOrder, Stretch } from './generator-messages.ts';
import { workflowOf } from './population.ts';
import { addProjection, EVENT_COLUMNS, eventLine, logged, projectionColumns } from './workflow-rows.ts';
import type { Lines, LoggedEvent } from './workflow-rows.ts';

const PROJECTION = [workflowColumns, stepColumns, attemptColumns, sleepColumns];

/** Resolves to the number of events, once all rows are committed. */
export async function copyStretch(
  sql: Sql,
  { population, months }: GeneratorOrder,
  { from, to }: Stretch,
): Promise<number> {
  const lines: Lines = new Map();
  const events: LoggedEvent[] = [];
  for (let index = from; index < to; index += 1) {
    const own = logged(workflowOf(population, index));
    for (const event of own) events.push(event);
    addProjection(own, lines);
  }
  // In a real log rows lie in order of arrival.
  events.sort((a, b) => a.receivedAt - b.receivedAt);
  await Promise.all([
    ...months.map((month) => copyInto(sql, month.table, eventColumns, eventLines(events, month))),
    ...PROJECTION.map((table) =>
      copyInto(sql, table.table, projectionColumns(table).join(', '), lines.get(table.table) ?? []),
    ),
  ]);
  return events.length;
}

const eventColumns = EVENT_COLUMNS.join(', ');

function eventLines(events: readonly LoggedEvent[], { from, to }: BareMonth): string[] {
  return events.filter(({ at }) => at >= from && at < to).map(eventLine);
}

async function copyInto(sql: Sql, table: string, columns: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const target = await sql.unsafe(`COPY ${table} (${columns}) FROM STDIN`).writable();
  await pipeline(Readable.from([Buffer.from(lines.join(''))]), target);
}
