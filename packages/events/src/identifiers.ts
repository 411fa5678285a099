/** Limits of everything that names something: ids, environments, services, workflows, steps. */
import { z } from 'zod';

/**
 * Longest id or name, in bytes of UTF-8. A btree entry holds 2,704 bytes, and the widest of our indexes takes three of
 * them beside a time and an id.
 */
export const MAX_NAME_BYTES = 512;

/** What is wrong with a name, or null. */
export function nameProblem(name: string): 'name_too_long' | 'name_unstorable' | null {
  // A UTF-16 unit takes at most three bytes, so that most names are never counted.
  if (name.length * 3 > MAX_NAME_BYTES && Buffer.byteLength(name) > MAX_NAME_BYTES) return 'name_too_long';
  // NUL and lone surrogates: PostgreSQL's text holds neither, and a replaced one could make two names the same.
  return name.includes('\0') || !name.isWellFormed() ? 'name_unstorable' : null;
}

/** An id or a name that must be there. Its issues carry a quarantine reason as `params.reason`. */
export const identifier = z
  .string()
  .min(1)
  .superRefine((name, context) => {
    const reason = nameProblem(name);
    if (reason !== null) context.addIssue({ code: 'custom', params: { reason } });
  });

/** A name that may be missing: whatever is no text, or empty, counts as absent. */
export const optionalIdentifier = z
  .unknown()
  .transform((value) => (typeof value === 'string' && value !== '' ? value : undefined))
  .pipe(identifier.optional())
  .optional();
