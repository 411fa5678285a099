/**
 * How late the events of a run arrived: the time from when each happened, by its client's clock, to its arrival.
 *
 * Reads: workflow_events of the run.
 * Index: workflow_events_subject (env, service_key, workflow_id, event_timestamp, id), once in each partition.
 * Growth: with the events of the run.
 */
import type { WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';
import type { PagePosition } from './position.ts';

/** Milliseconds; below zero where the client's clock is ahead. null: nothing has arrived. */
export interface TelemetryDelay {
  medianMs: number | null;
  maxMs: number | null;
  /** Of the newest event. */
  lastMs: number | null;
}

/** One row. `from` is included, `before` is not; null: no bound. */
export function readTelemetryDelay(
  sql: Sql | Tx,
  key: WorkflowKey,
  { from, before }: { from: PagePosition | null; before: PagePosition | null },
) {
  return sql<TelemetryDelay[]>`
    SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY delay))::bigint AS "medianMs", round(max(delay))::bigint AS "maxMs",
      round((array_agg(delay ORDER BY event_timestamp DESC, id DESC))[1])::bigint AS "lastMs"
    FROM (
      SELECT event_timestamp, id, date_part('epoch', received_at - event_timestamp) * 1000 AS delay
      FROM workflow_events
      WHERE env = ${key.env} AND service_key = ${key.serviceKey} AND workflow_id = ${key.workflowId}
        ${from === null ? sql`` : sql`AND (event_timestamp, id) >= (${new Date(from.at)}::timestamptz, ${from.id}::uuid)`}
        ${before === null ? sql`` : sql`AND (event_timestamp, id) < (${new Date(before.at)}::timestamptz, ${before.id}::uuid)`}
    ) AS arrivals`;
}
