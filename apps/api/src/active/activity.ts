/** What a run that is under way is doing, and what that is concluded from. One rule, wherever the word is shown. */
import { z } from '@hono/zod-openapi';
import type { Gap, WorkflowStatus } from '@wm/projection';
import { expectationKey, MINUTE_MS, type ActiveState, type Expectations } from '@wm/store';
import { instantJson } from '../http/params.ts';

/** A client that cannot reach us repeats for seven seconds: a resume may honestly be told this late. */
const OVERDUE_AFTER_MS = 15_000;

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

export type Evidence = z.infer<typeof evidenceSchema>;

/** Of a run, what its activity is judged by. */
export interface RunUnderWay {
  env: string;
  serviceKey: string;
  workflowName: string;
  status: WorkflowStatus;
  resumeAt: Date | null;
  currentStep: string | null;
  lastEventAt: Date;
  gaps: readonly Gap[];
}

/**
 * As judgedRuns of the store judges the rows of /v1/active.
 *
 * @param expectations how long runs and steps usually take; see UsualDurations
 * @returns null where the run is not running or paused, or was followed by another run and is over without a word
 */
export function activityState(run: RunUnderWay, now: Date, expectations: Expectations): ActiveState | null {
  if (run.gaps.includes('end')) return null;
  if (run.status === 'paused') {
    const lateMs = run.resumeAt === null ? 0 : now.getTime() - run.resumeAt.getTime();
    return lateMs > STUCK_AFTER_MS ? 'stuck' : lateMs > OVERDUE_AFTER_MS ? 'overdue' : 'scheduled';
  }
  if (run.status !== 'running') return null;
  const expected = expectedOf(run, expectations);
  return expected !== null && silentMs(run, now) > Math.max(expected.usualMs, SILENCE_MS) ? 'stuck' : 'active';
}

/** Why a run is overdue or stuck; null: it is neither. */
export function evidenceOf(run: RunUnderWay, now: Date, expectations: Expectations): Evidence {
  const state = activityState(run, now, expectations);
  if (state !== 'overdue' && state !== 'stuck') return null;
  if (run.status === 'running')
    return { kind: 'silent', silentMs: silentMs(run, now), ...expectedOf(run, expectations)! };
  return pastResume(run.resumeAt!, now, state);
}

/** Why a run whose time has passed is overdue or stuck. */
export function pastResume(resumeAt: Date, now: Date, state: 'overdue' | 'stuck'): Evidence {
  return {
    kind: 'past_resume',
    resumeAt: resumeAt.toISOString(),
    lateMs: now.getTime() - resumeAt.getTime(),
    graceMs: state === 'stuck' ? STUCK_AFTER_MS : OVERDUE_AFTER_MS,
  };
}

function silentMs({ lastEventAt }: RunUnderWay, now: Date): number {
  return Math.max(0, now.getTime() - lastEventAt.getTime());
}

/** By its step where that is known well enough, else by its workflow; null: too few of either completed. */
function expectedOf(run: RunUnderWay, expectations: Expectations): { usualMs: number; ofStep: string | null } | null {
  const of = (step: string): number | undefined => {
    const key = expectationKey(run.env, run.serviceKey, run.workflowName, step);
    return Object.hasOwn(expectations, key) ? expectations[key] : undefined;
  };
  const ofStep = run.currentStep === null ? undefined : of(run.currentStep);
  if (ofStep !== undefined) return { usualMs: ofStep, ofStep: run.currentStep };
  const ofWorkflow = of('');
  return ofWorkflow === undefined ? null : { usualMs: ofWorkflow, ofStep: null };
}
