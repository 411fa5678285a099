/**
 * Why an event could not go into the log. Each sentence says what happened, what it means for the data and what to do.
 * The codes are stored and are part of the answer to a client: they never change their meaning.
 */
export const QUARANTINE_REASONS = {
  not_an_object:
    'The entry of the events array is not a JSON object. It is kept as it came and belongs to no workflow. Look at the client that sent it: every entry must be an event.',
  missing_field:
    'A field that every event needs is missing, empty or not text. The event is kept as it came but cannot be placed in a workflow. Correct the client, or redrive the event once this server can read it.',
  bad_timestamp:
    'The timestamp is no ISO-8601 instant with an offset, such as 2026-01-31T12:00:00.000Z. The event is kept as it came but has no place in the order of its workflow. Correct the clock or the format on the client.',
  name_too_long:
    'An id or a name is longer than 512 bytes of UTF-8. The event is kept as it came but cannot be indexed. Shorten the name on the client.',
  name_unstorable:
    'An id or a name holds a NUL character, half of a surrogate pair or bytes that are no UTF-8. The event is kept as it came; replacing the character could mix two workflows up. Correct the name on the client.',
  unreadable_body:
    'The type of the event is known, but a field that its meaning depends on cannot be read. The event is kept as it came; the run that it belongs to lacks it. Compare the version of the client with the contract.',
  too_deep:
    'The event is nested more than 1,000 levels deep. It is kept as it came, but nothing can safely read it. Send a flatter input.',
  id_reused:
    'An event with this id is already stored, with another time or for another workflow. The stored one stays, and this one is kept here so that nothing is lost. Look for a client that makes ids that are not unique.',
  out_of_scope:
    'The API key may not write to the environment or service that the event names. The event is kept as it came and shows nowhere. Use a key of the right scope, then redrive it.',
  refused_by_database:
    'PostgreSQL refused to store the event although it passed every check. It is kept as it came, and the rest of its batch is stored. Please report it with the detail: it is a check that is missing here.',
} as const;

export type QuarantineReason = keyof typeof QUARANTINE_REASONS;

export function isQuarantineReason(code: string): code is QuarantineReason {
  return Object.hasOwn(QUARANTINE_REASONS, code);
}
