/** Why a run is taken for overdue or stuck, as arithmetic in words. Pure. */
import type { ActiveRun } from '@wm/client';
import { formatDuration } from '../../time/format.ts';

type Judged = Pick<ActiveRun, 'activityState' | 'evidence' | 'lastEventAt'>;

/**
 * @param now ms, so that the figure in the sentence moves with the time
 * @returns null for a run that is neither overdue nor stuck
 */
export function evidenceInWords({ activityState, evidence, lastEventAt }: Judged, now: number): string | null {
  if (evidence === null) return null;
  if (evidence.kind === 'past_resume') {
    const late = formatDuration(wholeSeconds(now - Date.parse(evidence.resumeAt)));
    const grace = formatDuration(evidence.graceMs);
    return `Should have resumed ${late} ago; beyond ${grace} it counts as ${activityState}.`;
  }
  const silent = formatDuration(wholeSeconds(now - Date.parse(lastEventAt)));
  const usual = formatDuration(evidence.usualMs);
  const of = evidence.ofStep === null ? 'runs of this workflow' : `runs of step ${evidence.ofStep}`;
  return `Silent for ${silent}; 99 of 100 ${of} take no longer than ${usual}.`;
}

function wholeSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1_000) * 1_000);
}
