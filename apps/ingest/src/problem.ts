/** Errors as problem documents (RFC 9457). Each says what happened, what it means for the events, and what to do. */
import { STATUS_CODES } from 'node:http';

/** The only failures that ingest answers with. */
export type ProblemStatus = 400 | 401 | 404 | 405 | 408 | 413 | 415 | 503;

/** Thrown by a step of the request's way; becomes the answer in one place. */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: ProblemStatus;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ProblemStatus,
    detail: string,
    options: { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = status;
    this.headers = options.headers ?? {};
  }

  toResponse(): Response {
    const { status, message: detail } = this;
    const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail };
    return new Response(JSON.stringify(body), {
      status,
      headers: { ...this.headers, 'content-type': 'application/problem+json' },
    });
  }
}

/** The answer while PostgreSQL, or room to work in, is missing. The trackers send the same batch again by themselves. */
export function unavailable(what: string, cause?: unknown): Problem {
  return new Problem(
    503,
    `${what} Nothing of this request is acknowledged. Send the same batch again; events that were stored all the same are recognised.`,
    {
      cause,
      headers: { 'retry-after': '1' },
    },
  );
}
