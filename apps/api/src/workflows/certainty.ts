import type { RunSummary } from '@wm/store';

/** observed: a client said so. inferred: concluded from what else it said. missing: it must have been, and never came. */
type Certainty = 'observed' | 'inferred' | 'missing';

export interface RunCertainty {
  /** null: not started yet, as far as is known. */
  start: Certainty | null;
  /** null: not over yet, as far as is known. */
  end: Certainty | null;
  /** null: no step is blamed. */
  errorStep: Certainty | null;
}

export function runCertainty(run: Omit<RunSummary, 'updatedAt'>): RunCertainty {
  const ended = run.completedAt ?? run.failedAt ?? run.cancelledAt;
  return {
    start: run.startedAt !== null ? 'observed' : run.gaps.includes('start') ? 'missing' : null,
    end: ended !== null ? 'observed' : run.gaps.includes('end') ? 'missing' : null,
    errorStep: run.errorStepName === null ? null : run.errorStepInferred ? 'inferred' : 'observed',
  };
}
