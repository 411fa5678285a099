/** Tolerant readers of the fields inside an event: what cannot be read is absent, and stays as it came in the payload. */
import { z } from 'zod';
import { parseInstant } from './instant.ts';

/** A bigint column holds 2^63; a JavaScript number is exact to 2^53, about 285,000 years in milliseconds. */
const MAX_MS = Number.MAX_SAFE_INTEGER;

export const text = z.string().optional().catch(undefined);
export const flag = z.boolean().optional().catch(undefined);
export const count = z.int().min(0).max(2_147_483_647).optional().catch(undefined);
/** Whole milliseconds; the client sends fractions. */
export const duration = z
  .number()
  .transform((ms) => Math.round(ms))
  .pipe(z.number().min(0).max(MAX_MS))
  .optional()
  .catch(undefined);
/** Milliseconds since the epoch. */
export const instant = z
  .string()
  .transform((value) => parseInstant(value))
  .optional()
  .catch(undefined);
