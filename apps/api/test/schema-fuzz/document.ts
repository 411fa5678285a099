/** The document of the api, as a source of requests and a judge of answers. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Schema } from '../../src/reference/reference-route.ts';
import type { Json } from '../test-api.ts';

export interface Parameter {
  name: string;
  in: 'query' | 'path';
  required?: boolean;
  schema: Schema;
}

interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

export interface Route {
  /** Such as `GET /v1/workflows`. */
  name: string;
  method: string;
  path: string;
  operation: Operation;
}

export function routesOf(document: Json): Route[] {
  return Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

/** Says what is wrong with an answer; null: it is as the document has it. */
export type Judge = (route: Route, response: Response) => Promise<string | null>;

export function judgeBy(document: Json): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  // The default export of a CommonJS package.
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  ajv.addSchema(closed(document) as object, 'api');
  const compiled = new Map<string, ValidateFunction>();
  const schemaAt = (route: Route, status: number, type: string): ValidateFunction => {
    const parts = [
      'paths',
      route.path,
      route.method.toLowerCase(),
      'responses',
      String(status),
      'content',
      type,
      'schema',
    ];
    const ref = `api#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    const validate = compiled.get(ref) ?? ajv.compile({ $ref: ref });
    compiled.set(ref, validate);
    return validate;
  };
  return async (route, response) => {
    const { status } = response;
    const type = (response.headers.get('content-type') ?? '').split(';')[0]!;
    if (status >= 500) return `answers ${status}: ${await response.text()}`;
    if (route.operation.responses[status]?.content?.[type] === undefined)
      return `answers ${status} with ${type}, which the document does not have`;
    if (type === 'text/event-stream') {
      await response.body?.cancel();
      return null;
    }
    const text = await response.text();
    if (type === 'application/x-ndjson')
      return text
        .split('\n')
        .slice(0, -1)
        .every((line) => isObject(line))
        ? null
        : 'has a line that is no object';
    if (!type.endsWith('json')) return null;
    const validate = schemaAt(route, status, type);
    if (validate(JSON.parse(text))) return null;
    return `answers ${status} with what its schema refuses: ${ajv.errorsText(validate.errors)}\n${text.slice(0, 2_000)}`;
  };
}

function isObject(line: string): boolean {
  const value: unknown = JSON.parse(line);
  return typeof value === 'object' && value !== null;
}

/** With objects that hold no more than the document tells of. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((each) => closed(each));
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)] as const);
  const isClosed = 'properties' in schema && 'type' in schema && !('additionalProperties' in schema);
  return Object.fromEntries(isClosed ? [...entries, ['additionalProperties', false]] : entries);
}
