/** What ingest noticed about a stored event: the values of the column `flags`. Each sentence is for people. */
export const EVENT_FLAGS = {
  far_future:
    'The time of the event lies more than 24 hours ahead of the clock of the server that took it in. It is kept, never rewritten.',
  id_derived:
    'The id that the client sent is no UUID. The stored id is made from environment, service and that id; the original is in the payload.',
  text_marked:
    'The payload holds characters that PostgreSQL cannot store. Each is replaced by a marker ⟦U+XXXX⟧ with its code unit in hexadecimal.',
  number_as_text:
    'The payload holds numbers that JavaScript cannot hold exactly. They are stored as text with all their digits.',
  bytes_replaced: 'The request was no valid UTF-8. Bytes that could not be read show as U+FFFD.',
} as const;

export type EventFlag = keyof typeof EVENT_FLAGS;

/** How far ahead of the server's clock an event may be before it is flagged, in milliseconds. */
export const FAR_FUTURE_MS = 24 * 60 * 60 * 1_000;
