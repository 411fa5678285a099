/** What one fold of one run wants written. */
import type { RunState, WorkflowKey } from '@wm/projection';
import type { PreviousRun } from './stored-rows.ts';

export interface RunWrite {
  key: WorkflowKey;
  /** Rows named in `changed` are written. */
  run: RunState;
  /** What was stored before; null for a run without a row. */
  previous: PreviousRun | null;
}
