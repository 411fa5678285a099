/** What a set of writes changes about the rollups: contributions that were, subtracted from those that are. */
import type { Contribution, ContributionEntry, WorkflowKey } from '@wm/projection';

/** One count of one rollup row. */
export interface RollupDelta extends ContributionEntry {
  env: string;
  serviceKey: string;
  workflowName: string;
}

/** Adds up deltas by row and measure; what cancels out is left out. */
export class RollupDeltas {
  readonly #byKey = new Map<string, RollupDelta>();

  /** @param sign 1 to add the contribution, -1 to take it back */
  add(
    key: Pick<WorkflowKey, 'env' | 'serviceKey'>,
    workflowName: string,
    contribution: Contribution,
    sign: 1 | -1,
  ): void {
    for (const entry of contribution) {
      const { measure, minute, stepName, bucket, errorGroup } = entry;
      const id = [key.env, key.serviceKey, workflowName, stepName, minute, measure, bucket, errorGroup].join('\0');
      const known = this.#byKey.get(id);
      if (known !== undefined) known.count += sign * entry.count;
      else {
        const { env, serviceKey } = key;
        this.#byKey.set(id, { ...entry, env, serviceKey, workflowName, count: sign * entry.count });
      }
    }
  }

  /** The counts that changed, in no particular order. */
  list(): RollupDelta[] {
    return [...this.#byKey.values()].filter(({ count }) => count !== 0);
  }
}
