import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { createWakeUps, queueTarget } from '@wm/queue';
import {
  discardOne,
  discardSome,
  EVERYTHING,
  findQuarantined,
  listQuarantineActions,
  listQuarantined,
  QUARANTINE_STATES,
  redriveOne,
  redriveSome,
  type QuarantineFilter,
  type QuarantineState,
  type RedriveCounts,
  type Redriver,
  type RedriveResult,
  type Sql,
} from '@wm/store';
import { helpText } from '../help.ts';
import { momentOf } from '../moment.ts';
import { PlainError } from '../plain-error.ts';
import { printable } from '../printable.ts';
import { findSystem } from '../running-system.ts';
import { withDatabase } from '../with-database.ts';
import { entryText, summaryLine } from './quarantine-text.ts';

const ACTOR = 'cli';
const NOTHING_DONE = 'Nothing was read or changed.';
/** Entries of one transaction. */
const REDRIVE_PAGE = 200;
const DISCARD_PAGE = 5_000;
/** Nobody waits for a worker here, so the wake-up may take longer than at ingest. */
const WAKE_UP_MS = 3_000;

const FILTER_OPTIONS = {
  reason: { type: 'string' },
  env: { type: 'string' },
  service: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
} as const;

type FilterValues = { [Option in keyof typeof FILTER_OPTIONS]?: string | undefined };

/** `wm quarantine list|show|redrive|discard`. Resolves to the exit code. */
export async function quarantineCommand(args: string[]): Promise<number> {
  const [action, ...rest] = args;
  if (action === 'list') return list(rest);
  if (action === 'show') return show(rest);
  if (action === 'redrive') return redrive(rest);
  if (action === 'discard') return discard(rest);
  if (action === undefined) {
    process.stdout.write(helpText('quarantine'));
    return 0;
  }
  throw new PlainError(`wm quarantine knows list, show, redrive and discard, not "${action}".`);
}

async function list(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      ...FILTER_OPTIONS,
      state: { type: 'string', default: 'open' },
      limit: { type: 'string', default: '50' },
    },
  });
  const filter = filterOf(values);
  const state = stateOf(values.state);
  const limit = limitOf(values.limit);
  const rows = await database((sql) => listQuarantined(sql, filter, state, null, limit + 1));
  for (const row of rows.slice(0, limit)) process.stdout.write(`${summaryLine(row)}\n`);
  if (rows.length === 0) process.stderr.write('Nothing of this kind is in the quarantine.\n');
  if (rows.length > limit) {
    process.stderr.write(`Only the newest ${limit} are shown. Narrow it, go back with --until, or raise --limit.\n`);
  }
  return 0;
}

async function show(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { raw: { type: 'boolean' } }, allowPositionals: true });
  const id = onlyId(positionals, 'show');
  const [entry, actions] = await database((sql) =>
    Promise.all([findQuarantined(sql, id, EVERYTHING), listQuarantineActions(sql, id)]),
  );
  if (entry === null) throw noSuchEntry(id);
  if (values.raw === true && entry.rawCut)
    process.stderr.write('Only the beginning of the text is kept: what follows is no whole event.\n');
  process.stdout.write(values.raw === true ? `${printable(entry.raw)}\n` : entryText(entry, actions));
  return 0;
}

async function redrive(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { ...FILTER_OPTIONS, all: { type: 'boolean' }, event: { type: 'string' } },
    allowPositionals: true,
  });
  if (positionals.length === 0 && values.event === undefined) return redriveMany(meantBy(values, 'redrive'));
  const id = onlyId(positionals, 'redrive');
  refuseFilter(values);
  const mended = values.event === undefined ? null : await readMended(values.event);
  const result = await withRedriver((sql, redriver) => redriveOne(sql, id, EVERYTHING, mended, redriver));
  process.stdout.write(`${resultText(id, result)}\n`);
  return result.outcome === 'stored' || result.outcome === 'duplicate' ? 0 : 1;
}

async function redriveMany(filter: QuarantineFilter): Promise<number> {
  const total: RedriveCounts = { stored: 0, duplicates: 0, rejected: {}, cut: 0, next: null };
  await withRedriver(async (sql, redriver) => {
    do {
      const page = { after: total.next, limit: REDRIVE_PAGE };
      const counts = await redriveSome(sql, filter, page, redriver);
      total.stored += counts.stored;
      total.duplicates += counts.duplicates;
      total.cut += counts.cut;
      for (const [reason, number] of Object.entries(counts.rejected))
        total.rejected[reason] = (total.rejected[reason] ?? 0) + number;
      total.next = counts.next;
    } while (total.next !== null);
  });
  const reasons = Object.entries(total.rejected).map(([reason, number]) => `, ${number} rejected again (${reason})`);
  const cut = total.cut === 0 ? '' : `, ${total.cut} not tried because only the beginning of their text is kept`;
  process.stdout.write(`${total.stored} stored, ${total.duplicates} stored before${reasons.join('')}${cut}.\n`);
  return reasons.length === 0 && total.cut === 0 ? 0 : 1;
}

