/** Simulated traffic, posted as fast as the server takes it, and what must come of it. */
import { comparePositions } from '@wm/events';
import type { FoldEvent } from '@wm/events';
import { emptyWorkflow, foldEvents } from '@wm/projection';
import type { WorkflowKey } from '@wm/projection';
import { generateTraffic } from '@wm/simulator';
import type { SimulatedEvent, TrafficOptions } from '@wm/simulator';
import type { Sql } from '@wm/store';
import { expect } from 'vitest';
import { actualRun } from '../../../../packages/projection/test/captured/compare.ts';
import { capturedFoldEvent } from '../../../../packages/projection/test/captured/requests.ts';
import type { CapturedEvent } from '../../../../packages/projection/test/captured/requests.ts';
import type { Ingest } from './pipeline.ts';
import { comparable, storedRuns } from './stored-runs.ts';

const CLIENTS = 8;

/**
 * Posts the traffic from several clients at once, each taking the next request.
 *
 * @returns every event that was acknowledged, repeated ones as often as they were
 * @throws where a request was refused or an event put aside
 */
export async function postTraffic(ingest: Ingest, options: TrafficOptions): Promise<SimulatedEvent[]> {
  const deliveries = generateTraffic(options);
  const acknowledged: SimulatedEvent[] = [];
  const client = async (): Promise<void> => {
    for (const { body } of deliveries) {
      const answer = await ingest.post(body.events);
      expect(answer.quarantined).toEqual([]);
      acknowledged.push(...body.events);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return acknowledged;
}

/** Compares the rows of every workflow with one fold of its events, sorted and each once. */
export async function expectFoldOfAll(sql: Sql, events: readonly SimulatedEvent[]): Promise<void> {
  const workflows = new Map<string, { key: WorkflowKey; events: Map<string, FoldEvent> }>();
  for (const event of events as readonly CapturedEvent[]) {
    const { env, serviceKey, workflowId } = event;
    if (workflowId === undefined) continue;
    const name = JSON.stringify([env, serviceKey, workflowId]);
    const workflow = workflows.get(name) ?? { key: { env, serviceKey, workflowId }, events: new Map() };
    workflow.events.set(event.eventId, capturedFoldEvent(event));
    workflows.set(name, workflow);
  }
  for (const workflow of workflows.values()) {
    const { runs } = foldEvents(emptyWorkflow(), [...workflow.events.values()].sort(comparePositions));
    const folded = runs.map(actualRun);
    const stored = await storedRuns(sql, workflow.key);
    expect(stored.map((run, index) => comparable(run, folded[index]))).toEqual(folded.map((run) => comparable(run)));
  }
}
