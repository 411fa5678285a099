/** Events that ingest would put aside, for tests of the quarantine. */
import { randomUUID } from 'node:crypto';
import type { QuarantinedEvent } from '../src/ingest/quarantine-events.ts';

/** A good workflow event of its own id. */
export function eventText(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    eventId: randomUUID(),
    timestamp: '2026-03-04T05:06:07.891Z',
    type: 'workflow.started',
    source: 'workflow',
    workflowId: 'w1',
    workflowName: 'processOrder',
    env: 'production',
    serviceKey: 'orders',
    ...changes,
  });
}

/** A reject of this text. Its claims are what the text says. */
export function reject(raw: string, changes: Partial<QuarantinedEvent> = {}): QuarantinedEvent {
  const claimed = JSON.parse(raw) as Record<string, string | undefined>;
  return {
    reason: 'out_of_scope',
    detail: 'The key is limited to the environment staging.',
    raw,
    eventId: claimed['eventId'] ?? null,
    env: claimed['env'] ?? null,
    serviceKey: claimed['serviceKey'] ?? null,
    keyId: null,
    bytesReplaced: false,
    ...changes,
  };
}
