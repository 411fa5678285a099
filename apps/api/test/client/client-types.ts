/** Writes the types of the client from the document of the api. */

import type { Schema } from '../../src/reference/reference-route.ts';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

interface Operation {
  summary?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** TypeScript, not formatted. */
export function clientTypes({ paths, components = {} }: ApiDocument): string {
  const types = Object.entries(components.schemas ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => `${comment(schema.description)}export type ${name} = ${typeOf(schema)};`);
  const routes = Object.entries(paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, operation }) => `${comment(operation.summary)}'${name}': ${routeType(operation)};`);
  return `/** What the api answers, written by \`npm run client\` from its document. Do not edit. */\n\n${types.join('\n\n')}\n
/** By method and path. \`never\`: the route takes none. */\nexport interface Routes {\n${routes.join('\n')}\n}\n`;
}

function routeType({ parameters = [], requestBody, responses }: Operation): string {
  const answer = responses['200']?.content ?? {};
  const json = answer['application/json']?.schema;
  const body = requestBody?.content['application/json']?.schema;
  return `{
    path: ${parameterType(parameters.filter((parameter) => parameter.in === 'path'))};
    query: ${parameterType(parameters.filter((parameter) => parameter.in === 'query'))};
    body: ${body === undefined ? 'never' : typeOf(body)};
    answer: ${json === undefined ? 'unknown' : typeOf(json)};
  }`;
}

function parameterType(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return 'never';
  const fields = parameters.map(
    ({ name, required, description, schema }) =>
      `${comment(description)}${name}${required === true ? '' : '?'}: ${typeOf(schema)};`,
  );
  return `{ ${fields.join('\n')} }`;
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schema.$ref.replace(/^.*\//, '');
  const some = schema.anyOf ?? schema.oneOf;
  if (some !== undefined) return `(${some.map(typeOf).join(' | ')})`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined)
    return withNull(
      schema,
      schema.enum
        .filter((value) => value !== null)
        .map((value) => JSON.stringify(value))
        .join(' | '),
    );
  const types = [schema.type ?? []].flat();
  const named = types.filter((type) => type !== 'null').map((type) => ofType(type, schema));
  return named.length === 0 ? (types.includes('null') ? 'null' : 'unknown') : withNull(schema, named.join(' | '));
}

function withNull({ type }: Schema, text: string): string {
  return [type ?? []].flat().includes('null') ? `(${text} | null)` : text;
}

function ofType(type: string, { items, properties, required = [] }: Schema): string {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'string';
    case 'array':
      return `(${typeOf(items ?? {})})[]`;
    default: {
      if (properties === undefined) return 'Record<string, unknown>';
      const fields = Object.entries(properties).map(
        ([name, field]) =>
          `${comment(field.description)}${name}${required.includes(name) ? '' : '?'}: ${typeOf(field)};`,
      );
      return `{ ${fields.join('\n')} }`;
    }
  }
}

function comment(text: string | undefined): string {
  return text === undefined ? '' : `/** ${text.replaceAll('*/', '* /').replaceAll('\n', ' ')} */\n`;
}
