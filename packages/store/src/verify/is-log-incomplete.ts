/**
 * Whether the log no longer has all that the stored rows of a workflow were folded from: it has fewer events than they
 * counted, and the one that they began with is not there any more. That is how a workflow looks whose first events went
 * with an old partition. Damaged rows do not: their first event is still in the log.
 *
 * At most one lookup in the log by primary key.
 */
import type { Tx } from '../client.ts';
import type { Refold } from '../projection/refold.ts';

export async function isLogIncomplete(tx: Tx, { stored, folded }: Refold): Promise<boolean> {
  const rows = stored.flatMap((whole) => whole.stored?.row ?? []);
  const [first] = rows;
  const events = (runs: readonly { eventCount: number }[]): number =>
    runs.reduce((sum, run) => sum + run.eventCount, 0);
  if (first === undefined || events(folded.map(({ row }) => row)) >= events(rows)) return false;
  const { id, at } = first.firstEvent;
  const found = await tx`
    SELECT FROM workflow_events WHERE id = ${id} AND event_timestamp = ${new Date(at).toISOString()}::text::timestamptz`;
  return found.length === 0;
}
