import { parseArgs } from 'node:util';
import { ApiProblem, type Client, type Routes, type WorkflowListItem } from '@wm/client';
import { PlainError } from '../plain-error.ts';
import { detailText } from '../reading/detail-text.ts';
import { API_OPTIONS, withApi } from '../reading/find-api.ts';
import { RUN_COLUMNS } from '../reading/run-text.ts';
import type { Detail } from '../reading/story.ts';
import { table, terminalWidth } from '../reading/table.ts';

const several = { type: 'string', multiple: true } as const;

/** So many are shown to choose from. */
const CHOICES = 20;
/** Pages of a search that is stopped before it is full. */
const MOST_PAGES = 100;

type Page = Routes['GET /v1/workflows']['answer'];

interface Place {
  env?: string[] | undefined;
  service?: string[] | undefined;
}

/** `wm show`: one run, by any of its ids. Resolves to the exit code. */
export async function showCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { ...API_OPTIONS, env: several, service: several, run: { type: 'string' } },
    allowPositionals: true,
  });
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0)
    throw new PlainError('wm show takes one id: of a workflow, an execution or an event, whole or its beginning.');
  const run = runOf(values.run);
  const detail = await withApi(values, (client) => find(client, id, values, run));
  process.stdout.write(values.json ? `${JSON.stringify(detail)}\n` : detailText(detail, terminalWidth()));
  return 0;
}

function runOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new PlainError(`--run takes the number of a run, from 1; "${text}" is none. Nothing was read.`);
}

async function find(client: Client, id: string, place: Place, run: number | undefined): Promise<Detail> {
  const found = await search(client, id, place);
  const chosen = theOne(found, id);
  const { env, serviceKey: service, workflowId } = chosen;
  // The newest run, unless the id names one: executions and events belong to one run.
  const named = workflowId.startsWith(id) ? undefined : chosen.run;
  const query = { ...((run ?? named) !== undefined && { run: run ?? named! }) };
  return client.ask('GET /v1/workflows/{env}/{service}/{workflowId}', { path: { env, service, workflowId }, query });
}

async function search(client: Client, id: string, { env, service }: Place): Promise<WorkflowListItem[]> {
  const found: WorkflowListItem[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const query = { search: id, runs: 'all' as const, limit: 200, ...(env && { env }), ...(service && { service }) };
    const answer: Page = await client.ask('GET /v1/workflows', {
      query: { ...query, ...(cursor !== null && { cursor }) },
    });
    found.push(...answer.workflows);
    cursor = answer.nextCursor;
    if (cursor === null || found.some((run) => isWhole(run, id))) return found;
    if (workflowsOf(found).length > CHOICES) return [...found, ...(await wholeBeside(client, id, found))];
  }
  throw new PlainError(
    `The search for ${id} was stopped before all was looked through. Give more of the id, or --env and --service.`,
  );
}

/** Of ids that many others begin with, such as order-1, the one itself may be far behind: it is asked for where the others are. */
async function wholeBeside(
  client: Client,
  id: string,
  found: readonly WorkflowListItem[],
): Promise<WorkflowListItem[]> {
  const places = new Map(
    found.map(({ env, serviceKey }) => [JSON.stringify([env, serviceKey]), { env, service: serviceKey }]),
  );
  const asked = [...places.values()].map(async (place) => {
    const path = { ...place, workflowId: id };
    return [(await client.ask('GET /v1/workflows/{env}/{service}/{workflowId}', { path })).workflow];
  });
  const answers = asked.map((answer) =>
    answer.catch((error: unknown) => {
      if (error instanceof ApiProblem && error.status === 404) return [];
      throw error;
    }),
  );
  return (await Promise.all(answers)).flat();
}

function isWhole({ workflowId, executionId }: WorkflowListItem, id: string): boolean {
  return workflowId === id || executionId === id;
}

/** The newest run of each workflow among them. */
function workflowsOf(found: readonly WorkflowListItem[]): WorkflowListItem[] {
  const keyOf = ({ env, serviceKey, workflowId }: WorkflowListItem) => JSON.stringify([env, serviceKey, workflowId]);
  return [...new Map(found.toReversed().map((run) => [keyOf(run), run])).values()].toReversed();
}

/** An id that is given whole is meant before those that only begin so. @throws PlainError where that leaves none, or several */
function theOne(found: readonly WorkflowListItem[], id: string): WorkflowListItem {
  const whole = found.filter((run) => isWhole(run, id));
  const workflows = workflowsOf(whole.length > 0 ? whole : found);
  const [only] = workflows;
  if (only === undefined)
    throw new PlainError(
      `Nothing has an id that begins with ${id}, or the key does not reach it. Of an event id, at least 12 digits are needed.`,
    );
  if (workflows.length === 1) return only;
  const shown = workflows.slice(0, CHOICES);
  const count = workflows.length > CHOICES ? `more than ${CHOICES}` : String(workflows.length);
  throw new PlainError(
    `${count} workflows have an id that begins with ${id}; give more of it, or --env and --service:\n${table(shown, RUN_COLUMNS, terminalWidth()).trimEnd()}`,
  );
}
