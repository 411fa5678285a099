/** What happened to a run and why it is in its state, in sentences. */
import type { Routes, Step, Workflow } from '@wm/client';
import { distance, instant, length } from './words.ts';

export type Detail = Routes['GET /v1/workflows/{env}/{service}/{workflowId}']['answer'];

/** Sentences, the most important first. Texts of strangers are in them as they are. */
export function story({ workflow, steps, time, asOf }: Detail): string[] {
  return [
    stateSentence(workflow, steps, asOf),
    ...lateSentences(workflow),
    ...timeSentence(time),
    ...lossSentences(workflow),
  ];
}

function stateSentence(workflow: Workflow, steps: readonly Step[], now: string): string {
  const { status, startedAt, queuedAt, completedAt, failedAt, cancelledAt, cancelReason } = workflow;
  switch (status) {
    case 'completed':
      return `Completed ${distance(completedAt!, now)}${workflow.durationMs === null ? '' : `, after ${length(workflow.durationMs)}`}.`;
    case 'failed':
      return `Failed ${distance(failedAt!, now)}${blame(workflow)}: ${workflow.errorMessage ?? 'no message was sent'}`;
    case 'cancelled':
      return `Cancelled ${distance(cancelledAt!, now)}${cancelReason === null ? ', no reason was given' : `: ${cancelReason}`}.`;
    case 'paused':
      return pauseSentence(workflow, steps, now);
    case 'running':
      return runningSentence(workflow, steps, startedAt, now);
    default:
      return `Waits to be started${queuedAt === null ? '' : `, since ${instant(queuedAt)} (${distance(queuedAt, now)})`}.`;
  }
}

function blame({ errorStepName, errorAttempt, errorStepInferred }: Workflow): string {
  if (errorStepName === null) return '';
  const attempt = errorAttempt === null ? '' : `, attempt ${errorAttempt}`;
  return ` in step ${errorStepName}${attempt}${errorStepInferred ? ' (concluded, nobody said so)' : ''}`;
}

function pauseSentence({ pauseReason, resumeAt }: Workflow, steps: readonly Step[], now: string): string {
  const until =
    resumeAt === null ? 'nobody said until when' : `until ${instant(resumeAt)} (${distance(resumeAt, now)})`;
  if (pauseReason !== 'retry') return pauseReason === 'sleep' ? `Sleeps, ${until}.` : `Is paused, ${until}.`;
  const retried = steps.find(({ status }) => status === 'retrying');
  if (retried === undefined) return `Waits for a retry, ${until}.`;
  const { stepName, currentAttempt, maxAttempts, errorMessage } = retried;
  const attempt = `attempt ${currentAttempt}${maxAttempts === null ? '' : ` of ${maxAttempts}`}`;
  return `Waits to try step ${stepName} again, ${until}: ${attempt} failed${errorMessage === null ? '' : ` (${errorMessage})`}.`;
}

function runningSentence(
  { currentStep, gaps, lastEventAt }: Workflow,
  steps: readonly Step[],
  startedAt: string | null,
  now: string,
): string {
  if (gaps.includes('end')) return 'Its end never arrived: another run of the same id followed, so it is over.';
  const since = startedAt === null ? '' : ` since ${instant(startedAt)} (${distance(startedAt, now)})`;
  const step = steps.find(({ stepName }) => stepName === currentStep);
  const where =
    step === undefined
      ? 'between steps'
      : `in step ${step.stepName}, attempt ${step.currentAttempt}${step.maxAttempts === null ? '' : ` of ${step.maxAttempts}`}`;
  return `Runs${since}, ${where}; last heard of ${distance(lastEventAt, now)}.`;
}

function lateSentences({ activityState, evidence }: Workflow): string[] {
  if (evidence === null || activityState === null) return [];
  if (evidence.kind === 'past_resume') {
    const late = `It should have gone on ${length(evidence.lateMs)} ago, and nothing was heard since.`;
    return activityState === 'stuck'
      ? [`Stuck: ${late} It may have been cancelled while it waited (clients do not tell), or its worker is lost.`]
      : [`Overdue: ${late}`];
  }
  const { silentMs, usualMs, ofStep } = evidence;
  const who = ofStep === null ? 'workflows of this name' : `runs of step ${ofStep}`;
  return [`Stuck: it has said nothing for ${length(silentMs)}; 99 of 100 ${who} are done in ${length(usualMs)}.`];
}

function timeSentence({ totalMs, activeMs, sleepingMs, retryWaitMs }: Detail['time']): string[] {
  if (totalMs === null || activeMs === null || sleepingMs + retryWaitMs === 0) return [];
  const parts = [
    `${length(activeMs)} at work`,
    ...(sleepingMs > 0 ? [`${length(sleepingMs)} asleep`] : []),
    ...(retryWaitMs > 0 ? [`${length(retryWaitMs)} waiting for retries`] : []),
  ];
  return [`Of ${length(totalMs)}: ${parts.join(', ')}.`];
}

const LOST = {
  start: 'Its start never arrived, so it is not known how long it took.',
  end: 'Nothing was heard of its end.',
  step: 'Something of its steps is missing.',
};

function lossSentences({ status, gaps, anomalies }: Workflow): string[] {
  const lost = gaps.filter((gap) => !(gap === 'end' && status === 'running')).map((gap) => LOST[gap]);
  return [...lost, ...(anomalies.length === 0 ? [] : [`What made no sense: ${anomalies.join(', ')}.`])];
}
