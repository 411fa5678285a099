/** A first workflow to send by hand: two steps of an order. */
import { uuid7 } from './uuid.ts';

/**
 * @param endMs when it ended; it took 250 ms
 * @returns one line for a shell; nothing of it needs an escape there
 */
export function curlLine(ingestUrl: string, withKey: boolean, endMs: number): string {
  const startMs = endMs - 250;
  const base = (type: string, atMs: number) => ({
    eventId: uuid7(atMs),
    timestamp: new Date(atMs).toISOString(),
    type,
    source: 'workflow',
    workflowId: `first-${endMs.toString(36)}`,
    workflowName: 'order',
    executionId: 'order-1',
    env: 'development',
    serviceKey: 'shop',
  });
  const events = [
    { ...base('workflow.started', startMs), input: { item: 'book' } },
    { ...base('step.started', startMs), stepName: 'charge', attempt: 1 },
    { ...base('step.completed', endMs), stepName: 'charge', attempt: 1, durationMs: 250, cached: false },
    { ...base('workflow.completed', endMs), completedSteps: ['charge'], durationMs: 250 },
  ];
  const key = withKey ? ` -H 'Authorization: Bearer <the key>'` : '';
  return `curl -sS ${ingestUrl}/v1/events -H 'Content-Type: application/json'${key} -d '${JSON.stringify({ events })}'`;
}

/** What stands in the options of a durable-effect tracker. */
export function trackerOptions(ingestUrl: string, withKey: boolean): string {
  return [
    'export const { Workflows, WorkflowClient } = createDurableWorkflows(workflows, {',
    '  tracker: {',
    `    endpoint: '${ingestUrl}/v1/events',`,
    "    env: 'production',",
    "    serviceKey: 'order-service',",
    ...(withKey ? ["    headers: { 'X-API-KEY': '<the key>' },"] : []),
    '  },',
    '});',
  ].join('\n');
}
