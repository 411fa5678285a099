/** Reads captured request bodies from the folder of the captured files. They stay there and are never copied. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseInstant, toFoldEvent } from '@wm/events';
import type { FoldEvent } from '@wm/events';

/** An event as the client wrote it. Job events have no workflow id. */
export interface CapturedEvent {
  eventId: string;
  timestamp: string;
  type: string;
  workflowId?: string;
  workflowName?: string;
  executionId?: string;
  env: string;
  serviceKey: string;
  [field: string]: unknown;
}

export function capturedFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
}

/** @returns the requests of one file in order of arrival, each as its list of events */
export function capturedRequests(folder: string, file: string): CapturedEvent[][] {
  return readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (JSON.parse(line) as { events: CapturedEvent[] }).events);
}

/** The workflow events of some requests by workflow id, in the order given. */
export function byWorkflow(requests: readonly CapturedEvent[][]): Map<string, CapturedEvent[]> {
  const groups = new Map<string, CapturedEvent[]>();
  for (const event of requests.flat()) {
    if (event.workflowId === undefined) continue;
    const group = groups.get(event.workflowId);
    if (group === undefined) groups.set(event.workflowId, [event]);
    else group.push(event);
  }
  return groups;
}

/** What the store would hand to the fold for this event. */
export function capturedFoldEvent(event: CapturedEvent): FoldEvent {
  const at = parseInstant(event.timestamp);
  if (at === undefined) throw new Error(`captured event ${event.eventId} has no readable time: ${event.timestamp}`);
  const base = {
    at,
    id: event.eventId.toLowerCase(),
    type: event.type,
    workflowName: event.workflowName ?? '',
    executionId: event.executionId ?? null,
    hasValue: 'input' in event || 'output' in event || 'result' in event,
  };
  return toFoldEvent(base, event);
}
