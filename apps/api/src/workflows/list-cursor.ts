/** Cursors of lists of workflows: which order they belong to, in which of its segments the page ended, and where. */
import { z } from '@hono/zod-openapi';
import { SEGMENT_KEYS, WORKFLOW_SORTS, type ListPosition, type SortDirection, type WorkflowSort } from '@wm/store';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';

export interface ListCursor {
  sort: WorkflowSort;
  direction: SortDirection;
  position: ListPosition;
}

/** The years 0001 to 9999, with microseconds; and a day that exists. */
const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  .refine(isInstant);
const cursorSchema = z
  .tuple([z.enum(WORKFLOW_SORTS), z.enum(['asc', 'desc']), z.int().min(0).max(1), z.uuid()])
  .rest(z.union([z.int(), time]));

/** JavaScript takes 31 February for 3 March, and knows a year 0; PostgreSQL refuses both. */
function isInstant(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && !text.startsWith('0000') && new Date(at).toISOString().slice(0, 19) === text.slice(0, 19);
}

export function listCursor(sort: WorkflowSort, direction: SortDirection, { segment, keys, id }: ListPosition): string {
  return encodeCursor([sort, direction, segment, id, ...keys]);
}

/** undefined: not one of our cursors. */
export function readListCursor(cursor: string): ListCursor | undefined {
  const parsed = cursorSchema.safeParse(decodeCursor(cursor));
  if (!parsed.success) return undefined;
  const [sort, direction, segment, id, ...keys] = parsed.data;
  const kinds = SEGMENT_KEYS[sort][segment];
  const fits =
    kinds?.length === keys.length &&
    kinds.every(({ kind }, nth) => typeof keys[nth] === (kind === 'time' ? 'string' : 'number'));
  return fits ? { sort, direction, position: { segment, keys, id } } : undefined;
}
