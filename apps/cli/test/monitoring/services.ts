/** The services as processes of their own, and what is sent to them. */
import { startServiceProcess } from '@wm/testkit';
import type { ServiceProcess } from '@wm/testkit';

export type Service = ServiceProcess;

/** As a supervisor starts it: what it warns of is in its output. */
export function startService(app: 'api' | 'ingest' | 'worker', env: Record<string, string>): Promise<Service> {
  return startServiceProcess(app, { LOG_LEVEL: 'warn', ...env });
}

export interface Posted {
  status: number;
  body: unknown;
  headers: Headers;
}

/** Posts events to an ingest service. */
export async function postEvents(
  url: string,
  events: readonly unknown[],
  headers: Record<string, string> = {},
): Promise<Posted> {
  const answer = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ events }),
  });
  return { status: answer.status, body: await answer.json(), headers: answer.headers };
}

/** A good event of an id of its own, and of a workflow of its own where none is named. */
export function anEvent(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventId: crypto.randomUUID(),
    timestamp: new Date().toISOString(),
    type: 'workflow.started',
    source: 'workflow',
    workflowId: crypto.randomUUID(),
    workflowName: 'processOrder',
    env: 'production',
    serviceKey: 'orders',
    input: {},
    ...fields,
  };
}
