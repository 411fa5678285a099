/** POST /v1/events. */
import type { IncomingMessage } from 'node:http';
import { countValues, readBody } from '@wm/events';
import type { Origin } from '@wm/runtime';
import { authenticate } from './authentication.ts';
import type { Door, Sender } from './authentication.ts';
import { Room } from './bytes-in-flight.ts';
import type { BytesInFlight } from './bytes-in-flight.ts';
import type { IngestLimits } from './limits.ts';
import type { IngestMetrics } from './metrics.ts';
import { Problem, unavailable } from './problem.ts';
import { noRoom, readRequestBody } from './request-body.ts';
import { heldBytes, sortEvents, storeEvents } from './store-events.ts';
import type { EventStore, Receipt, SortedEvents, StoredRequest } from './store-events.ts';
import { senderName } from './sender-name.ts';
import type { Turn, Turns } from './turns.ts';
import type { WorkerWaker } from './wake-workers.ts';

export interface EventsRouteContext {
  limits: IngestLimits;
  bytesInFlight: BytesInFlight;
  turns: Turns;
  door: Door;
  store: EventStore;
  waker: WorkerWaker;
  metrics: IngestMetrics;
}

/**
 * Takes a request in. When it resolves, every event of the request is committed.
 *
 * @throws Problem
 */
export async function receiveEvents(
  incoming: IncomingMessage,
  context: EventsRouteContext,
  origin: Origin,
): Promise<Receipt> {
  const { bytesInFlight, door, metrics } = context;
  const startedAt = performance.now();
  const sender = await authenticate(incoming, door);
  const room = new Room(bytesInFlight);
  try {
    const { sorted, service, turn } = await takeTurn(incoming, context, { room, sender });
    try {
      await resizeTo(heldBytes(sorted), room);
      const from = { service, traceparent: origin.traceparent };
      const { receipt, stored } = await storeEvents(sorted, context.store, from).catch(toUnavailable);
      context.waker.wake(stored, origin);
      count(receipt, metrics);
      metrics.ackSeconds.observe((performance.now() - startedAt) / 1_000);
      return receipt;
    } finally {
      turn.end();
    }
  } finally {
    room.giveBack();
  }
}

interface TakenTurn {
  sorted: SortedEvents;
  service: string;
  turn: Turn;
}

/**
 * Reads the body, waits for the turn of its service and parses. A function of its own, so that the body and what was
 * parsed from it are gone when it ends.
 */
async function takeTurn(
  incoming: IncomingMessage,
  { limits, turns }: EventsRouteContext,
  { room, sender }: { room: Room; sender: Sender },
): Promise<TakenTurn> {
  const body = await readRequestBody(incoming, limits, room);
  await makeRoomToParse(body, limits, room);
  const service = senderName(sender, body);
  const turn = await turns.take(service, body.length);
  if (turn === null) throw unavailable('The service has more requests than it can write in time.');
  try {
    const sorted = readEvents(body, limits, sender);
    turn.weigh(weightOf(sorted, limits));
    return { sorted, service, turn };
  } catch (error) {
    turn.end();
    throw error;
  }
}

/** While a body is parsed it is there as bytes and as text, beside its values. */
const COPIES = 2;
const BYTES_PER_VALUE = 100;
/** One body is parsed at a time, and there is always room for one of this size. */
const EASILY_PARSED_BYTES = 4 * 1024 * 1024;

async function makeRoomToParse(body: Buffer, { valuesPerRequest }: IngestLimits, room: Room): Promise<void> {
  // A value takes a byte at least: a body of ordinary size need not be counted.
  if (body.length * (COPIES + BYTES_PER_VALUE) <= EASILY_PARSED_BYTES && body.length <= valuesPerRequest) return;
  const values = countValues(body);
  if (values > valuesPerRequest) {
    throw new Problem(
      413,
      `The body holds more than ${valuesPerRequest} JSON values. Nothing of it was kept. Send fewer events at a time.`,
    );
  }
  const bytes = body.length * COPIES + values * BYTES_PER_VALUE;
  if (bytes > EASILY_PARSED_BYTES) await resizeTo(bytes, room);
}

function readEvents(bytes: Buffer, limits: IngestLimits, sender: Sender): SortedEvents {
  const body = readBody(bytes, limits.eventsPerRequest);
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

/** In full groups; a request of several groups is written one after the other. */
function weightOf({ storable, rejects }: SortedEvents, { groupEvents, groupBytes }: IngestLimits): number {
  const bytes = storable.reduce((sum, { event }) => sum + event.payload.length, 0);
  return Math.min(1, Math.max((storable.length + rejects.length) / groupEvents, bytes / groupBytes));
}

async function resizeTo(bytes: number, room: Room): Promise<void> {
  room.shrinkTo(bytes);
  if (!(await room.growTo(bytes))) throw noRoom();
}

function toUnavailable(error: unknown): StoredRequest {
  throw unavailable('The events could not be committed to PostgreSQL just now.', error);
}

function count(receipt: Receipt, metrics: IngestMetrics): void {
  metrics.accepted.inc(receipt.accepted);
  metrics.duplicates.inc(receipt.duplicates);
  for (const { reason } of receipt.quarantined) metrics.quarantined.inc({ reason });
}
