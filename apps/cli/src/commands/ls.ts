import { parseArgs } from 'node:util';
import type { Client, Routes, WorkflowListItem } from '@wm/client';
import { API_OPTIONS, withApi } from '../reading/find-api.ts';
import { defined, FILTER_OPTIONS, filterQuery, ORDER_OPTIONS, rowsOf } from '../reading/filter-options.ts';
import { RUN_COLUMNS } from '../reading/run-text.ts';
import { table, terminalWidth } from '../reading/table.ts';
import { staleness } from '../reading/words.ts';

type Query = Routes['GET /v1/workflows']['query'];
type Page = Routes['GET /v1/workflows']['answer'];

const MOST_ROWS = 10_000;
const PAGE_ROWS = 200;
/** A filter that leaves little is searched page by page; nobody waits for longer than this without being told. */
const SEARCH_MS = 20_000;

/** `wm ls`: workflows by any filter. Resolves to the exit code. */
export async function lsCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      ...API_OPTIONS,
      ...FILTER_OPTIONS,
      ...ORDER_OPTIONS,
      limit: { type: 'string', default: '50' },
      cursor: { type: 'string' },
    },
  });
  const limit = rowsOf(values.limit, MOST_ROWS);
  const { sort, order, cursor } = values;
  const query: Query = { ...filterQuery(values), ...defined({ sort, order, cursor }) };
  const answer = await withApi(values, (client) => collect(client, query, limit));
  if (values.json) process.stdout.write(`${JSON.stringify(answer)}\n`);
  else {
    if (answer.workflows.length > 0) process.stdout.write(table(answer.workflows, RUN_COLUMNS, terminalWidth()));
    process.stderr.write(`${endText(answer)}${staleness(answer.freshness)}`);
  }
  return 0;
}

/** Pages until there are so many rows, none is left, or it has taken too long. */
async function collect(client: Client, query: Query, limit: number): Promise<Page> {
  const begun = performance.now();
  const workflows: WorkflowListItem[] = [];
  let cursor = query.cursor ?? null;
  let first: Page | undefined;
  for (;;) {
    const rows = Math.min(PAGE_ROWS, limit - workflows.length);
    const page = await client.ask('GET /v1/workflows', {
      query: { ...query, limit: rows, ...(cursor !== null && { cursor }) },
    });
    first ??= page;
    workflows.push(...page.workflows);
    cursor = page.nextCursor;
    const isLate = performance.now() - begun > SEARCH_MS;
    if (cursor === null || workflows.length >= limit || isLate) return { ...page, workflows, total: first.total };
  }
}

function endText({ workflows, total, nextCursor, complete }: Page): string {
  const shown = workflows.length;
  if (nextCursor === null) return shown === 0 ? 'No workflow matches.\n' : '';
  if (!complete) {
    return `The search was stopped here after ${SEARCH_MS / 1_000} s: there may be more. Narrow it, or go on with --cursor ${nextCursor}\n`;
  }
  const all = total === null ? 'more' : total.exact ? String(total.count) : `about ${total.count}`;
  return `${shown} of ${all}. More with --limit, or --cursor ${nextCursor}\n`;
}
