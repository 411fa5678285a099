/**
 * Marks events as processed in the log. By their place in their partition, else by its primary key (id,
 * event_timestamp); no index holds the two columns, so that the update stays within the page (HOT). Grows with the
 * events.
 */
import type { Tx } from '../client.ts';
import type { RecordField } from './columns.ts';
import { fromRecords, recordArrays } from './record-arrays.ts';
import { ctidArray } from './row-place.ts';
import type { PendingPlace } from './row-place.ts';

const FIELDS: readonly RecordField[] = [
  { field: 'id', type: 'uuid' },
  { field: 'at', type: 'instant' },
];

const SET = 'SET processed = true, processed_at = now()';

/** One partition each: through the log itself all of them would be looked through. */
const markAtPlace = (table: string): string => `UPDATE ${table} ${SET} WHERE ctid = ANY ($1::text::tid[])`;

const MARK_BY_KEY = `
UPDATE workflow_events e
${SET}
FROM ${fromRecords(FIELDS)}
WHERE e.id = r.id AND e.event_timestamp = r.at`;

interface LoggedEvent {
  at: number;
  id: string;
  /** Absent: not known. */
  place?: PendingPlace;
}

export async function markProcessed(tx: Tx, events: readonly LoggedEvent[]): Promise<void> {
  const byTable = new Map<string, LoggedEvent[]>();
  const others: LoggedEvent[] = [];
  for (const event of events) {
    const table = event.place?.log?.table;
    const known = table === undefined ? others : byTable.get(table);
    if (known === undefined) byTable.set(table!, [event]);
    else known.push(event);
  }
  await Promise.all([
    markByKey(tx, others),
    ...[...byTable].map(async ([table, some]) => {
      const ctids = ctidArray(some.map(({ place }) => place!.log!.ctid));
      const { count } = await tx.unsafe(markAtPlace(table), [ctids], { prepare: true });
      if (count !== some.length) await markByKey(tx, some);
    }),
  ]);
}

async function markByKey(tx: Tx, events: readonly LoggedEvent[]): Promise<void> {
  if (events.length > 0) await tx.unsafe(MARK_BY_KEY, recordArrays(FIELDS, events), { prepare: true });
}
