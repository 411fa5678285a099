/** The door that ingest takes events in by, for texts that were put aside: read, then written, each with its outcome. */
import { readBody, readEvent } from '@wm/events';
import type { QuarantineReason, ReadEvent, Rejection, StorableEvent } from '@wm/events';
import type { Tx } from '../client.ts';
import { inSavepoint } from '../in-transaction.ts';
import { insertEvents } from '../ingest/insert-events.ts';
import type { InsertOutcome } from '../ingest/insert-events.ts';
import { covers } from '../read/scope.ts';
import type { ReadScope } from '../read/scope.ts';

/** The JSON text of one event. */
export interface EventText {
  json: string;
  /** Characters of it stand for bytes that were no UTF-8. */
  bytesReplaced: boolean;
}

export type Passage =
  | { outcome: 'stored' | 'duplicate'; event: StorableEvent }
  | { outcome: 'rejected'; reason: QuarantineReason; detail: string };

interface Place {
  index: number;
  event: StorableEvent;
}

type WriteOutcome = InsertOutcome | { refused: string };

/**
 * Sends texts through, and answers for each, in their order. One that PostgreSQL refuses hurts no other.
 *
 * @param scope where events may go: the reach of whoever sends them
 * @param now the server's clock, milliseconds since the epoch
 */
export async function sendThrough(
  tx: Tx,
  texts: readonly EventText[],
  scope: ReadScope,
  now: number,
): Promise<Passage[]> {
  const passages: Passage[] = [];
  const places: Place[] = [];
  texts.forEach((text, index) => {
    const read = readText(text, now);
    const rejection = read.kind === 'rejected' ? read.rejection : scopeRejection(read.event, scope);
    if (rejection !== null) passages[index] = { outcome: 'rejected', ...rejection };
    else if (read.kind === 'storable') places.push({ index, event: read.event });
  });
  // By id, as every writer of the log: two that meet on the same ids in another order would wait for each other.
  places.sort((a, b) => (a.event.id < b.event.id ? -1 : a.event.id > b.event.id ? 1 : a.index - b.index));
  const outcomes = await insertAll(
    tx,
    places.map((place) => place.event),
  );
  outcomes.forEach((outcome, nth) => {
    const { index, event } = places[nth]!;
    passages[index] = passageOf(outcome, event);
  });
  return passages;
}

function readText({ json, bytesReplaced }: EventText, now: number): ReadEvent {
  const body = readBody(Buffer.from(`{"events":[${json}]}`));
  const raw = body.kind === 'events' && body.events.length === 1 ? body.events[0]! : null;
  if (raw !== null) return readEvent({ ...raw, bytesReplaced }, now);
  // Whatever came in by ingest is JSON; this is for rows that somebody changed by hand.
  return { kind: 'rejected', rejection: { reason: 'not_an_object', detail: 'The kept text is no JSON.' } };
}

function scopeRejection(event: StorableEvent, scope: ReadScope): Rejection | null {
  if (covers(scope, event)) return null;
  const limits = [
    ...(scope.env === null ? [] : [`the environment ${scope.env}`]),
    ...(scope.serviceKey === null ? [] : [`the service ${scope.serviceKey}`]),
  ];
  return { reason: 'out_of_scope', detail: `The key that redrives it is limited to ${limits.join(' and ')}.` };
}

function passageOf(outcome: WriteOutcome, event: StorableEvent): Passage {
  if (outcome === 'inserted') return { outcome: 'stored', event };
  if (outcome === 'duplicate') return { outcome: 'duplicate', event };
  if (outcome === 'id_reused') {
    const detail = 'The id is stored with another time, or for another workflow.';
    return { outcome: 'rejected', reason: 'id_reused', detail };
  }
  return { outcome: 'rejected', reason: 'refused_by_database', detail: outcome.refused };
}

/** All together; where PostgreSQL refuses one of them, in halves until it stands alone. */
async function insertAll(tx: Tx, events: readonly StorableEvent[]): Promise<WriteOutcome[]> {
  if (events.length === 0) return [];
  try {
    return await inSavepoint(tx, (savepoint) => insertEvents(savepoint, events));
  } catch (error) {
    const refused = refusalOf(error);
    if (refused === null) throw error;
    if (events.length === 1) return [{ refused }];
    const middle = events.length >> 1;
    return [...(await insertAll(tx, events.slice(0, middle))), ...(await insertAll(tx, events.slice(middle)))];
  }
}

/** In words, where the data itself is at fault: data exception, integrity constraint violation, program limit exceeded. */
function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'PostgresError' || !('code' in error)) return null;
  const code = String(error.code);
  return /^(22|23|54)/.test(code) ? `PostgreSQL: ${error.message} (SQLSTATE ${code})` : null;
}
