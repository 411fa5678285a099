import { v5 } from 'uuid';

const CANONICAL_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Namespace of the ids that are made here; fixed for ever, because resent events must meet themselves. */
const DERIVED_IDS = '6d1f3a52-0c1b-5f0e-9a37-2f6f6f0d8c11';

/**
 * The id under which an event is stored: its own in lower case where it is a UUID of any version, else the UUIDv5 of
 * environment, service and id.
 */
export function storedEventId(eventId: string, env: string, serviceKey: string): { id: string; derived: boolean } {
  if (CANONICAL_UUID.test(eventId)) return { id: eventId.toLowerCase(), derived: false };
  return { id: v5(JSON.stringify([env, serviceKey, eventId]), DERIVED_IDS), derived: true };
}
