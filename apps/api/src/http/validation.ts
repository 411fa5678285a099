import type { Hook } from '@hono/zod-openapi';
import { problem, type FieldError } from './problem.ts';
import type { ApiEnv } from './api-env.ts';

const PLACES: Partial<Record<string, FieldError['in']>> = { param: 'path', json: 'body' };

/** Answers 400 where a parameter or body does not fit its schema, and names each that does not. */
// oxlint-disable-next-line typescript/no-explicit-any -- the library's own type of a default hook
export const refuseInvalid: Hook<any, ApiEnv, any, any> = (result, c) => {
  if (result.success) return undefined;
  const place = PLACES[result.target] ?? 'query';
  // Of a list in a query the whole parameter is named; in a body, the very place.
  const fieldOf = (path: PropertyKey[]) => (place === 'body' ? path.join('.') || 'body' : String(path[0] ?? ''));
  const errors = result.error.issues.flatMap((issue): FieldError[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          in: place,
          field: fieldOf([...issue.path, key]),
          message: `is no ${place === 'body' ? 'field' : 'parameter'} of this route`,
        }))
      : [{ in: place, field: fieldOf(issue.path), message: issue.message }],
  );
  // One message for each field, the first: the others follow from it.
  const byField = new Map(errors.toReversed().map((error) => [error.field, error]));
  const fields = [...byField.values()].toReversed();
  const names = fields.map((error) => error.field).join(', ');
  const done = place === 'body' ? 'changed' : 'read';
  return problem(c, 400, `Nothing was ${done}: ${names} cannot be understood. See errors for each.`, fields);
};
