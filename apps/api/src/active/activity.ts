/** What an active run is doing, and what that is concluded from. */
import { z } from '@hono/zod-openapi';
import type { ActiveRun } from '@wm/store';
import { instantJson } from '../http/params.ts';
import { OVERDUE_AFTER_MS } from '../workflows/activity-state.ts';

const MINUTE_MS = 60_000;

/** Past its time by more than this, a run is not just late: a cancel of a paused run is silent, and so is a lost worker. */
const STUCK_AFTER_MS = 5 * MINUTE_MS;

/** Whoever is usually done in a second may take a minute once. */
const SILENCE_MS = MINUTE_MS;

export const ACTIVITY_RULES = {
  overdueAfterMs: OVERDUE_AFTER_MS,
  stuckAfterMs: STUCK_AFTER_MS,
  silenceMs: SILENCE_MS,
};

export const activeState = z.enum(['active', 'scheduled', 'overdue', 'stuck']).openapi({
  description: `active: runs; scheduled: waits for its time; overdue: that time passed more than ${OVERDUE_AFTER_MS / 1_000} s ago; stuck: it passed more than ${STUCK_AFTER_MS / MINUTE_MS} minutes ago, or the run says nothing for longer than 99 of 100 of its step (or its workflow) take, and for a minute at least`,
});

export const evidenceSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('past_resume'),
      resumeAt: instantJson,
      lateMs: z.int(),
      graceMs: z.int().openapi({ description: 'What lateness the state allows' }),
    }),
    z.object({
      kind: z.literal('silent'),
      silentMs: z.int().openapi({ description: 'Since its newest event' }),
      usualMs: z.int().openapi({ description: '99 of 100 took no longer in the last seven days' }),
      ofStep: z.string().nullable().openapi({ description: 'The step that this is of; null: the workflow' }),
    }),
  ])
  .nullable()
  .openapi({ description: 'Of an overdue or stuck run: why it is taken for that' });

export function evidence(run: ActiveRun, now: Date): z.infer<typeof evidenceSchema> {
  if (run.activityState !== 'overdue' && run.activityState !== 'stuck') return null;
  if (run.status === 'paused') {
    const resumeAt = run.resumeAt!;
    return {
      kind: 'past_resume',
      resumeAt: resumeAt.toISOString(),
      lateMs: now.getTime() - resumeAt.getTime(),
      graceMs: run.activityState === 'stuck' ? STUCK_AFTER_MS : OVERDUE_AFTER_MS,
    };
  }
  return { kind: 'silent', silentMs: run.silentMs, usualMs: run.expectedMs!, ofStep: run.expectedOfStep };
}
