/**
 * Counts the rollups of one service again and adds what they are off, while drains go on.
 *
 * The comparison sees one moment. Every other transaction changes rollups and contributions by the same amounts, so what
 * was off at that moment is what is off for as long as nobody else mends it; the lock on the request sees to that.
 * Grows with the workflows of the service (see compare-rollups).
 */
import type { ContributionEntry } from '@wm/projection';
import type { Sql, Tx } from '../client.ts';
import { inTransaction } from '../in-transaction.ts';
import { applyRollups } from '../projection/apply-rollups.ts';
import type { RollupDelta } from '../projection/rollup-deltas.ts';
import { compareRollups } from '../verify/compare-rollups.ts';
import type { RollupDifference } from '../verify/compare-rollups.ts';

/** A service with millions of steps takes minutes; nobody waits for it. */
const TIMEOUT = '15min';

export interface Recount {
  env: string;
  serviceKey: string;
  /** Counts that were off, and are right now. */
  mended: number;
}

/**
 * Takes the next service that is due and of which no workflow is left to be folded again.
 *
 * @param slot as in applyRollups
 * @returns null where there is none
 */
export async function recountRollups(sql: Sql, slot: number): Promise<Recount | null> {
  let claimed: { env: string; serviceKey: string } | undefined;
  try {
    return await inTransaction(sql, async (tx) => {
      claimed = await claimService(tx);
      if (claimed === undefined) return null;
      await tx`SELECT set_config('statement_timeout', ${TIMEOUT}, true)`;
      const differences = await compareRollups(tx, claimed);
      if (differences.length > 0) await applyRollups(tx, differences.map(toDelta), slot);
      await tx`DELETE FROM recount_requests WHERE env = ${claimed.env} AND service_key = ${claimed.serviceKey}`;
      return { ...claimed, mended: differences.length };
    });
  } catch (error) {
    if (claimed !== undefined) await postpone(sql, claimed, error instanceof Error ? error.message : String(error));
    throw error;
  }
}

async function claimService(tx: Tx): Promise<{ env: string; serviceKey: string } | undefined> {
  const [service] = await tx<{ env: string; serviceKey: string }[]>`
    SELECT env, service_key AS "serviceKey" FROM recount_requests c
    WHERE not_before <= clock_timestamp()
      AND NOT EXISTS (
        SELECT FROM rebuild_requests r
        WHERE r.env = c.env AND r.service_key = c.service_key AND r.failures < 3
      )
    ORDER BY env, service_key
    LIMIT 1
    FOR UPDATE SKIP LOCKED`;
  return service;
}

async function postpone(sql: Sql, { env, serviceKey }: { env: string; serviceKey: string }, error: string) {
  await sql`
    UPDATE recount_requests
    SET failures = failures + 1, error = ${error},
        not_before = clock_timestamp() + least(2 ^ least(failures + 1, 10), 300) * interval '1 second'
    WHERE env = ${env} AND service_key = ${serviceKey}`;
}

function toDelta({ count, stored, recounted }: RollupDifference): RollupDelta {
  type Named = [string, string, string, string, number, ContributionEntry['measure'], number | null, string | null];
  const [env, serviceKey, workflowName, stepName, minute, measure, bucket, errorGroup] = JSON.parse(count) as Named;
  return {
    env,
    serviceKey,
    workflowName,
    stepName,
    minute,
    measure,
    ...(bucket !== null && { bucket }),
    ...(errorGroup !== null && { errorGroup }),
    count: recounted - stored,
  };
}
