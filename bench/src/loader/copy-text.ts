/** Rows as COPY reads them: columns apart by tabs, a row a line. */

const NULL = '\\N';

/** A row of a table, its columns encoded. */
export function copyLine(columns: readonly string[]): string {
  return `${columns.join('\t')}\n`;
}

/** @param type SQL type of the column; `instant` is a timestamptz in milliseconds since the epoch */
export function copyValue(value: unknown, type: string): string {
  if (value === null || value === undefined) return NULL;
  if (type === 'instant') return new Date(value as number).toISOString();
  if (type === 'jsonb') return escaped(JSON.stringify(value));
  if (type.endsWith('[]')) return escaped(arrayLiteral(value as readonly unknown[]));
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return escaped(value);
  throw new Error(`A column of type ${type} cannot hold ${JSON.stringify(value)}.`);
}

/** JSON text that is ready to be stored; null: NULL. */
export function copyJson(json: string | null): string {
  return json === null ? NULL : escaped(json);
}

function arrayLiteral(values: readonly unknown[]): string {
  if (values.length === 0) return '{}';
  return `{${values.map((value) => (typeof value === 'string' ? `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"` : String(value))).join(',')}}`;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(text: string): string {
  return /[\\\n\r\t]/.test(text) ? text.replaceAll(/[\\\n\r\t]/g, (character) => ESCAPES[character]!) : text;
}
