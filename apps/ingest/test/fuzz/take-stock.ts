/** What must hold whenever the attacks pause. */
import { waitFor } from '../../../../packages/testkit/src/wait-for.ts';
import { MEMORY_BUDGET_BYTES } from '../../src/limits.ts';
import { Finding } from './attacker.ts';
import type { Attacker } from './attacker.ts';
import { expectOrdinaryWork } from './ordinary-work.ts';
import type { FuzzSystem } from './system.ts';

export const MB = 1024 * 1024;
/** Large bodies leave some hundred thousand events behind. */
const FOLDED_WITHIN_MS = 600_000;

/**
 * The room is free again, the books are right, ordinary work is done, no process has died or logged an error, and the
 * memory of ingest has stayed within its budget.
 *
 * @throws Finding
 */
export async function takeStock(system: FuzzSystem, { ledger }: Attacker): Promise<void> {
  await waitFor('the room for bodies to be free again', async () => {
    const text = await (await fetch(`http://127.0.0.1:${system.port}/metrics`)).text();
    return /^wm_ingest_bytes_in_flight\S* 0$/m.test(text);
  });
  const problems = await ledger.check(system.sql);
  if (problems.length > 0) {
    throw new Finding(`${problems.length} entries of the ledger are wrong. ${problems.slice(0, 10).join('\n')}`);
  }
  await expectOrdinaryWork(system);
  const died = system.problem();
  if (died !== null) throw new Finding(died);
  const { peak } = await system.memory();
  if (peak <= MEMORY_BUDGET_BYTES) return;
  throw new Finding(
    `Ingest took ${Math.round(peak / MB)} MB of memory; its budget is ${MEMORY_BUDGET_BYTES / MB} MB. What was sent since the last line did it.`,
  );
}

/** Whatever was let in can be folded: the workers get through all of it, and give up none. @throws Finding */
export async function expectEverythingFolded(system: FuzzSystem): Promise<void> {
  const { sql } = system;
  const died = await waitFor(
    'all events to be folded',
    async () => {
      const [row] = await sql<{ pending: boolean }[]>`SELECT EXISTS (SELECT FROM pending_events) AS pending`;
      return system.problem() ?? (row!.pending ? undefined : null);
    },
    FOLDED_WITHIN_MS,
  );
  if (died !== null) throw new Finding(died);
  const poisoned = await sql<{ id: string; error: string }[]>`
    SELECT id, processing_error AS error FROM workflow_events WHERE processing_error IS NOT NULL LIMIT 5`;
  if (poisoned.length === 0) return;
  const shown = poisoned.map(({ id, error }) => `${id}: ${error}`).join('\n');
  throw new Finding(`Events that ingest let in could not be folded:\n${shown}`);
}
