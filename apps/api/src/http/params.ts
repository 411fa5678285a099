/** Parameters that several routes share: how they are written, and what they become. */
import { MAX_NAME_BYTES, parseInstant } from '@wm/events';
import { z } from '@hono/zod-openapi';
import { readPositionCursor, readRunCursor } from './cursor.ts';

/**
 * An id or name: any characters, 1 to 512 bytes. Ingest keeps no longer name, and none with a NUL: what lies beyond cannot
 * be in the store, and PostgreSQL refuses NUL.
 */
export const name = z
  .string()
  .min(1, 'must not be empty')
  .refine((text) => Buffer.byteLength(text) <= MAX_NAME_BYTES, `must not be longer than ${MAX_NAME_BYTES} bytes`)
  .refine((text) => !text.includes('\0'), 'must not contain NUL');

export const workflowPath = z.object({
  env: name.openapi({ description: 'Environment', example: 'production' }),
  service: name.openapi({ description: 'Service key', example: 'order-service' }),
  workflowId: name.openapi({ description: "The workflow's id, percent-encoded", example: '4f1c0d…' }),
});

/** A parameter that may be given more than once: a list of distinct values, empty where it was not given. */
export function repeated<T extends z.ZodType<string, string>>(item: T) {
  return z
    .preprocess((value) => (value === undefined ? [] : [value].flat()), z.array(item))
    .transform((values): z.output<T>[] => [...new Set(values)]);
}

export const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(200)
  .default(50)
  .openapi({ description: 'Rows of a page, 1 to 200', type: 'integer' });

/** An instant; becomes milliseconds since the epoch. */
export const instant = z
  .string()
  .transform((text, context) => {
    // A "+" that was not percent-encoded arrives as a blank.
    const at = parseInstant(text.replace(' ', '+'));
    if (at !== undefined) return at;
    context.addIssue({
      code: 'custom',
      message: 'must be an ISO-8601 time with an offset, such as 2026-01-31T12:00:00.000Z',
    });
    return z.NEVER;
  })
  .openapi({ type: 'string', format: 'date-time' });

export const runNumber = z.coerce
  .number()
  .int()
  .min(1)
  .max(2_147_483_647)
  .optional()
  .openapi({ description: 'Number of the run, from 1', type: 'integer' });

export const positionCursorParam = cursorParam(readPositionCursor);
export const runCursorParam = cursorParam(readRunCursor);

/** @param read undefined: not one of the cursors of the route */
export function cursorParam<T>(read: (cursor: string) => T | undefined) {
  return z
    .string()
    .transform((text, context): T => {
      const position = read(text);
      if (position !== undefined) return position;
      context.addIssue({
        code: 'custom',
        message: 'is no cursor of this route: take nextCursor of the page before as it is',
      });
      return z.NEVER;
    })
    .optional()
    .openapi({ description: '`nextCursor` of the page before', type: 'string' });
}

export const instantJson = z.iso.datetime().openapi({ example: '2026-01-31T12:00:00.000Z' });
export const nextCursor = z.string().nullable().openapi({ description: 'Gets the next page; null: this was the last' });
export const asOf = instantJson.openapi({
  description: 'The answer is true as of this time, by the clock of the database',
});
