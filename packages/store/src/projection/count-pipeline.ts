/**
 * Adds to the counters that outlive a process. One upsert by primary key (name, slot), sorted; a handful of rows.
 */
import type { Tx } from '../client.ts';

/** swept: events that the sweeper had to save; refolded: workflows folded again; poisoned: events set aside by it; differing: rows that the verifier found to differ. */
export type PipelineCounter = 'swept' | 'refolded' | 'poisoned' | 'differing';

const COUNT = `
INSERT INTO pipeline_counters AS t (name, slot, value)
SELECT r.name, $3::smallint, r.value
FROM unnest($1::text[], $2::bigint[]) AS r(name, value)
ORDER BY r.name
ON CONFLICT (name, slot) DO UPDATE SET value = t.value + EXCLUDED.value, updated_at = now()`;

export async function countPipeline(
  tx: Tx,
  counts: Partial<Record<PipelineCounter, number>>,
  slot: number,
): Promise<void> {
  const changed = Object.entries(counts).filter(([, value]) => value > 0);
  if (changed.length === 0) return;
  await tx.unsafe(COUNT, [changed.map(([name]) => name), changed.map(([, value]) => value), slot], { prepare: true });
}
