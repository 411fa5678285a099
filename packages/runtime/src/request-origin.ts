/** Where work comes from: what its lines in the log, its job in the queue and its trace have in common. */
import { randomUUID } from 'node:crypto';

export interface Origin {
  /** The id of the request. */
  requestId: string;
  /** The span of the request, as W3C Trace Context writes it; absent: nobody traces it. */
  traceparent?: string | undefined;
}

/** Ids of other programs are kept where they can do no harm in a log line, a header or a query. */
const SANE_ID = /^[\w.:=+/-]{1,128}$/;
const TRACEPARENT = /^[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

export const REQUEST_ID_HEADER = 'x-request-id';

/** The sender's own id where it gives a sane one, else that of its trace, else a new one. */
export function requestIdOf(given: string | undefined, traceparent: string | undefined): string {
  if (given !== undefined && SANE_ID.test(given)) return given;
  return TRACEPARENT.exec(traceparent ?? '')?.[1] ?? randomUUID();
}

/** @returns undefined where it is none */
export function saneTraceparent(text: string | undefined): string | undefined {
  return text !== undefined && TRACEPARENT.test(text) ? text : undefined;
}
