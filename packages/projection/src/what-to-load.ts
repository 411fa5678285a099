/** Which stored rows of a run the next events need. The rest of a long run stays in the database. */
import type { FoldEvent } from '@wm/events';
import type { RunRow } from './state.ts';

/**
 * Rows to hand to the fold with the run's own row. Beside these it needs the current attempt of every named step: an
 * event may say the step but not the attempt.
 */
export interface RowsNeeded {
  /** A terminal closes and lists steps: it needs them all. */
  allSteps: boolean;
  /** More is open than the row lists: every open attempt (result running) with its step, every open sleep (no end reason). */
  allOpen: boolean;
  stepNames: string[];
  attempts: { stepName: string; attemptNumber: number }[];
  /** Start events. */
  sleeps: string[];
}

/** @param events what will be folded next, in any order */
export function whatToLoad(row: RunRow, events: readonly FoldEvent[]): RowsNeeded {
  const { open } = row.foldState;
  const needed: RowsNeeded = {
    allSteps: false,
    allOpen: open === null,
    stepNames: [],
    attempts: [...(open?.attempts ?? [])],
    sleeps: [...(open?.sleeps ?? [])],
  };
  const names = new Set(needed.attempts.map(({ stepName }) => stepName));
  for (const event of events) {
    if (event.type === 'unknown') continue;
    const { body } = event;
    if ('completedSteps' in body) needed.allSteps = true;
    if ('stepName' in body && body.stepName !== undefined) {
      names.add(body.stepName);
      if ('attempt' in body) needed.attempts.push({ stepName: body.stepName, attemptNumber: body.attempt });
    }
    if (event.type === 'workflow.failed' && event.body.error.stepName !== undefined) {
      const { stepName, attempt } = event.body.error;
      names.add(stepName);
      if (attempt !== undefined) needed.attempts.push({ stepName, attemptNumber: attempt });
    }
  }
  if (events.some((event) => event.type === 'workflow.failed')) {
    for (const { stepName, attempt } of row.foldState.failures) {
      names.add(stepName);
      needed.attempts.push({ stepName, attemptNumber: attempt });
    }
  }
  needed.stepNames = [...names];
  return needed;
}
