import type { StorableEvent } from '@wm/events';
import type { Sql, Tx } from '../client.ts';
import type { RecordField } from '../projection/columns.ts';
import { fromRecords, JSON_TEXT, recordArrays } from '../projection/record-arrays.ts';

/**
 * What became of an event: it is new; it was stored before, the very same (id, time and workflow); or its id belongs to
 * another event, and it was not stored.
 */
export type InsertOutcome = 'inserted' | 'duplicate' | 'id_reused';

/**
 * Puts events into the log and onto the work list, in one statement and so in one transaction: when it resolves they are
 * committed. Answers per event, in the order given. Events may repeat, within the batch and across concurrent calls.
 *
 * An id that comes with two different times at the very same moment on two connections is not noticed: both are then
 * stored. Nothing is lost by it, and only a client that reuses ids can do it.
 *
 * @throws what PostgreSQL refuses; then nothing of the batch is stored
 */
export async function insertEvents(sql: Sql | Tx, events: readonly StorableEvent[]): Promise<InsertOutcome[]> {
  const firstWithId = new Map<string, number>();
  const repeats: number[] = [];
  events.forEach((event, index) => {
    if (firstWithId.has(event.id)) repeats.push(index);
    else firstWithId.set(event.id, index);
  });
  const outcomes: InsertOutcome[] = [];
  const indexes = [...firstWithId.values()];
  const inserted = await insertDistinct(
    sql,
    indexes.map((index) => events[index]!),
  );
  indexes.forEach((index, nth) => (outcomes[index] = inserted[nth]!));

  const others: number[] = [];
  for (const index of repeats) {
    const first = firstWithId.get(events[index]!.id)!;
    if (isSame(events[first]!, events[index]!))
      outcomes[index] = outcomes[first] === 'id_reused' ? 'id_reused' : 'duplicate';
    else if (outcomes[first] === 'inserted') outcomes[index] = 'id_reused';
    else others.push(index);
  }
  await compareWithStored(sql, events, others, outcomes);
  return outcomes;
}

/**
 * Events whose ids are known to be stored: are they the stored ones? Reads the log by id, through the primary key of every
 * partition; grows with the ids, and never with how often one comes.
 */
async function compareWithStored(
  sql: Sql | Tx,
  events: readonly StorableEvent[],
  indexes: readonly number[],
  outcomes: InsertOutcome[],
): Promise<void> {
  if (indexes.length === 0) return;
  const ids = [...new Set(indexes.map((index) => events[index]!.id))];
  const rows = await sql<(Omit<Identity, 'at'> & { at: Date })[]>`
    SELECT id, event_timestamp AS at, env, service_key AS "serviceKey", workflow_id AS "workflowId"
    FROM workflow_events WHERE id = ANY (${`{${ids.join(',')}}`}::text::uuid[])`;
  const stored = new Set(rows.map((row) => identityOf({ ...row, at: row.at.getTime() })));
  for (const index of indexes) {
    outcomes[index] = stored.has(identityOf(events[index]!)) ? 'duplicate' : 'id_reused';
  }
}

type Identity = Pick<StorableEvent, 'id' | 'at' | 'env' | 'serviceKey' | 'workflowId'>;

function identityOf({ id, at, env, serviceKey, workflowId }: Identity): string {
  return JSON.stringify([id, at, env, serviceKey, workflowId]);
}

function isSame(a: StorableEvent, b: StorableEvent): boolean {
  return a.at === b.at && a.workflowId === b.workflowId && a.serviceKey === b.serviceKey && a.env === b.env;
}

const FIELDS: readonly RecordField[] = [
  { field: 'id', type: 'uuid' },
  { field: 'type', type: 'text' },
  { field: 'workflowId', type: 'text' },
  { field: 'workflowName', type: 'text' },
  { field: 'env', type: 'text' },
  { field: 'serviceKey', type: 'text' },
  { field: 'at', type: 'instant' },
  { field: 'payload', type: JSON_TEXT },
  { field: 'source', type: 'text' },
  { field: 'executionId', type: 'text' },
  { field: 'flags', type: 'text[]' },
];

/**
 * Reads: the log by id, through the primary key of every partition (one descent for all ids of a batch; the statement
 * knows of no time to choose a partition by, because a reused id may be anywhere). Writes: the log and the work list.
 * Grows with the number of events given and, slightly, with the number of partitions.
 *
 * The rows travel as an array for each column and the payloads as the text that they are: per row 8 µs of PostgreSQL's
 * time to read them, against 13 µs as one jsonb text. Sorted by id, so that two batches with the same ids meet in the
 * same order and cannot deadlock. The ids of `stored` are gathered from what was read already: `$1` would be read again
 * for every partition, which took 6 of 30 µs an event.
 *
 * `same` is null where another connection stored the id after this statement began.
 */
const INSERT = `
WITH incoming AS MATERIALIZED (
  SELECT r.* FROM ${fromRecords(FIELDS)}
), stored AS MATERIALIZED (
  SELECT id, event_timestamp, env, service_key, workflow_id
  FROM workflow_events WHERE id = ANY ((SELECT array_agg(id ORDER BY id) FROM incoming)::uuid[])
), inserted AS (
  INSERT INTO workflow_events (id, event_type, workflow_id, workflow_name, env, service_key, event_timestamp, payload,
                               source, execution_id, flags)
  SELECT id, type, "workflowId", "workflowName", env, "serviceKey", at, payload, source, "executionId", flags
  FROM incoming WHERE NOT EXISTS (SELECT FROM stored WHERE stored.id = incoming.id)
  ORDER BY id
  ON CONFLICT DO NOTHING
  RETURNING id, event_timestamp, env, service_key, workflow_id, received_at
), pending AS (
  INSERT INTO pending_events (env, service_key, workflow_id, event_timestamp, event_id, received_at)
  SELECT env, service_key, workflow_id, event_timestamp, id, received_at FROM inserted
)
SELECT incoming.id, bool_or(stored.event_timestamp = incoming.at AND stored.env = incoming.env
                            AND stored.service_key = incoming."serviceKey"
                            AND stored.workflow_id = incoming."workflowId") AS same
FROM incoming LEFT JOIN stored ON stored.id = incoming.id
WHERE NOT EXISTS (SELECT FROM inserted WHERE inserted.id = incoming.id)
GROUP BY incoming.id`;

async function insertDistinct(sql: Sql | Tx, events: readonly StorableEvent[]): Promise<InsertOutcome[]> {
  if (events.length === 0) return [];
  const rows = recordArrays(FIELDS, events);
  const known = await sql.unsafe<{ id: string; same: boolean | null }[]>(INSERT, rows, { prepare: true });
  const sameById = new Map(known.map((row) => [row.id, row.same]));
  // Stored by another connection meanwhile, hence visible to the next statement.
  const raced = events.filter((event) => sameById.get(event.id) === null);
  const racedOutcomes = await insertDistinct(sql, raced);
  const outcomeById = new Map(raced.map((event, nth) => [event.id, racedOutcomes[nth]!]));
  return events.map((event) => outcomeById.get(event.id) ?? outcomeOf(sameById.get(event.id)));
}

function outcomeOf(same: boolean | null | undefined): InsertOutcome {
  if (same === undefined) return 'inserted';
  return same === true ? 'duplicate' : 'id_reused';
}
