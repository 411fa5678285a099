/** Which run to compare with. Pure. */
import type { RunKey } from '../run-detail.ts';
import { runNumber } from '../search.ts';

interface Placed {
  id: string;
  sortAt: string;
}

/** @returns null where there is none but the run itself */
export function nearest<Run extends Placed>(own: Placed, others: readonly Run[]): Run | null {
  const far = (run: Placed): number => Math.abs(Date.parse(run.sortAt) - Date.parse(own.sortAt));
  return others.filter(({ id }) => id !== own.id).toSorted((a, b) => far(a) - far(b))[0] ?? null;
}

/** @param named env/service/workflowId/run as the address has it, each percent-encoded */
export function readWith(named: string | undefined): RunKey | null {
  const parts = named?.split('/') ?? [];
  const run = runNumber(parts[3]);
  if (parts.length !== 4 || run === undefined) return null;
  try {
    const [env, service, workflowId] = parts.slice(0, 3).map(decodeURIComponent) as [string, string, string];
    return env === '' || service === '' || workflowId === '' ? null : { path: { env, service, workflowId }, run };
  } catch {
    return null;
  }
}
