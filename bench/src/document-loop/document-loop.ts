import { readFile } from 'node:fs/promises';
import type { SimulatedEvent } from '@wm/simulator';
import postgres from 'postgres';
import type { Sql } from 'postgres';
import { eventCount } from '../measurement.ts';
import type { Requests, Workload } from '../measurement.ts';
import { timed } from '../pipeline/processor-time.ts';
import type { Timed } from '../pipeline/processor-time.ts';
import { updateTables } from './table-updates.ts';

/** As many as the comparison asks for. */
const CONNECTIONS = 8;

/**
 * Runs the events through the loop of the schema document: one transaction for each, with the insert, the update of
 * the tables by type, and the processed mark.
 *
 * It is given every advantage: no HTTP, no parsing, prepared statements, and the requests of a workflow all on one
 * connection in order, so that it never waits for a lock of its own workflow.
 *
 * @param databaseUrl an empty database
 * @param postgresPid of the server, where its processor time is asked for
 */
export async function runDocumentLoop(
  databaseUrl: string,
  { warmUp, measured }: Workload,
  postgresPid?: number,
): Promise<Timed<'postgres'> & { readonly events: number }> {
  const pool = postgres(databaseUrl, { max: CONNECTIONS, onnotice: () => {} });
  try {
    await pool.unsafe(await readFile(new URL('schema.sql', import.meta.url), 'utf8'));
    await processAll(pool, warmUp);
    const loop = await timed({ postgres: postgresPid === undefined ? [] : [postgresPid] }, () =>
      processAll(pool, measured),
    );
    const [row] = await pool<[{ processed: number }]>`
      SELECT count(*)::int AS processed FROM workflow_events WHERE processed`;
    return { ...loop, events: row.processed - eventCount(warmUp) };
  } finally {
    await pool.end({ timeout: 5 });
  }
}

async function processAll(pool: Sql, requests: Requests): Promise<void> {
  const lanes: SimulatedEvent[][] = Array.from({ length: CONNECTIONS }, () => []);
  for (const { events } of requests) {
    const lane = Number.parseInt(String(events[0]!.workflowId).slice(0, 8), 16) % CONNECTIONS;
    lanes[lane]!.push(...events);
  }
  await Promise.all(lanes.map((events) => processEvents(pool, events)));
}

async function processEvents(pool: Sql, events: readonly SimulatedEvent[]): Promise<void> {
  for (const event of events) {
    await pool.begin(async (tx) => {
      const inserted = await tx`
        INSERT INTO workflow_events (id, event_type, workflow_id, workflow_name, env, service_key, event_timestamp, payload)
        VALUES (${event.eventId}, ${event.type}, ${String(event.workflowId)}, ${String(event.workflowName)}, ${event.env},
                ${event.serviceKey}, ${event.timestamp}, ${JSON.stringify(event)}::text::jsonb)
        ON CONFLICT (id) DO NOTHING
        RETURNING id`;
      if (inserted.length === 0) return;
      await updateTables(tx, event);
      await tx`UPDATE workflow_events SET processed = true, processed_at = now() WHERE id = ${event.eventId}`;
    });
  }
}
