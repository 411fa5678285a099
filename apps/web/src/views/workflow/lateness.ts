/** Why a run is called overdue or stuck: the arithmetic, in words. Pure. */
import type { ActiveRun } from '@wm/client';
import { formatDuration } from '../../time/format.ts';

export type Evidence = NonNullable<ActiveRun['evidence']>;

/** @param passedMs since the answer was made, so that the words go on with the clock */
export function latenessWords(evidence: Evidence, passedMs: number, instant: (at: string) => string): string {
  if (evidence.kind === 'past_resume')
    return `It should have resumed at ${instant(evidence.resumeAt)}, ${formatDuration(evidence.lateMs + passedMs)} ago. Up to ${formatDuration(evidence.graceMs)} late is usual: a client that cannot reach us tells it later.`;
  const of = evidence.ofStep === null ? 'runs of this workflow' : `runs of the step ${evidence.ofStep}`;
  return `It has said nothing for ${formatDuration(evidence.silentMs + passedMs)}. In the last seven days 99 of 100 ${of} took no longer than ${formatDuration(evidence.usualMs)}.`;
}

/** What nothing can tell apart. */
export const MAYBE_CANCELLED =
  'Or it was cancelled: of a run that is cancelled while it waits the client says nothing, and it looks just like this.';
