/** Errors as problem documents (RFC 9457). */
import type { Context } from 'hono';
import { STATUS_CODES } from 'node:http';
import { z } from '@hono/zod-openapi';

const fieldErrorSchema = z.object({
  in: z.enum(['query', 'path', 'body']),
  field: z.string(),
  message: z.string(),
});

const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(fieldErrorSchema).optional(),
  })
  .openapi('Problem');

export type FieldError = z.infer<typeof fieldErrorSchema>;
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 429 | 500 | 503;

/** What a handler throws to answer with a problem; everything else that is thrown is a fault of ours or of the store. */
export class ProblemError extends Error {
  override name = 'ProblemError';
  readonly status: ProblemStatus;
  readonly errors: FieldError[] | undefined;

  constructor(status: ProblemStatus, detail: string, errors?: FieldError[]) {
    super(detail);
    this.status = status;
    this.errors = errors;
  }
}

export function problem(c: Context, status: ProblemStatus, detail: string, errors?: FieldError[]): Response {
  const body: z.infer<typeof problemSchema> = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...(errors === undefined ? {} : { errors }),
  };
  return c.json(body, status, { 'content-type': 'application/problem+json' });
}

const problemContent = { 'application/problem+json': { schema: problemSchema } };

/** The problems that any route may answer with, for its description. */
export const problemResponses = {
  400: { description: 'A parameter is not understood; `errors` names it.', content: problemContent },
  401: { description: 'No key, or one that is unknown or revoked.', content: problemContent },
  403: { description: 'A key that is not for this.', content: problemContent },
  429: {
    description:
      'Too many requests with this key, or too many wrong keys from this address; Retry-After says for how long.',
    content: problemContent,
  },
  503: {
    description: 'The store does not answer, or took too long. Nothing is lost; ask again.',
    content: problemContent,
  },
};

/** Of routes that change something of their own. */
export const changeResponses = {
  409: { description: 'It was decided about before. Nothing was changed.', content: problemContent },
  413: { description: 'The body is too large. Nothing was changed.', content: problemContent },
};

export const notFoundResponse = {
  404: { description: 'There is nothing of this name, or the key does not reach it.', content: problemContent },
};
