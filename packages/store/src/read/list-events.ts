/**
 * A page of the events of one subject, in the order of the fold: (event_timestamp, id).
 *
 * Reads: workflow_events, from the cursor on until the page is full.
 * Index: workflow_events_subject (env, service_key, workflow_id, event_timestamp, id), merged over the partitions.
 *   Single events by the primary key (id, event_timestamp), once in each partition.
 * Growth: with the page and the number of partitions. A filter by type, step or text walks over the events of this subject
 *   that it drops.
 */
import type { Fragment } from 'postgres';
import type { WorkflowKey } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';
import type { PagePosition } from './position.ts';

export interface EventFilter {
  /** Any of these; empty: no limit. */
  ids: readonly string[];
  /** Any of these types; empty: no limit. */
  types: string[];
  stepName: string | null;
  /** Stands in a name or value of the payload, upper or lower case alike. */
  text: string | null;
  /** From this position on, it included; and before that one. They bound a run. */
  from: PagePosition | null;
  before: PagePosition | null;
}

export interface EventView {
  id: string;
  type: string;
  timestamp: Date;
  source: string;
  workflowName: string;
  executionId: string | null;
  payload: unknown;
  /** What ingest noticed about the event. */
  flags: string[];
  receivedAt: Date;
  processed: boolean;
  processedAt: Date | null;
  /** Set: the event could not be written to the projection, and every fold skips it. */
  processingError: string | null;
  /** How many events the query met, one beyond the page at most: more than the rows of the page, and there is a next one. */
  found: number;
}

/** Stored bytes of payload after which a page ends early: 200 events of several megabytes would not fit in memory. */
const PAGE_BYTES = 8 * 1024 * 1024;

/**
 * Has the rest of the transaction read events in the order of their index. The planner takes every workflow for a short one,
 * and would sort all events of a long one for each page: 12 against 2 ms of 10,000 events.
 */
export function pinEventOrder(tx: Tx) {
  return tx`SELECT set_config('enable_sort', 'off', true)`;
}

/** Up to `limit` events after `after`; fewer, but at least one, where they are large. */
export function listEvents(
  sql: Sql | Tx,
  key: WorkflowKey,
  filter: EventFilter,
  after: PagePosition | null,
  limit: number,
) {
  const { ids, types, stepName, text, from, before } = filter;
  return sql<EventView[]>`
    SELECT id, event_type AS "type", event_timestamp AS "timestamp", source, workflow_name AS "workflowName",
      execution_id AS "executionId", payload, flags, received_at AS "receivedAt", processed,
      processed_at AS "processedAt", processing_error AS "processingError", found
    FROM (
      SELECT *, count(*) OVER () AS found,
        row_number() OVER in_order AS number,
        coalesce(sum(pg_column_size(payload)) OVER (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
          AS bytes_before
      FROM (
        SELECT * FROM workflow_events
        WHERE env = ${key.env} AND service_key = ${key.serviceKey} AND workflow_id = ${key.workflowId}
          ${ids.length === 0 ? sql`` : sql`AND id = ANY(${[...ids]}::uuid[])`}
          ${types.length === 0 ? sql`` : sql`AND event_type = ANY(${types})`}
          ${stepName === null ? sql`` : sql`AND payload ->> 'stepName' = ${stepName}`}
          ${text === null ? sql`` : sql`AND ${hasText(sql, asInJson(text))}`}
          ${from === null ? sql`` : sql`AND (event_timestamp, id) >= (${new Date(from.at)}::timestamptz, ${from.id}::uuid)`}
          ${before === null ? sql`` : sql`AND (event_timestamp, id) < (${new Date(before.at)}::timestamptz, ${before.id}::uuid)`}
          ${after === null ? sql`` : sql`AND (event_timestamp, id) > (${new Date(after.at)}::timestamptz, ${after.id}::uuid)`}
        ORDER BY event_timestamp, id
        LIMIT ${limit + 1}
      ) AS next_events
      WINDOW in_order AS (ORDER BY event_timestamp, id)
    ) AS measured
    WHERE number <= ${limit} AND bytes_before <= ${PAGE_BYTES}
    ORDER BY event_timestamp, id`;
}

/** By the rules of ASCII where the text asked for is nothing else: lower case of every letter of Unicode takes a quarter of the answer. */
function hasText(sql: Sql | Tx, text: string): Fragment {
  return /^\p{ASCII}*$/u.test(text)
    ? sql`strpos(lower(payload::text COLLATE "C"), ${text.toLowerCase()}) > 0`
    : sql`strpos(lower(payload::text), lower(${text})) > 0`;
}

/** As it is written between the quotes of a JSON text. */
function asInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
