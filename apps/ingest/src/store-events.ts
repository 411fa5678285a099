/** The way of one request's events: each is read, then all are written, and each gets its place in the answer. */
import { claimsOf, readEvent } from '@wm/events';
import type { QuarantineReason, RawEvent, Rejection, StorableEvent } from '@wm/events';
import type { QuarantinedEvent } from '@wm/store';
import type { Sender } from './authentication.ts';
import type { GroupCommit, Sending, WriteOutcome } from './group-commit.ts';

/** The answer to a client. The three add up to the events of the request. */
export interface Receipt {
  accepted: number;
  duplicates: number;
  quarantined: { index: number; eventId: string | null; reason: QuarantineReason }[];
}

export interface StoredRequest {
  receipt: Receipt;
  /** Events that are in the log now, the duplicates included: their workflows must be woken. */
  stored: StorableEvent[];
}

export interface EventStore {
  commit: GroupCommit;
  quarantine: (events: readonly QuarantinedEvent[]) => Promise<void>;
}

interface Reject {
  index: number;
  event: QuarantinedEvent;
}

/** A request's events, each read: texts only, because the parsed values of many requests that wait would fill the memory. */
export interface SortedEvents {
  /** For the log; `origin` is what goes to the quarantine if PostgreSQL has another opinion. */
  storable: { index: number; event: StorableEvent; origin: Omit<QuarantinedEvent, keyof Rejection> }[];
  rejects: Reject[];
}

/** @param now the server's clock, milliseconds since the epoch */
export function sortEvents(entries: readonly RawEvent[], sender: Sender, now: number): SortedEvents {
  const sorted: SortedEvents = { storable: [], rejects: [] };
  entries.forEach((raw, index) => {
    const { json, value, bytesReplaced } = raw;
    const origin = { raw: json, ...claimsOf(value), keyId: sender.id, bytesReplaced };
    const read = readEvent(raw, now);
    const rejection = read.kind === 'rejected' ? read.rejection : scopeRejection(read.event, sender);
    if (rejection !== null) sorted.rejects.push({ index, event: { ...rejection, ...origin } });
    else if (read.kind === 'storable') sorted.storable.push({ index, event: read.event, origin });
  });
  return sorted;
}

/** What an event holds besides its text. A reject has its reason in words, and the quarantine makes a row of each at once. */
const BYTES_PER_EVENT = 500;
const BYTES_PER_REJECT = 1_200;

/** About what they take while they wait for their commit: small events, and those with markers in them, more than the body did. */
export function heldBytes({ storable, rejects }: SortedEvents): number {
  const stored = storable.reduce((sum, { event }) => sum + event.payload.length, 0);
  const rejected = rejects.reduce((sum, { event }) => sum + event.raw.length, 0);
  return stored + rejected + storable.length * BYTES_PER_EVENT + rejects.length * BYTES_PER_REJECT;
}

/**
 * Resolves when every event of the request is committed, in the log or in the quarantine.
 *
 * @throws where PostgreSQL cannot take them now
 */
export async function storeEvents(
  { storable, rejects }: SortedEvents,
  store: EventStore,
  from: Sending,
): Promise<StoredRequest> {
  const outcomes = await store.commit.submit(
    storable.map(({ event }) => event),
    from,
  );
  const stored: StorableEvent[] = [];
  const allRejects = [...rejects];
  let duplicates = 0;
  outcomes.forEach((outcome, nth) => {
    const { index, event, origin } = storable[nth]!;
    const rejection = outcomeRejection(outcome);
    if (rejection === null) stored.push(event);
    else allRejects.push({ index, event: { ...rejection, ...origin } });
    if (outcome === 'duplicate') duplicates += 1;
  });

  allRejects.sort((a, b) => a.index - b.index);
  if (allRejects.length > 0) await store.quarantine(allRejects.map(({ event }) => event));
  return {
    receipt: {
      accepted: stored.length - duplicates,
      duplicates,
      quarantined: allRejects.map(({ index, event: { eventId, reason } }) => ({ index, eventId, reason })),
    },
    stored,
  };
}

function scopeRejection(event: StorableEvent, sender: Sender): Rejection | null {
  if (sender.env !== null && sender.env !== event.env) {
    return { reason: 'out_of_scope', detail: `The key is limited to the environment ${sender.env}.` };
  }
  if (sender.serviceKey !== null && sender.serviceKey !== event.serviceKey) {
    return { reason: 'out_of_scope', detail: `The key is limited to the service ${sender.serviceKey}.` };
  }
  return null;
}

function outcomeRejection(outcome: WriteOutcome): Rejection | null {
  if (outcome === 'inserted' || outcome === 'duplicate') return null;
  if (outcome === 'id_reused') {
    return { reason: 'id_reused', detail: 'The id is stored with another time, or for another workflow.' };
  }
  return { reason: 'refused_by_database', detail: outcome.refused };
}