async function discard(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { ...FILTER_OPTIONS, all: { type: 'boolean' }, why: { type: 'string' } },
    allowPositionals: true,
  });
  const why = values.why?.trim() ?? '';
  if (why === '') throw new PlainError('--why must say why it is not needed. Nothing was discarded.');
  const by = { actor: ACTOR, why };
  if (positionals.length === 0) return discardMany(meantBy(values, 'discard'), by);
  const id = onlyId(positionals, 'discard');
  refuseFilter(values);
  const result = await database((sql) => discardOne(sql, id, EVERYTHING, by));
  if (result.outcome === 'not_found') throw noSuchEntry(id);
  if (result.outcome === 'settled')
    throw new PlainError(
      `Entry ${id} was ${result.state} before. Nothing was changed; \`wm quarantine show\` tells by whom.`,
    );
  process.stdout.write(`Entry ${id} is discarded.\n`);
  return 0;
}

async function discardMany(filter: QuarantineFilter, by: { actor: string; why: string }): Promise<number> {
  let discarded = 0;
  await database(async (sql) => {
    for (let more = true; more;) {
      const some = await discardSome(sql, filter, DISCARD_PAGE, by);
      discarded += some;
      more = some === DISCARD_PAGE;
    }
  });
  process.stdout.write(`${discarded} discarded.\n`);
  return 0;
}

function database<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
  return withDatabase(findSystem().databaseUrl, 'wm-quarantine', work);
}

async function withRedriver<T>(work: (sql: Sql, redriver: Redriver) => Promise<T>): Promise<T> {
  const system = findSystem();
  const queue = createWakeUps(queueTarget(system), { timeoutMs: WAKE_UP_MS, onError: () => {} });
  const wake: Redriver['wake'] = async (wakeUps) => {
    if ((await queue.wake(wakeUps)) === 'sent') return;
    process.stderr.write(
      'The queue does not answer; the sweeper of the workers takes the events up some seconds later.\n',
    );
  };
  try {
    return await withDatabase(system.databaseUrl, 'wm-quarantine', (sql) => work(sql, { actor: ACTOR, wake }));
  } finally {
    await queue.close();
  }
}

function resultText(id: string, result: RedriveResult): string {
  switch (result.outcome) {
    case 'stored':
      return `Entry ${id} is stored as event ${result.eventId}.`;
    case 'duplicate':
      return `Entry ${id} was stored before, as event ${result.eventId}. It is marked as redriven.`;
    case 'rejected':
      return `Entry ${id} is rejected again and stays: ${result.reason}. ${printable(result.detail)}`;
    case 'cut':
      return `Only the beginning of the text of ${id} is kept, so nothing was changed. Give the whole event with --event, or discard it.`;
    case 'settled':
      return `Entry ${id} was ${result.state} before. Nothing was changed.`;
    case 'not_found':
      throw noSuchEntry(id);
  }
}

/** @throws PlainError where the file is no JSON */
async function readMended(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new PlainError(`The file ${file} cannot be read (${error.code ?? error.message}). Nothing was changed.`);
  });
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    JSON.parse(text);
    return text;
  } catch {
    throw new PlainError(`The file ${file} does not hold one event as JSON in UTF-8. Nothing was changed.`);
  }
}

function filterOf(values: FilterValues): QuarantineFilter {
  const { reason, env, service, since, until } = values;
  return {
    scope: EVERYTHING,
    reason: reason ?? null,
    env: env ?? null,
    service: service ?? null,
    since: timeOf('--since', since),
    until: timeOf('--until', until),
  };
}

/** Without an id, a filter must say what is meant, or --all that everything is. */
function meantBy(values: FilterValues & { all?: boolean | undefined }, action: string): QuarantineFilter {
  if (values.all !== true && !hasFilter(values))
    throw new PlainError(
      `wm quarantine ${action} takes an id, a filter such as --reason, or --all. Nothing was changed.`,
    );
  return filterOf(values);
}

function refuseFilter(values: FilterValues & { all?: boolean | undefined }): void {
  if (values.all === true || hasFilter(values))
    throw new PlainError('An id and a filter do not go together. Nothing was changed; give one of them.');
}

function hasFilter(values: FilterValues): boolean {
  return Object.keys(FILTER_OPTIONS).some((option) => values[option as keyof FilterValues] !== undefined);
}

function timeOf(option: string, text: string | undefined): number | null {
  return text === undefined ? null : momentOf(text, option, NOTHING_DONE).getTime();
}

function stateOf(text: string): QuarantineState | null {
  if (text === 'any') return null;
  const state = QUARANTINE_STATES.find((known) => known === text);
  if (state === undefined)
    throw new PlainError(`--state is ${QUARANTINE_STATES.join(', ')} or any, not "${text}". ${NOTHING_DONE}`);
  return state;
}

function limitOf(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text))
    throw new PlainError(`--limit takes a whole number from 1 to 999999, not "${text}". ${NOTHING_DONE}`);
  return Number(text);
}

function onlyId(positionals: string[], action: string): string {
  const [id, ...others] = positionals;
  if (id === undefined || others.length > 0 || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw new PlainError(
      `wm quarantine ${action} takes one id. \`wm quarantine list\` shows them. Nothing was changed.`,
    );
  return id.toLowerCase();
}

function noSuchEntry(id: string): PlainError {
  return new PlainError(`There is no entry ${id} in the quarantine. \`wm quarantine list --state any\` shows all.`);
}
