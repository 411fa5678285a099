import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  countRebuilds,
  requestRebuilds,
  requestRecounts,
  type RebuildScope,
  type RebuildsLeft,
  type Sql,
} from '@wm/store';
import { PlainError } from '../plain-error.ts';
import { findSystem } from '../running-system.ts';
import { withDatabase } from '../with-database.ts';
import { SCOPE_OPTIONS, scopeOf } from '../workflow-scope.ts';

const COUNT_EVERY_MS = 1_000;
/** Each count reads what is left: with millions left it comes less often. */
const COUNTS_PER_MILLION = 5;
const STANDSTILL_MS = 15_000;
const INTERRUPTED = 130;

/**
 * `wm rebuild`: asks the workers to fold workflows again, and follows them. Resolves to 0 when all are done, to 1 where
 * some could not be rebuilt, to 130 after Ctrl-C.
 */
export async function rebuildCommand(args: string[]): Promise<number> {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({
    args,
    options: { ...SCOPE_OPTIONS, stale: flag, incomplete: flag, detach: flag, follow: flag },
  });
  if (values.detach && values.follow)
    throw new PlainError('--detach and --follow exclude each other. Nothing was begun.');
  const scope: RebuildScope = { ...scopeOf(values), stale: values.stale };
  const signal = interruptSignal();
  return withDatabase(findSystem().databaseUrl, 'wm-rebuild', async (sql) => {
    let requested: number | null = null;
    if (!values.follow) {
      requested = await request(sql, scope, values.incomplete, signal);
      if (signal.aborted) {
        say(`Ended while asking: ${workflows(requested)} will be rebuilt by the workers, the others will not.`);
        return INTERRUPTED;
      }
      say(`${workflows(requested)} to be rebuilt. Live events come first.`);
      if (values.detach) return 0;
    }
    return follow(sql, scope, requested, signal);
  });
}

/** @returns how many workflows were asked for; fewer than all where the signal came */
async function request(sql: Sql, scope: RebuildScope, incomplete: boolean, signal: AbortSignal): Promise<number> {
  let requested = 0;
  let after: Parameters<typeof requestRebuilds>[3] = null;
  do {
    const page: Awaited<ReturnType<typeof requestRebuilds>> = await requestRebuilds(sql, scope, incomplete, after);
    requested += page.requested;
    after = page.next;
    showProgress(`asked for ${workflows(requested)}`);
  } while (after !== null && !signal.aborted);
  endProgress();
  // Rows of another version have their contribution with them: folding them again leaves the rollups right.
  if (scope.stale !== true && !signal.aborted) await requestRecounts(sql, scope);
  return requested;
}

/** @param requested null: by an earlier command */
async function follow(sql: Sql, scope: RebuildScope, requested: number | null, signal: AbortSignal): Promise<number> {
  const startedAt = Date.now();
  let left = await countRebuilds(sql, scope);
  const total = requested ?? left.workflows;
  let movedAt = startedAt;
  while (left.workflows + left.services > left.failing) {
    showProgress(progressLine(total, left, Date.now() - startedAt));
    const countEveryMs = COUNT_EVERY_MS * (1 + (left.workflows / 1_000_000) * COUNTS_PER_MILLION);
    await pause(countEveryMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) {
      endProgress();
      say(`${workflows(left.workflows)} left. The workers go on; \`wm rebuild --follow\` shows how far they are.`);
      return INTERRUPTED;
    }
    const before = left;
    left = await countRebuilds(sql, scope);
    if (left.workflows !== before.workflows || left.services !== before.services) movedAt = Date.now();
    else if (Date.now() - movedAt > STANDSTILL_MS) {
      endProgress();
      say('Nothing moves: is a worker of the version in force running? What was asked for stays on the list.');
      movedAt = Date.now();
    }
  }
  endProgress();
  const seconds = Math.max(1, Math.round((Date.now() - startedAt) / 1_000));
  say(`${workflows(Math.max(0, total - left.workflows))} rebuilt in ${seconds} s.`);
  return left.failing === 0 ? 0 : tellFailing(left);
}

function tellFailing({ failing, example }: RebuildsLeft): 1 {
  const { env, serviceKey, workflowId, error } = example!;
  say(
    `${failing} could not be rebuilt and ${failing === 1 ? 'is' : 'are'} tried again every few minutes; the stored rows are as before. ` +
      `One is ${env}/${serviceKey}${workflowId === null ? ' (its rollups)' : `/${workflowId}`}: ${error}`,
  );
  return 1;
}

function progressLine(total: number, { workflows: left, services }: RebuildsLeft, elapsedMs: number): string {
  const done = Math.max(0, total - left);
  if (left === 0) return `${total} of ${total} rebuilt; counting the rollups of ${services} services again`;
  const rate = done / (elapsedMs / 1_000);
  const until = done > 0 ? `, about ${Math.ceil(left / rate)} s left` : '';
  return `${done} of ${total} rebuilt, ${elapsedMs > 0 ? rate.toFixed(0) : 0}/s${until}`;
}

let shown = '';

/** Written over on a terminal; elsewhere one line for each that differs. */
function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
  else if (line !== shown) process.stderr.write(`${line}\n`);
  shown = line;
}

function endProgress(): void {
  if (process.stderr.isTTY && shown !== '') process.stderr.write('\r\u001b[K');
  shown = '';
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function workflows(count: number): string {
  return `${count} ${count === 1 ? 'workflow' : 'workflows'}`;
}

/** The first Ctrl-C ends the command in order; the same one may come twice, from the terminal and passed on by npm. */
function interruptSignal(): AbortSignal {
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupt.abort());
  return interrupt.signal;
}
