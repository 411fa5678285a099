import { readBody } from '@wm/events';
import { ProblemError } from '../http/problem.ts';

/**
 * The text of the event in a body of the form {"event": …}, as it was written: parsing and writing it anew would change
 * large numbers. Null for an empty body or {}.
 *
 * @throws ProblemError 400 where the body is of no such form
 */
export function mendedEventOf(body: ArrayBuffer): string | null {
  const text = decode(body);
  if (/^\s*(\{\s*\})?\s*$/.test(text)) return null;
  const event = /^\s*\{\s*"event"\s*:([^]*)\}\s*$/.exec(text)?.[1];
  // Cut out of a JSON text, it is one entry of an array, or no JSON: a further field would bring a colon along.
  if (event === undefined || !isJson(text) || !isOneEntry(event)) throw noEvent();
  return event.trim();
}

function decode(body: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new ProblemError(400, 'The body is no valid UTF-8. Nothing was changed.');
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isOneEntry(text: string): boolean {
  const body = readBody(Buffer.from(`{"events":[${text}]}`));
  return body.kind === 'events' && body.events.length === 1;
}

function noEvent(): ProblemError {
  return new ProblemError(
    400,
    'The body is not {"event": …} with the mended event and nothing else. Nothing was changed. Send no body to redrive the text that is kept.',
  );
}
