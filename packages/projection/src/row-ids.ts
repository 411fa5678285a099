/**
 * Ids of projection rows: UUIDv5 of their keys, so that a refold or a rebuild makes the same ids again and no link breaks.
 */
import { v5 as uuidv5 } from 'uuid';
import type { WorkflowKey } from './state.ts';

const NAMESPACE = 'b1c6a1a4-6d0b-5a55-9a3e-3a0c3d1f6f10';

/** Names cannot contain NUL (ingest sets such events aside), so it separates the parts without ambiguity. */
function rowId(kind: string, key: WorkflowKey, run: number, ...parts: (string | number)[]): string {
  return uuidv5([kind, key.env, key.serviceKey, key.workflowId, run, ...parts].join('\0'), NAMESPACE);
}

export function workflowRowId(key: WorkflowKey, run: number): string {
  return rowId('workflow', key, run);
}

export function stepRowId(key: WorkflowKey, run: number, stepName: string): string {
  return rowId('step', key, run, stepName);
}

export function attemptRowId(key: WorkflowKey, run: number, stepName: string, attemptNumber: number): string {
  return rowId('attempt', key, run, stepName, attemptNumber);
}

export function sleepRowId(key: WorkflowKey, run: number, startEventId: string): string {
  return rowId('sleep', key, run, startEventId);
}
