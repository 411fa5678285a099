import type { Tx } from '../../client.ts';
import { countPicked } from './count-picked.ts';
import { countSource } from './count-source.ts';
import { estimateRows } from './estimate-rows.ts';
import { lanesOf } from './list-lanes.ts';
import { wholeSources } from './list-segments.ts';
import { unanswered, type ListSource } from './list-source.ts';
import { reachOf } from './reach.ts';
import { findSmallest } from './small-source.ts';
import { conditionsOf, type WorkflowFilter } from './workflow-filter.ts';

export interface WorkflowTotal {
  count: number;
  /** false: an estimate by the statistics of the store. */
  exact: boolean;
}

/** Up to so many are counted one by one. */
const COUNTED = 10_000;

/**
 * How many runs fit a filter, for a bounded effort: counted where an index that answers for the whole filter holds at
 * most 10,000, or one that answers for a part of it holds at most `smallSource`; estimated elsewhere.
 *
 * @param seen so many there are at least
 */
export async function countWorkflows(
  tx: Tx,
  asked: WorkflowFilter,
  { smallSource, seen }: { smallSource: number; seen: number },
): Promise<WorkflowTotal> {
  const reach = await reachOf(tx, asked);
  if (reach === null) return { count: 0, exact: true };
  const { filter, envs } = reach;
  const whole = wholeSources(filter);
  if (whole.length === 0) return { count: 0, exact: true };
  const conditions = conditionsOf(tx, filter);
  const counted = async (sources: ListSource[], count: (source: ListSource) => Promise<{ count: number }[]>) =>
    (await Promise.all(sources.map(count))).reduce((sum, [row]) => sum + row!.count, 0);
  let atLeast = seen;
  if (whole.every((source) => unanswered(conditions, source).length === 0)) {
    const count = await counted(whole, async (source) =>
      countSource(tx, source, lanesOf(source, filter, envs), filter, COUNTED + 1),
    );
    if (count <= COUNTED) return { count, exact: true };
    atLeast = Math.max(seen, count);
  }
  const small = await findSmallest(tx, filter, envs, smallSource);
  if (small !== null) {
    const count = await counted(small, async (source) =>
      countPicked(tx, source, lanesOf(source, filter, envs), filter, unanswered(conditions, source)),
    );
    return { count, exact: true };
  }
  const [plan] = await estimateRows(tx, filter, envs, conditions);
  return { count: Math.max(atLeast, plan!['QUERY PLAN'][0].Plan['Plan Rows']), exact: false };
}
