import { randomBytes } from 'node:crypto';
import { v7 as timeOrderedUuid } from 'uuid';

/** A line to paste that posts one small workflow, and the line that reads its state afterwards. */
export interface FirstRequest {
  post: string;
  read: string;
}

/**
 * Makes the two lines for a running system. Ids and times are fresh at each call, so that every start shows lines that
 * make a workflow of their own.
 *
 * @param withKey true where keys are asked for: the lines then take them from $INGEST_KEY and $READ_KEY
 */
export function firstRequest(ingest: string, api: string, withKey: boolean): FirstRequest {
  const workflowId = randomBytes(32).toString('hex');
  const events = sampleEvents(workflowId, Date.now() - 1_000);
  const key = (name: string) => (withKey ? ` -H "Authorization: Bearer $${name}"` : '');
  return {
    post: `curl -sS -w '\\n' ${ingest}/v1/events -H 'Content-Type: application/json'${key('INGEST_KEY')} -d '${JSON.stringify({ events })}'`,
    read: `curl -sS -w '\\n' ${api}/v1/workflows/demo/shop/${workflowId}${key('READ_KEY')}`,
  };
}

/** A workflow of one step that took 250 ms. No apostrophe may be in it: the shell line is in single quotes. */
function sampleEvents(workflowId: string, startedAt: number) {
  const base = (afterMs: number, counter: number, type: string) => ({
    eventId: timeOrderedUuid({ msecs: startedAt + afterMs, seq: counter }),
    timestamp: new Date(startedAt + afterMs).toISOString(),
    type,
    source: 'workflow',
    workflowId,
    workflowName: 'order',
    executionId: 'order-1',
    env: 'demo',
    serviceKey: 'shop',
  });
  return [
    { ...base(0, 0, 'workflow.started'), input: { item: 'book' } },
    { ...base(0, 1, 'step.started'), stepName: 'charge', attempt: 1 },
    { ...base(250, 2, 'step.completed'), stepName: 'charge', attempt: 1, durationMs: 250, cached: false },
    { ...base(250, 3, 'workflow.completed'), completedSteps: ['charge'], durationMs: 250 },
  ];
}
