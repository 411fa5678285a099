import type { Hook } from '@hono/zod-openapi';
import { problem, type FieldError } from './problem.ts';
import type { ApiEnv } from './api-env.ts';

/** Answers 400 where a parameter does not fit its schema, and names each that does not. */
// oxlint-disable-next-line typescript/no-explicit-any -- the library's own type of a default hook
export const refuseInvalid: Hook<any, ApiEnv, any, any> = (result, c) => {
  if (result.success) return undefined;
  const place = result.target === 'param' ? 'path' : 'query';
  const errors = result.error.issues.flatMap((issue): FieldError[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((field) => ({ in: place, field, message: 'is no parameter of this route' }))
      : [{ in: place, field: String(issue.path[0] ?? ''), message: issue.message }],
  );
  // One message for each field, the first: the others follow from it.
  const byField = new Map(errors.toReversed().map((error) => [error.field, error]));
  const fields = [...byField.values()].toReversed();
  const names = fields.map((error) => error.field).join(', ');
  return problem(c, 400, `Nothing was read: ${names} cannot be understood. See errors for each.`, fields);
};
