/** Cursors are opaque to clients: base64url of a small JSON list that says where the page before ended. */
import { z } from '@hono/zod-openapi';
import type { PagePosition } from '@wm/store';

/** The years 0001 to 9999, as everywhere in the store: PostgreSQL refuses some times that JavaScript knows. */
export const EARLIEST_MS = Date.parse('0001-01-01T00:00:00Z');
export const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

export const cursorInstant = z.int().min(EARLIEST_MS).max(LATEST_MS);
const positionSchema = z.tuple([cursorInstant, z.uuid()]);
const runSchema = z.tuple([z.int().min(1).max(2_147_483_647)]);

export function positionCursor(at: Date, id: string): string {
  return encodeCursor([at.getTime(), id]);
}

export function runCursor(run: number): string {
  return encodeCursor([run]);
}

/** undefined: not one of our cursors. */
export function readPositionCursor(cursor: string): PagePosition | undefined {
  const parsed = positionSchema.safeParse(decodeCursor(cursor));
  return parsed.success ? { at: parsed.data[0], id: parsed.data[1] } : undefined;
}

/** undefined: not one of our cursors. */
export function readRunCursor(cursor: string): number | undefined {
  const parsed = runSchema.safeParse(decodeCursor(cursor));
  return parsed.success ? parsed.data[0] : undefined;
}

export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

export function decodeCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
