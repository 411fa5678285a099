/** Limits of everything that names something: ids, environments, services, workflows, steps. */
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
