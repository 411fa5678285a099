/** Checks all workflows in the background, slowly: each is folded again and compared with its rows, over and over. */
import type { WorkflowKey } from '@wm/projection';
import {
  countPipeline,
  inTransaction,
  isRebuildRequested,
  isStaleWalkFinished,
  pinPlans,
  takeVerification,
  VERIFY_MODE,
  verifyWorkflow,
} from '@wm/store';
import type { RowDifference, Tx } from '@wm/store';
import type { DrainContext } from './drain-context.ts';
import { assertVersion, VersionMismatch } from './drain-transaction.ts';
import { startRounds } from './rounds.ts';
import type { Rounds } from './rounds.ts';

export interface VerifierOptions {
  context: DrainContext;
  /** Workflows a second, over all workers. */
  perSecond: number;
  /** Whether this worker may drain now. */
  mayDrain: () => boolean;
}

/**
 * How long the verifier rests for each event that it folded: a run of 100,000 takes a few seconds of processor time, and must
 * not keep this process busy.
 */
const REST_PER_EVENT_MS = 0.5;
/** Rows named in one line of the log. */
const SHOWN_ROWS = 10;

export function startVerifier(options: VerifierOptions): Rounds {
  const { context, mayDrain } = options;
  const everyMs = 1_000 / options.perSecond;
  return startRounds(async () => {
    let events = 0;
    try {
      if (mayDrain()) events = await verifyNext(context, everyMs);
    } catch (error) {
      if (!(error instanceof VersionMismatch)) {
        context.metrics.verifyFailures.inc();
        context.logger.warn({ error }, 'a workflow could not be verified now; the next round comes to it again');
      }
    }
    return Math.max(everyMs, events * REST_PER_EVENT_MS);
  });
}

/** @returns how many events it folded */
async function verifyNext(context: DrainContext, everyMs: number): Promise<number> {
  const { logger, metrics } = context;
  const { key, roundAt } = await takeVerification(context.sql, everyMs);
  metrics.verifyRoundAt.set(roundAt === null ? 0 : roundAt.getTime() / 1_000);
  if (key === null) return 0;
  const { events, differences } = await differencesOf(context, key);
  if (differences === null) return events;
  metrics.verified.inc();
  metrics.verifyDifferences.inc(differences.length);
  if (differences.length === 0) return events;
  await inTransaction(context.sql, (tx) => countPipeline(tx, { differing: differences.length }, 0));
  const scope = `--env ${quoted(key.env)} --service ${quoted(key.serviceKey)} --workflow ${quoted(key.workflowId)}`;
  logger.error(
    { ...key, differences: differences.length, rows: differences.slice(0, SHOWN_ROWS).map(describe) },
    'what is stored of a workflow is not the fold of its events; no event is lost. Look at it with ' +
      `\`wm verify ${scope}\`, mend it with \`wm rebuild ${scope}\``,
  );
  return events;
}

interface Judgement {
  events: number;
  /** Null where the workflow cannot be judged now: it is to be rebuilt anyway, or its first events are gone. */
  differences: RowDifference[] | null;
}

async function differencesOf(context: DrainContext, key: WorkflowKey): Promise<Judgement> {
  const { projectionVersion } = context;
  const verify = async (tx: Tx): Promise<Judgement> => {
    assertVersion(context, await pinPlans(tx));
    const found = await verifyWorkflow(tx, key, projectionVersion);
    const { events, differences } = found;
    if (found.incomplete) return { events, differences: null };
    if (differences.length === 0) return { events, differences };
    const isExpected = (await isRebuildRequested(tx, key)) || !(await isStaleWalkFinished(tx, projectionVersion));
    return { events, differences: isExpected ? null : differences };
  };
  return inTransaction(context.sql, verify, VERIFY_MODE);
}

/** Which row and fields, without what they hold: that may be private. */
function describe({ kind, run, name, problem, fields }: RowDifference): string {
  const which = `run ${run} ${kind}${name === '' ? '' : ` ${name}`} ${problem}`;
  return fields.length === 0 ? which : `${which}: ${fields.map(({ field }) => field).join(', ')}`;
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
