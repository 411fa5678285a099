import type { Gap, WorkflowStatus } from '@wm/projection';

/**
 * What a run that is neither waiting for its start nor over is doing: it runs, it waits for a time to come, or that
 * time has passed without a sign of life (it may have been cancelled without a word: the client reports nothing then).
 */
export type ActivityState = 'active' | 'scheduled' | 'overdue';

/** A client that cannot reach us repeats for seven seconds: a resume may honestly be told this late. */
export const OVERDUE_AFTER_MS = 15_000;

/** null where the run is not running or paused, or was followed by another run and is over without a word. */
export function activityState(
  run: { status: WorkflowStatus; resumeAt: Date | null; gaps: Gap[] },
  now: Date,
): ActivityState | null {
  if (run.gaps.includes('end')) return null;
  if (run.status === 'running') return 'active';
  if (run.status !== 'paused') return null;
  if (run.resumeAt !== null && now.getTime() > run.resumeAt.getTime() + OVERDUE_AFTER_MS) return 'overdue';
  return 'scheduled';
}
