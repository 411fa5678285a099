/** The way of one request's events: each is read, then all are written, and each gets its place in the answer. */
import { claimsOf, readEvent } from '@wm/events';
import type { QuarantineReason, RawEvent, Rejection, StorableEvent } from '@wm/events';
import type { QuarantinedEvent } from '@wm/store';
import type { Sender } from './authentication.ts';
import type { GroupCommit, WriteOutcome } from './group-commit.ts';

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

interface Reject extends Rejection {
  index: number;
}

/**
 * Resolves when every event of the request is committed, in the log or in the quarantine.
 *
 * @param now the server's clock, milliseconds since the epoch
 * @throws where PostgreSQL cannot take them now
 */
export async function storeEvents(
  entries: readonly RawEvent[],
  sender: Sender,
  store: EventStore,
  now: number,
): Promise<StoredRequest> {
  const rejects: Reject[] = [];
  const indexes: number[] = [];
  const events: StorableEvent[] = [];
  entries.forEach((raw, index) => {
    const read = readEvent(raw, now);
    const rejection = read.kind === 'rejected' ? read.rejection : scopeRejection(read.event, sender);
    if (rejection !== null) {
      rejects.push({ index, ...rejection });
    } else if (read.kind === 'storable') {
      indexes.push(index);
      events.push(read.event);
    }
  });

  const outcomes = await store.commit.submit(events);
  const stored: StorableEvent[] = [];
  let duplicates = 0;
  outcomes.forEach((outcome, nth) => {
    const rejection = outcomeRejection(outcome);
    if (rejection === null) stored.push(events[nth]!);
    else rejects.push({ index: indexes[nth]!, ...rejection });
    if (outcome === 'duplicate') duplicates += 1;
  });

  rejects.sort((a, b) => a.index - b.index);
  const quarantined = rejects.map((reject) => toQuarantine(reject, entries[reject.index]!, sender));
  if (quarantined.length > 0) await store.quarantine(quarantined);
  return {
    receipt: {
      accepted: stored.length - duplicates,
      duplicates,
      quarantined: rejects.map(({ index, reason }, nth) => ({ index, eventId: quarantined[nth]!.eventId, reason })),
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

function toQuarantine({ reason, detail }: Reject, { value, json }: RawEvent, sender: Sender): QuarantinedEvent {
  return { reason, detail, raw: json, ...claimsOf(value), keyId: sender.id };
}
