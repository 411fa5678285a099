/** Checks all workflows in the background, slowly: each is folded again and compared with its rows, over and over. */
import type { WorkflowKey } from '@wm/projection';
import {
  inTransaction,
  isRebuildRequested,
  isStaleWalkFinished,
  pinPlans,
  takeVerification,
  verifyWorkflow,
} from '@wm/store';
import type { RowDifference } from '@wm/store';
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

/** Rows named in one line of the log. */
const SHOWN_ROWS = 10;

export function startVerifier(options: VerifierOptions): Rounds {
  const { context, mayDrain } = options;
  const everyMs = 1_000 / options.perSecond;
  return startRounds(async () => {
    try {
      if (mayDrain()) await verifyNext(context, everyMs);
    } catch (error) {
      if (!(error instanceof VersionMismatch)) {
        context.metrics.verifyFailures.inc();
        context.logger.warn({ error }, 'a workflow could not be verified now; the next round comes to it again');
      }
    }
    return everyMs;
  });
}

async function verifyNext(context: DrainContext, everyMs: number): Promise<void> {
  const { logger, metrics } = context;
  const { key, roundAt } = await takeVerification(context.sql, everyMs);
  metrics.verifyRoundAt.set(roundAt === null ? 0 : roundAt.getTime() / 1_000);
  const differences = key === null ? null : await differencesOf(context, key);
  if (key === null || differences === null) return;
  metrics.verified.inc();
  metrics.verifyDifferences.inc(differences.length);
  if (differences.length === 0) return;
  const scope = `--env ${quoted(key.env)} --service ${quoted(key.serviceKey)} --workflow ${quoted(key.workflowId)}`;
  logger.error(
    { ...key, differences: differences.length, rows: differences.slice(0, SHOWN_ROWS).map(describe) },
    'what is stored of a workflow is not the fold of its events; no event is lost. Look at it with ' +
      `\`wm verify ${scope}\`, mend it with \`wm rebuild ${scope}\``,
  );
}

/** @returns null where the workflow cannot be judged now: it is to be rebuilt anyway, or its first events are gone */
async function differencesOf(context: DrainContext, key: WorkflowKey): Promise<RowDifference[] | null> {
  const { projectionVersion, limits } = context;
  return inTransaction(context.sql, async (tx) => {
    assertVersion(context, await pinPlans(tx));
    const found = await verifyWorkflow(tx, key, projectionVersion, limits.lockTimeoutMs);
    if (found.incomplete) return null;
    if (found.differences.length === 0) return [];
    const isExpected = (await isRebuildRequested(tx, key)) || !(await isStaleWalkFinished(tx, projectionVersion));
    return isExpected ? null : found.differences;
  });
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
