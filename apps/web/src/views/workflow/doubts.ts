/** What is not known about a run, and what made no sense, in words. Pure. */
import type { Run } from '@wm/client';

type Gap = Run['gaps'][number];

const DROPPED = 'A client sends a batch again after 1, 2 and 4 seconds and drops it then, without a word.';

/** @param run its run number tells how an end can be missing: another run follows */
export function gapWords(
  gap: Gap,
  { run, firstEventAt }: Pick<Run, 'run' | 'firstEventAt'>,
  instant: (at: string) => string,
) {
  switch (gap) {
    case 'start':
      return {
        title: 'The start of this run never arrived',
        text: `What it did before ${instant(firstEventAt)} is not known, and so is how long it took in all. ${DROPPED}`,
      };
    case 'end':
      return {
        title: 'The end of this run never arrived',
        text: `Run ${run + 1} began without a word of how this one ended. Perhaps it was cancelled while it waited: the client sends nothing then.`,
      };
    case 'step':
      return {
        title: 'Events of some steps never arrived',
        text: `What is hatched below is concluded from what came later, such as the list of steps that the end brings. ${DROPPED}`,
      };
  }
}

const ANOMALIES: Record<string, string> = {
  resumed_after_end: 'It was told to have resumed after its end, and nothing followed.',
  paused_after_end: 'It was told to have paused after its end.',
  retry_of_completed_step: 'A retry was scheduled for a step that was complete.',
  unknown_pause_reason: 'It paused for a reason that this version does not know.',
};

export function anomalyWords(anomaly: string): string {
  return ANOMALIES[anomaly] ?? `What was told makes no sense: ${anomaly}.`;
}
