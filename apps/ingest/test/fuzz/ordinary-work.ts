import { randomUUID } from 'node:crypto';
import { waitFor } from '../../../../packages/testkit/src/wait-for.ts';
import type { FuzzSystem } from './system.ts';

/** Its events are no part of the ledger. */
export const ORDINARY_SERVICE = 'ordinary-service';
/** A backlog of 100,000 events may come first. */
const PROJECTED_WITHIN_MS = 180_000;

/** A small workflow, its later half arriving first: it must be taken, folded in order, and shown as completed. */
export async function expectOrdinaryWork({ port, sql }: FuzzSystem): Promise<void> {
  const workflowId = `ordinary-${randomUUID()}`;
  const startedAt = Date.now() - 60_000;
  const event = (after: number, type: string, fields: object = {}): object => ({
    eventId: randomUUID(),
    timestamp: new Date(startedAt + after).toISOString(),
    type,
    workflowId,
    workflowName: 'ordinary',
    env: 'fuzz',
    serviceKey: ORDINARY_SERVICE,
    ...fields,
  });
  const step = (after: number, stepName: string): object[] => [
    event(after, 'step.started', { stepName, attempt: 1 }),
    event(after + 5, 'step.completed', { stepName, attempt: 1, durationMs: 5 }),
  ];
  const first = [event(0, 'workflow.queued'), event(10, 'workflow.started', { input: 1 }), ...step(20, 'reserve')];
  const second = [
    ...step(30, 'charge'),
    event(40, 'workflow.completed', { completedSteps: ['reserve', 'charge'], durationMs: 30 }),
  ];
  for (const events of [second, first]) {
    const response = await fetch(`http://127.0.0.1:${port}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ events }),
    });
    const answer = await response.text();
    const wanted = JSON.stringify({ accepted: events.length, duplicates: 0, quarantined: [] });
    if (response.status !== 202 || answer !== wanted) {
      throw new Error(`An ordinary request was answered with ${response.status}: ${answer.slice(0, 500)}`);
    }
  }
  await waitFor(
    'the ordinary workflow to be projected, in order',
    async () => {
      const [row] = await sql<{ shown: string }[]>`
        SELECT concat_ws(' ', status, event_count, array_to_string(completed_steps, ','), cardinality(anomalies)) AS shown
        FROM workflows WHERE env = 'fuzz' AND service_key = ${ORDINARY_SERVICE} AND workflow_id = ${workflowId}`;
      return row?.shown === 'completed 7 reserve,charge 0';
    },
    PROJECTED_WITHIN_MS,
  );
}
