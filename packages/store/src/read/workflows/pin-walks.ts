/**
 * Has the rest of the transaction go along indexes. A walk is bounded only where it follows its index: with an index of
 * which vacuum has not seen enough yet the planner would rather read a whole lane (80,000 rows of 100,000) and sort it.
 *
 * Reads: nothing. Growth: not at all.
 */
import type { Tx } from '../../client.ts';

export function pinWalks(tx: Tx) {
  return tx`SELECT set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true)`;
}
