/**
 * Begins a read: tells as of when its answer is true, by the clock of the database that is asked, and has every
 * statement planned for the values it is asked with. A plan made for any value would walk a whole index to find a rare one.
 *
 * Reads: nothing. Growth: not at all.
 */
import type { Tx } from '../client.ts';

/** One row. */
export function beginRead(tx: Tx) {
  return tx<{ asOf: Date }[]>`SELECT now() AS "asOf", set_config('plan_cache_mode', 'force_custom_plan', true)`;
}
