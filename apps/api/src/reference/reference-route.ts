/** The description of the routes as a page for people, made from the same document: no script, nothing from elsewhere. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { etag } from 'hono/etag';
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { ApiEnv } from '../http/api-env.ts';
import { STYLE } from './style.ts';

export const REFERENCE_PATH = '/docs';

type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The parts of the document that the page shows. */
interface Document {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

interface Operation {
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}

/** A JSON schema as the document of the api holds them. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  minimum?: number;
  maximum?: number;
  default?: unknown;
}

/** @param app with all its routes */
export function addReference(app: OpenAPIHono<ApiEnv>): void {
  let page: Promise<HtmlEscapedString> | undefined;
  app.get(REFERENCE_PATH, etag(), async (c) => {
    page ??= Promise.resolve(pageOf((await (await app.request('/openapi.json')).json()) as Document));
    return c.html(await page, 200, { 'cache-control': 'no-cache' });
  });
}

function pageOf({ info, paths, components = {} }: Document): Html {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const anchor = (method: string, path: string): string => `${method} ${path}`.replaceAll(/[^\w]+/g, '.');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${info.title}: routes</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <h1>${info.title}</h1>
        <p>
          ${info.description ?? ''} For programs: <a href="openapi.json">/openapi.json</a>. Every route below /v1 wants
          a key in the header <code>Authorization: Bearer …</code> or <code>X-API-KEY</code>.
        </p>
        <nav>
          <ul>
            ${operations.map(
              ({ path, method, operation }) =>
                html`<li>
                  <a href="#${anchor(method, path)}"><b>${method}</b> ${path}</a> ${operation.summary ?? ''}
                </li>`,
            )}
          </ul>
        </nav>
        ${operations.map(({ path, method, operation }) => section(anchor(method, path), `${method} ${path}`, operation))}
        <h2>Types</h2>
        ${Object.entries(components.schemas ?? {}).map(
          ([name, schema]) =>
            html`<section id="type-${name}">
              <h3>${name}</h3>
              ${schemaView(schema)}
            </section>`,
        )}
      </body>
    </html>`;
}

function section(
  id: string,
  title: string,
  { summary, description, parameters = [], requestBody, responses }: Operation,
): Html {
  return html`<section id="${id}">
    <h2>${title}</h2>
    <p><b>${summary ?? ''}</b></p>
    ${(description ?? '').split('\n').map((line) => html`<p>${line}</p>`)}
    ${
      parameters.length === 0
        ? ''
        : html`<table>
            <thead>
              <tr>
                <th>Parameter</th>
                <th>In</th>
                <th>Type</th>
                <th></th>
              </tr>
            </thead>
            <tbody>
              ${parameters.map(
                (parameter) =>
                  html`<tr>
                    <td><code>${parameter.name}</code>${parameter.required === true ? ' *' : ''}</td>
                    <td>${parameter.in}</td>
                    <td>${typeName(parameter.schema ?? {})}</td>
                    <td>${parameter.description ?? ''}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
    ${
      requestBody === undefined
        ? ''
        : html`<h3>Body</h3>
            ${contentView(requestBody.content)}`
    }
    ${Object.entries(responses).map(
      ([status, response]) =>
        html`<h3>${status}</h3>
          <p>${response.description}</p>
          ${contentView(response.content ?? {})}`,
    )}
  </section>`;
}

function contentView(content: Record<string, { schema: Schema }>): Html[] {
  return Object.entries(content).map(
    ([type, { schema }]) =>
      html`<details>
        <summary>${type}: ${typeName(schema)}</summary>
        ${schemaView(schema)}
      </details>`,
  );
}

/** The fields of an object, those of objects in it below them. */
function schemaView(schema: Schema): Html {
  const { properties } = schema.items ?? schema;
  if (properties === undefined) return html`<p>${typeName(schema)} ${schema.description ?? ''}</p>`;
  const required = new Set((schema.items ?? schema).required);
  return html`<table>
    <tbody>
      ${Object.entries(properties).map(
        ([name, field]) =>
          html`<tr>
            <td><code>${name}</code>${required.has(name) ? '' : ' (may be absent)'}</td>
            <td>${typeName(field)}</td>
            <td>
              ${field.description ?? ''}${(field.items ?? field).properties === undefined ? '' : schemaView(field)}
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function typeName(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace(/^.*\//, '');
    return html`<a href="#type-${name}">${name}</a>`;
  }
  const some = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (some !== undefined)
    return html`${some.map((part, index) => html`${index === 0 ? '' : ' or '}${typeName(part)}`)}`;
  if (schema.const !== undefined) return html`${JSON.stringify(schema.const)}`;
  if (schema.enum !== undefined) return html`${schema.enum.map((value) => JSON.stringify(value)).join(' | ')}`;
  if (schema.items !== undefined) return html`list of ${typeName(schema.items)}`;
  const type = [schema.type ?? 'anything'].flat().join(' or ');
  return html`${schema.format === undefined ? type : `${type} (${schema.format})`}`;
}
