import type { Tx } from '../../client.ts';
import { countSource } from './count-source.ts';
import { findById } from './find-by-id.ts';
import { lanesOf } from './list-lanes.ts';
import { SORT_AT } from './list-order.ts';
import { smallSources, type ListSource } from './list-source.ts';
import type { WorkflowFilter } from './workflow-filter.ts';

/**
 * The smallest set of indexes that together hold all that the filter leaves, to be read whole.
 *
 * @returns null where each of them has more than `most` rows
 */
export async function findSmallest(
  tx: Tx,
  filter: WorkflowFilter,
  envs: readonly string[],
  most: number,
): Promise<ListSource[] | null> {
  const searched = filter.search === null ? null : await searchedSource(tx, filter, most);
  if (searched !== null) return [searched];
  const sets = await Promise.all(
    smallSources(filter).map(async (sources) => {
      const counts = await Promise.all(
        sources.map((source) => countSource(tx, source, lanesOf(source, filter, envs), filter, most + 1)),
      );
      return { sources, count: counts.reduce((sum, [row]) => sum + row!.count, 0) };
    }),
  );
  const [best] = sets.toSorted((a, b) => a.count - b.count);
  return best !== undefined && best.count <= most ? best.sources : null;
}

/** They lie anywhere: each takes a look into the table of its own, where those of a lane lie side by side. */
const SEARCHED_AT_MOST = 1_500;

/** The runs that the search finds, as a source; null where there are too many. */
async function searchedSource(tx: Tx, { scope, search }: WorkflowFilter, most: number): Promise<ListSource | null> {
  const { text, runsOfEvents } = search!;
  const searched = Math.min(most, SEARCHED_AT_MOST);
  const rows = await findById(tx, scope, text, searched + 1);
  if (rows.length > searched) return null;
  const ids = [...new Set([...rows.map(({ id }) => id), ...runsOfEvents])];
  return {
    order: [SORT_AT],
    ordered: true,
    byEnv: false,
    byLatest: false,
    lanes: null,
    conditions: (sql) => sql`workflows.id = ANY(${ids}::uuid[])`,
    answers: ['search'],
  };
}
