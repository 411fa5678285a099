import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { PlainError } from '../plain-error.ts';
import { API_OPTIONS, withApi } from '../reading/find-api.ts';
import { defined, FILTER_OPTIONS, filterQuery, ORDER_OPTIONS } from '../reading/filter-options.ts';

/** `wm export`: all that a filter leaves, as CSV or NDJSON. Resolves to the exit code. */
export async function exportCommand(args: string[]): Promise<number> {
  const { json: _json, ...apiOptions } = API_OPTIONS;
  const { values } = parseArgs({
    args,
    options: {
      ...apiOptions,
      ...FILTER_OPTIONS,
      ...ORDER_OPTIONS,
      format: { type: 'string' },
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  const { sort, order, out } = values;
  if (values.json && values.format !== undefined && values.format !== 'ndjson')
    throw new PlainError('--json is --format ndjson, and another format is asked for. Nothing was read.');
  const asked = { ...filterQuery(values), ...defined({ sort, order, format: values.format }) };
  const begun = await withApi(values, async (client) => {
    const query = new URLSearchParams(pairsOf(asked));
    const response = await client.request('GET', `/v1/workflows/export?${query.toString()}`);
    const target = out === undefined ? process.stdout : createWriteStream(`${out}.part`, { mode: 0o600 });
    // The types of Node and of the browser describe the same stream differently.
    const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
    await pipeline(body, target, { end: out !== undefined }).catch(async (error: unknown) => {
      if (out !== undefined) await rm(`${out}.part`, { force: true });
      if ((error as { code?: string }).code === 'EPIPE') return;
      const kept = out === undefined ? 'What was written is not whole.' : `${out} was not written.`;
      throw new PlainError(`The export broke off (${(error as Error).message}). ${kept} Ask again.`, { cause: error });
    });
    return response.headers.get('x-as-of');
  });
  if (out !== undefined) {
    await rename(`${out}.part`, out);
    process.stderr.write(`${out} is whole; begun as of ${begun ?? 'now'}.\n`);
  }
  return 0;
}

function pairsOf(query: Record<string, unknown>): [string, string][] {
  return Object.entries(query).flatMap(([name, value]) =>
    ([value].flat() as (string | number)[]).map((each): [string, string] => [name, String(each)]),
  );
}
