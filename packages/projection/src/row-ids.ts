/**
 * Ids of projection rows: UUIDv5 of their keys, so that a refold or a rebuild makes the same ids again and no link breaks.
 */
import { hash } from 'node:crypto';
import type { WorkflowKey } from './state.ts';

const NAMESPACE = Buffer.from('b1c6a1a46d0b5a559a3e3a0c3d1f6f10', 'hex');

/** Names cannot contain NUL (ingest sets such events aside), so it separates the parts without ambiguity. */
function rowId(kind: string, key: WorkflowKey, run: number, ...parts: (string | number)[]): string {
  return uuidv5([kind, key.env, key.serviceKey, key.workflowId, run, ...parts].join('\0'));
}

const input = Buffer.alloc(4_096);
NAMESPACE.copy(input);

/**
 * By hand, because each row written or shown needs one: the package for it took 8 % of a worker's time. Half of what is left
 * would be the making of a hash object and of two buffers.
 */
function uuidv5(name: string): string {
  const hex = hash('sha1', bytesOf(name), 'hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Namespace and name. What is returned holds until the next call. */
function bytesOf(name: string): Uint8Array {
  // Characters take three bytes at most.
  if (NAMESPACE.length + name.length * 3 > input.length) return Buffer.concat([NAMESPACE, Buffer.from(name)]);
  return input.subarray(0, NAMESPACE.length + input.write(name, NAMESPACE.length));
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
