import { parseArgs } from 'node:util';
import type { Client, ErrorGroup, FailingStep, FailingWorkflow, Freshness, Routes } from '@wm/client';
import { PlainError } from '../plain-error.ts';
import { API_OPTIONS, withApi } from '../reading/find-api.ts';
import { defined, rowsOf, timeOf } from '../reading/filter-options.ts';
import { RUN_COLUMNS } from '../reading/run-text.ts';
import { table, terminalWidth, type Column } from '../reading/table.ts';
import { shortInstant, staleness } from '../reading/words.ts';

const GROUPS: readonly Column<ErrorGroup>[] = [
  { head: 'COUNT', cell: ({ count }) => String(count), right: true },
  { head: 'LAST SEEN', cell: ({ lastSeen }) => shortInstant(lastSeen) },
  { head: 'FIRST SEEN', cell: ({ firstSeen }) => shortInstant(firstSeen) },
  { head: 'ENVS', cell: ({ envs }) => envs.join(',') },
  { head: 'SERVICES', cell: ({ services }) => services.join(',') },
  { head: 'GROUP', cell: ({ errorGroup }) => errorGroup },
  { head: 'SAMPLE', cell: ({ sample }) => sample.workflowId },
  { head: 'MESSAGE', cell: ({ message }) => message },
];
const WORKFLOWS: readonly Column<FailingWorkflow>[] = [
  { head: 'COUNT', cell: ({ count }) => String(count), right: true },
  { head: 'ENV/SERVICE', cell: ({ env, serviceKey }) => `${env}/${serviceKey}` },
  { head: 'NAME', cell: ({ workflowName }) => workflowName },
];
const STEPS: readonly Column<FailingStep>[] = [
  { head: 'COUNT', cell: ({ count }) => String(count), right: true },
  { head: 'LAST', cell: ({ lastMinute }) => shortInstant(lastMinute) },
  { head: 'ENV/SERVICE', cell: ({ env, serviceKey }) => `${env}/${serviceKey}` },
  { head: 'NAME', cell: ({ workflowName }) => workflowName },
  { head: 'STEP', cell: ({ stepName }) => stepName },
];

const several = { type: 'string', multiple: true } as const;
type Query = Routes['GET /v1/failures/workflows']['query'];

interface Answer {
  nextCursor: string | null;
  freshness: Freshness;
}

/** What is asked for by `--by`, and how its rows are shown. */
const VIEWS: Record<string, (client: Client, query: Query) => Promise<{ answer: Answer; text: string }>> = {
  group: async (client, query) => {
    const answer = await client.ask('GET /v1/failures/groups', { query });
    return { answer, text: textOf(answer.groups, GROUPS) };
  },
  workflow: async (client, query) => {
    const answer = await client.ask('GET /v1/failures/workflows', { query });
    return { answer, text: textOf(answer.workflows, WORKFLOWS) };
  },
  step: async (client, query) => {
    const answer = await client.ask('GET /v1/failures/steps', { query });
    return { answer, text: textOf(answer.steps, STEPS) };
  },
  run: async (client, query) => {
    const answer = await client.ask('GET /v1/failures', { query });
    return { answer, text: textOf(answer.failures, RUN_COLUMNS) };
  },
};

/** `wm failures`: what went wrong, grouped. Resolves to the exit code. */
export async function failuresCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      ...API_OPTIONS,
      env: several,
      service: several,
      name: several,
      since: { type: 'string' },
      until: { type: 'string' },
      by: { type: 'string', default: 'group' },
      limit: { type: 'string', default: '50' },
      cursor: { type: 'string' },
    },
  });
  const view = Object.hasOwn(VIEWS, values.by) ? VIEWS[values.by] : undefined;
  if (view === undefined)
    throw new PlainError(`--by takes ${Object.keys(VIEWS).join(', ')}, not "${values.by}". Nothing was read.`);
  const { env, service, name, cursor } = values;
  const [since, until] = [timeOf(values.since, '--since'), timeOf(values.until, '--until')];
  const query: Query = defined({ env, service, name, cursor, since, until, limit: rowsOf(values.limit, 200) });
  const { answer, text } = await withApi(values, (client) => view(client, query));
  if (values.json) process.stdout.write(`${JSON.stringify(answer)}\n`);
  else {
    process.stdout.write(text);
    const more = answer.nextCursor === null ? '' : `There are more: go on with --cursor ${answer.nextCursor}\n`;
    process.stderr.write(
      `${text === '' && more === '' ? 'Nothing failed in that time.\n' : more}${staleness(answer.freshness)}`,
    );
  }
  return 0;
}

function textOf<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  return rows.length === 0 ? '' : table(rows, columns, terminalWidth());
}
