/**
 * Begins a read: tells as of when its answer is true, and has every statement planned for the values it is asked with. A
 * plan made for any value would walk a whole index to find a rare one.
 *
 * A replica answers as of the last commit that it has taken over. While nothing commits anywhere that time stands still,
 * though nothing is missing: better too old than too new.
 *
 * Reads: nothing. Growth: not at all.
 */
import type { Tx } from '../client.ts';

/** With PostgreSQL's 4 MB the failed steps of a month were sorted on disk; hashed it takes a third of the time. */
const WORK_MEM = '16MB';

/** One row. */
export function beginRead(tx: Tx) {
  return tx<{ asOf: Date }[]>`
    SELECT least(now(), CASE WHEN pg_is_in_recovery() THEN pg_last_xact_replay_timestamp() END) AS "asOf",
      set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', ${WORK_MEM}, true)`;
}
