import type { Tx } from '../../client.ts';
import { countPicked } from './count-picked.ts';
import { countSource } from './count-source.ts';
import { estimateRows } from './estimate-rows.ts';
import { lanesOf } from './list-lanes.ts';
import { wholeSources } from './list-segments.ts';
import { unanswered, type ListSource } from './list-source.ts';
import { readWhole } from './small-source.ts';
import type { Condition, WorkflowFilter } from './workflow-filter.ts';

export interface WorkflowTotal {
  count: number;
  /** false: an estimate by the statistics of the store. */
  exact: boolean;
}

interface Counting {
  tx: Tx;
  filter: WorkflowFilter;
  envs: readonly string[];
  conditions: readonly Condition[];
  /** Sources small enough to be read whole that hold everything; null: there are none. */
  findSmall: () => Promise<ListSource[] | null>;
  /** So many there are at least. */
  seen: number;
}

/** Up to so many are counted one by one. */
const COUNTED = 10_000;

/**
 * How many runs fit a filter, for a bounded effort: counted where an index that answers for the whole filter holds at
 * most 10,000, or a small one holds everything that the filter can leave; estimated elsewhere.
 */
export async function countWorkflows({
  tx,
  filter,
  envs,
  conditions,
  findSmall,
  seen,
}: Counting): Promise<WorkflowTotal> {
  const whole = wholeSources(filter);
  if (whole.length === 0) return { count: 0, exact: true };
  const counted = async (sources: ListSource[], count: (source: ListSource) => PromiseLike<{ count: number }[]>) =>
    (await Promise.all(sources.map(count))).reduce((sum, [row]) => sum + row!.count, 0);
  let atLeast = seen;
  if (whole.every((source) => unanswered(conditions, source).length === 0)) {
    const count = await counted(whole, (source) =>
      countSource(tx, source, lanesOf(source, filter, envs), filter, COUNTED + 1),
    );
    if (count <= COUNTED) return { count, exact: true };
    atLeast = count;
  } else {
    const small = await findSmall();
    if (small !== null) {
      const count = await counted(small, (source) => {
        const picked = countPicked(tx, source, lanesOf(source, filter, envs), filter, unanswered(conditions, source));
        return readWhole(tx, source, picked);
      });
      return { count, exact: true };
    }
  }
  const [plan] = await estimateRows(tx, filter, envs, conditions);
  return { count: Math.max(atLeast, plan!['QUERY PLAN'][0].Plan['Plan Rows']), exact: false };
}
