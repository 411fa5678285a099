/** How long a fault is felt: until events that are posted right after it, and all that was pending then, are projected. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { System } from './system.ts';
import type { Tracker } from './tracker.ts';

export interface Recovery {
  /** Milliseconds from the fault on; null where it took longer than a minute and a half, or nothing was acknowledged. */
  readonly ms: number | null;
  /** Of the workflows posted to find out, those that the tracker dropped. */
  readonly dropped: number;
}

/** On several connections, so that they meet both ingest services and more than one worker. */
const PROBES = 6;
const POLL_MS = 50;
const GIVE_UP_MS = 90_000;
const SERVICE = 'chaos-probe';

export async function measureRecovery(system: System, tracker: Tracker, signal: AbortSignal): Promise<Recovery> {
  const begun = performance.now();
  const struckAt = new Date();
  const ids = Array.from({ length: PROBES }, () => randomUUID());
  const acknowledged = await Promise.all(ids.map((id) => tracker.post({ events: [probe(id)] })));
  const wanted = ids.filter((_id, index) => acknowledged[index]);
  const dropped = PROBES - wanted.length;
  while (wanted.length > 0 && performance.now() - begun < GIVE_UP_MS && !signal.aborted) {
    if (await areProjected(system, wanted, struckAt)) {
      return { ms: Math.round(performance.now() - begun), dropped };
    }
    await pause(POLL_MS);
  }
  return { ms: null, dropped };
}

function probe(workflowId: string): object {
  return {
    eventId: randomUUID(),
    timestamp: new Date().toISOString(),
    type: 'workflow.started',
    source: 'workflow',
    workflowId,
    workflowName: 'probe',
    env: 'chaos',
    serviceKey: SERVICE,
    input: null,
  };
}

/** False also where PostgreSQL is away. */
async function areProjected({ sql }: System, ids: readonly string[], struckAt: Date): Promise<boolean> {
  try {
    const [row] = await sql<[{ projected: number; older: boolean }]>`
      SELECT (SELECT count(*) FROM workflows
              WHERE env = 'chaos' AND service_key = ${SERVICE} AND workflow_id = ANY (${[...ids]})) AS projected,
             EXISTS (SELECT FROM pending_events WHERE received_at <= ${struckAt}) AS older`;
    return row.projected === ids.length && !row.older;
  } catch {
    return false;
  }
}
