/** The reckoning at the end: what the harness remembers against what is stored. */
import { setTimeout as pause } from 'node:timers/promises';
import { comparePositions } from '@wm/events';
import { emptyWorkflow, foldEvents, PROJECTION_VERSION } from '@wm/projection';
import { compareRuns, inTransaction, refold, verifyWorkflows } from '@wm/store';
import type { Sql } from '@wm/store';
import type { Memory } from './memory.ts';
import { rejectName } from './memory.ts';
import type { System } from './system.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** The figures, and where it is not well a few examples. */
  readonly found: string;
}

/** Slow is not stuck: as long as it gets less, it is waited for. */
const QUEUE_STUCK_AFTER_MS = 60_000;
/** A run that took in little shows little. On a machine of which others take the most, faults do cost events. */
const LEAST_ACKNOWLEDGED = 0.5;
const EXAMPLES = 3;

/** What is stored that matters here. */
interface Stored {
  /** How often each id is in the log. */
  readonly ids: ReadonlyMap<string, number>;
  readonly rejects: ReadonlySet<string>;
}

export interface Ledger {
  readonly checks: Check[];
  /** Events that were sent and not acknowledged, and those of them that are stored all the same. */
  readonly unacknowledged: { readonly sent: number; readonly stored: number };
}

export async function reckon(
  system: Pick<System, 'sql' | 'queue'>,
  memory: Memory,
  say: (line: string) => void,
): Promise<Ledger> {
  const { sql } = system;
  const stored = await readStored(sql);
  say(`Comparing ${stored.ids.size} stored events with what was acknowledged, and folding again …`);
  const unacknowledged = [...memory.events].filter(([, isAcknowledged]) => !isAcknowledged).map(([id]) => id);
  return {
    checks: [
      ...compareLog(stored, memory),
      await checkProcessed(sql),
      await checkVerify(sql),
      await checkSample(sql, memory, stored),
      await checkQueue(system),
    ],
    unacknowledged: {
      sent: unacknowledged.length,
      stored: unacknowledged.filter((id) => stored.ids.has(id)).length,
    },
  };
}

async function readStored(sql: Sql): Promise<Stored> {
  const ids = new Map<string, number>();
  for await (const rows of sql<{ id: string }[]>`SELECT id FROM workflow_events`.cursor(5_000)) {
    for (const { id } of rows) ids.set(id, (ids.get(id) ?? 0) + 1);
  }
  const rejects = await sql<{ reason: string; raw: Buffer }[]>`SELECT reason, raw FROM quarantined_events`;
  return { ids, rejects: new Set(rejects.map(({ reason, raw }) => rejectName(reason, raw.toString()))) };
}

function compareLog({ ids, rejects }: Stored, memory: Memory): Check[] {
  const acknowledged = (of: ReadonlyMap<string, boolean>): string[] => [...of].filter(([, is]) => is).map(([id]) => id);
  const events = acknowledged(memory.events);
  const odd = acknowledged(memory.rejects);
  const missing = events.filter((id) => !ids.has(id));
  const missingRejects = odd.filter((name) => !rejects.has(name));
  const strangers = [
    ...[...ids.keys()].filter((id) => !memory.events.has(id)),
    ...[...rejects].filter((name) => !memory.rejects.has(name)),
  ];
  const share = events.length / Math.max(1, memory.events.size);
  const repeated = [...ids].filter(([, count]) => count > 1).map(([id]) => id);
  return [
    {
      name: 'traffic got through',
      ok: share >= LEAST_ACKNOWLEDGED,
      found: `${(share * 100).toFixed(2)} % of the storable events acknowledged`,
    },
    check('acknowledged = stored', missing, `${events.length} acknowledged, ${missing.length} of them not stored`),
    check(
      'rejected = quarantined',
      missingRejects,
      `${odd.length} acknowledged as rejected, ${missingRejects.length} of them not in the quarantine`,
    ),
    check('no duplicates', repeated, `${repeated.length} ids stored more than once`),
    check('nothing else stored', strangers, `${strangers.length} events that nobody sent`),
    check('answers add up', memory.wrongReceipts, `${memory.wrongReceipts.length} answers with other figures`),
  ];
}

async function checkProcessed(sql: Sql): Promise<Check> {
  const [row] = await sql<[{ pending: number; unmarked: number; poisoned: number }]>`
    SELECT (SELECT count(*) FROM pending_events) AS pending,
           count(*) FILTER (WHERE NOT processed) AS unmarked,
           count(*) FILTER (WHERE processing_error IS NOT NULL) AS poisoned
    FROM workflow_events`;
  const { pending, unmarked, poisoned } = row;
  return {
    name: 'unprocessed = 0',
    ok: pending + unmarked + poisoned === 0,
    found: `${pending} pending, ${unmarked} not marked, ${poisoned} poisoned`,
  };
}

/** As `wm verify` does, rollups included. */
async function checkVerify(sql: Sql): Promise<Check> {
  const examples: string[] = [];
  const { workflows, events, differences } = await verifyWorkflows(sql, {
    onDifference: (difference) => void (examples.length < EXAMPLES && examples.push(JSON.stringify(difference))),
  });
  return {
    name: 'verify',
    ok: differences === 0,
    found: [`${workflows} workflows, ${events} events folded, ${differences} differences`, ...examples].join('\n'),
  };
}

/** Folds what the harness remembers, never what is stored, and compares the rows. */
async function checkSample(sql: Sql, memory: Memory, { ids }: Stored): Promise<Check> {
  const wrong: string[] = [];
  let rows = 0;
  for (const { key, events } of memory.sample.values()) {
    // A batch that was not acknowledged may be stored all the same.
    const due = [...events.values()].filter(({ id }) => memory.events.get(id) === true || ids.has(id));
    const { runs } = foldEvents(emptyWorkflow(), due.sort(comparePositions));
    const { stored } = await inTransaction(sql, (tx) => refold(tx, key, []));
    rows += stored.length;
    const differences = compareRuns(key, stored, runs, PROJECTION_VERSION);
    if (differences.length > 0) wrong.push(`${key.workflowId}: ${JSON.stringify(differences[0])}`);
  }
  const found = `${memory.sample.size} workflows, ${rows} runs, ${wrong.length} workflows differ`;
  return check('memory refolded = rows', wrong, found);
}

/** Jobs of killed workers are taken over when their lock ends, some ten seconds later. */
async function checkQueue({ queue }: Pick<System, 'queue'>): Promise<Check> {
  let least = Number.POSITIVE_INFINITY;
  for (let movedAt = performance.now(); ;) {
    const counts = await queue.counts();
    const left = counts === null ? null : counts.waiting + counts.active + counts.delayed;
    if (left !== null && left < least) {
      least = left;
      movedAt = performance.now();
    }
    if (left === 0 || performance.now() - movedAt > QUEUE_STUCK_AFTER_MS) {
      const found =
        counts === null
          ? 'the queue does not answer'
          : `${counts.waiting} waiting, ${counts.active} active, ${counts.delayed} delayed, ${counts.failed} given up`;
      return { name: 'queue clean', ok: left === 0, found };
    }
    await pause(250);
  }
}

function check(name: string, wrong: readonly string[], found: string): Check {
  const examples = wrong.slice(0, EXAMPLES).map((text) => text.slice(0, 600));
  return { name, ok: wrong.length === 0, found: [found, ...examples].join('\n') };
}
