import { parseArgs } from 'node:util';
import { follow, type Routes, type StreamMessage } from '@wm/client';
import { API_OPTIONS, withApi } from '../reading/find-api.ts';
import { FILTER_OPTIONS, filterQuery } from '../reading/filter-options.ts';
import { streamLine } from '../reading/run-text.ts';
import { cut, terminalWidth } from '../reading/table.ts';
import { staleness } from '../reading/words.ts';

type Query = Routes['GET /v1/stream']['query'];

/** `wm tail`: what changes, until Ctrl-C. Resolves to the exit code. */
export async function tailCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { ...API_OPTIONS, ...FILTER_OPTIONS } });
  const query: Query = filterQuery(values);
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end.abort());
  // Whoever read the lines has gone: there is nobody to tell anything any more.
  process.stdout.once('error', () => end.abort());
  await withApi(values, async (client) => {
    const onLost = (): void => say('The connection was lost; it is made again.\n');
    for await (const message of follow(client, { query, signal: end.signal, onLost })) tell(message, values.json);
  });
  return 0;
}

function tell(message: StreamMessage, json: boolean): void {
  switch (message.event) {
    case 'ready':
      say(
        message.data.resumed
          ? 'Went on where it was lost; nothing was missed.\n'
          : 'Follows changes from now on; Ctrl-C ends it.\n',
      );
      break;
    case 'changes': {
      const lines = message.data.runs.map((run) =>
        json ? JSON.stringify(run) : cut(streamLine(run), terminalWidth()),
      );
      process.stdout.write(lines.map((line) => `${line}\n`).join(''));
      break;
    }
    case 'many':
      say('More changed than is told one by one; `wm ls --sort updated` shows how it stands.\n');
      break;
    case 'beat':
      if (message.data.freshness !== null) say(staleness(message.data.freshness));
  }
}

function say(text: string): void {
  process.stderr.write(text);
}
