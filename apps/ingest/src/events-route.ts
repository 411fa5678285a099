/** POST /v1/events. */
import type { IncomingMessage } from 'node:http';
import { readBody } from '@wm/events';
import type { KeyVerifier } from '@wm/store';
import { authenticate } from './authentication.ts';
import { Room } from './bytes-in-flight.ts';
import type { BytesInFlight } from './bytes-in-flight.ts';
import type { IngestLimits } from './limits.ts';
import type { IngestMetrics } from './metrics.ts';
import { Problem, unavailable } from './problem.ts';
import { readRequestBody } from './request-body.ts';
import { storeEvents } from './store-events.ts';
import type { EventStore, Receipt, StoredRequest } from './store-events.ts';
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
    const body = readBody(await readRequestBody(incoming, limits, room));
    if (body.kind !== 'events') {
      throw new Problem(400, `${body.problem} Nothing of it was kept. Send {"events": [ … ]} as JSON.`);
    }
    if (body.events.length > limits.eventsPerRequest) {
      throw new Problem(
        413,
        `The request holds ${body.events.length} events, and ${limits.eventsPerRequest} are the most. Nothing of it was kept. Send fewer at a time.`,
      );
    }
    const { receipt, stored } = await storeEvents(body.events, sender, context.store, Date.now()).catch(toUnavailable);
    context.waker.wake(stored);
    count(receipt, metrics);
    metrics.ackSeconds.observe((performance.now() - startedAt) / 1_000);
    return receipt;
  } finally {
    room.giveBack();
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
