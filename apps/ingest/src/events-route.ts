/** POST /v1/events. */
import type { IncomingMessage } from 'node:http';
import { readBody } from '@wm/events';
import type { KeyVerifier } from '@wm/store';
import { authenticate } from './authentication.ts';
import type { Sender } from './authentication.ts';
import { Room } from './bytes-in-flight.ts';
import type { BytesInFlight } from './bytes-in-flight.ts';
import type { IngestLimits } from './limits.ts';
import type { IngestMetrics } from './metrics.ts';
import { Problem, unavailable } from './problem.ts';
import { noRoom, readRequestBody } from './request-body.ts';
import { heldBytes, sortEvents, storeEvents } from './store-events.ts';
import type { EventStore, Receipt, SortedEvents, StoredRequest } from './store-events.ts';
import type { WorkerWaker } from './wake-workers.ts';

export interface EventsRouteContext {
  limits: IngestLimits;
  bytesInFlight: BytesInFlight;
  /** null with AUTH=off. */
  keys: KeyVerifier | null;
  store: EventStore;
  waker: WorkerWaker;
  metrics: IngestMetrics;
}

/**
 * Takes a request in. When it resolves, every event of the request is committed.
 *
 * @throws Problem
 */
export async function receiveEvents(incoming: IncomingMessage, context: EventsRouteContext): Promise<Receipt> {
  const { limits, bytesInFlight, keys, metrics } = context;
  const startedAt = performance.now();
  const sender = await authenticate(incoming.headers, keys);
  const room = new Room(bytesInFlight);
  try {
    const sorted = await readEvents(incoming, { limits, room, sender });
    if (!(await room.growTo(heldBytes(sorted)))) throw noRoom();
    const { receipt, stored } = await storeEvents(sorted, context.store).catch(toUnavailable);
    context.waker.wake(stored);
    count(receipt, metrics);
    metrics.ackSeconds.observe((performance.now() - startedAt) / 1_000);
    return receipt;
  } finally {
    room.giveBack();
  }
}

/** Reads and sorts the events. A function of its own, so that the body and what was parsed from it are gone when it ends. */
async function readEvents(
  incoming: IncomingMessage,
  { limits, room, sender }: { limits: IngestLimits; room: Room; sender: Sender },
): Promise<SortedEvents> {
  const bytes = await readRequestBody(incoming, limits, room);
  const body = readBody(bytes, { events: limits.eventsPerRequest, values: limits.valuesPerRequest });
  switch (body.kind) {
    case 'events':
      return sortEvents(body.events, sender, Date.now());
    case 'too_much':
      throw new Problem(413, `${body.problem} Nothing of it was kept. Send fewer events at a time.`);
    case 'not_json':
    case 'no_events':
      throw new Problem(400, `${body.problem} Nothing of it was kept. Send {"events": [ … ]} as JSON.`);
  }
}

function toUnavailable(error: unknown): StoredRequest {
  throw unavailable('The events could not be committed to PostgreSQL just now.', error);
}

function count(receipt: Receipt, metrics: IngestMetrics): void {
  metrics.accepted.inc(receipt.accepted);
  metrics.duplicates.inc(receipt.duplicates);
  for (const { reason } of receipt.quarantined) metrics.quarantined.inc({ reason });
}
