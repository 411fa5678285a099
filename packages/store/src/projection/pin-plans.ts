/**
 * Pins the plans of the current transaction and reads which projection version is in force, in one round trip.
 *
 * Every statement of a drain is a handful of index lookups whose plan never needs to change. A generic plan is made
 * once per connection; made anew each time, planning over the log's partitions costs more than the lookups. Hash and
 * merge joins and sequential scans are ruled out because a generic plan made while a table was empty would keep them. So is
 * sorting, where an index has the order: the newest run of a workflow must come from its unique index, and on an empty
 * table any index that begins with the environment looks as cheap.
 */
import type { Tx } from '../client.ts';

const PIN = `
SELECT (SELECT version FROM projection_target) AS "target",
       set_config('plan_cache_mode', 'force_generic_plan', true),
       set_config('enable_seqscan', 'off', true),
       set_config('enable_hashjoin', 'off', true),
       set_config('enable_mergejoin', 'off', true),
       set_config('enable_sort', 'off', true),
       set_config('jit', 'off', true)`;

/** @returns the projection version in force, null where no migration has set one */
export async function pinPlans(tx: Tx): Promise<number | null> {
  const [row] = await tx.unsafe<{ target: number | null }[]>(PIN, [], { prepare: true });
  return row?.target ?? null;
}
