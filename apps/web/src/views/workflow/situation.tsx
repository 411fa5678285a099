/** One sentence: what the run does now, waits for, or ended by. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Workflow } from '@wm/client';
import { useNow } from '../../time/clock.ts';
import { Countdown, Instant } from '../../ui/time.tsx';
import { evidenceInWords } from '../active/evidence.ts';
import { stepTarget, type Detail } from './run-detail.ts';
import css from './run-head.module.css';

export function Situation({ detail }: { detail: Detail }) {
  const { workflow } = detail;
  return (
    <div className={css.situation}>
      <p>{sentence(detail)}</p>
      <Late workflow={workflow} />
    </div>
  );
}

function sentence({ workflow, steps }: Detail): ReactNode {
  switch (workflow.status) {
    case 'pending':
      return 'Only events of unknown types have arrived: nothing more is known of this run.';
    case 'queued':
      return 'It waits to be started.';
    case 'running':
      return <Running workflow={workflow} />;
    case 'paused':
      return <Waiting workflow={workflow} retried={steps.find(({ status }) => status === 'retrying')?.stepName} />;
    case 'completed':
      return 'It ran to its end.';
    case 'failed':
      return <FailedAt workflow={workflow} />;
    case 'cancelled':
      return workflow.cancelReason === null
        ? 'It was cancelled, without a reason.'
        : `It was cancelled: ${workflow.cancelReason}`;
  }
}

function Running({ workflow }: { workflow: Workflow }) {
  const steps = workflow.runningSteps;
  if (steps.length === 0) return 'It runs, between two steps.';
  const shown = steps.slice(0, 5);
  return (
    <>
      Now in{' '}
      {shown.map((step, index) => (
        <span key={step}>
          {index > 0 && ', '}
          <StepLink workflow={workflow} step={step} />
        </span>
      ))}
      {steps.length > shown.length && ` and ${steps.length - shown.length} more`}.
    </>
  );
}

function Waiting({ workflow, retried }: { workflow: Workflow; retried: string | undefined }) {
  const { pauseReason, resumeAt } = workflow;
  const what =
    pauseReason === 'sleep'
      ? 'Sleeping'
      : pauseReason === 'retry'
        ? 'Waiting to try again'
        : 'Paused, it is not said why';
  return (
    <>
      {what}
      {pauseReason === 'retry' && retried !== undefined && (
        <>
          {': '}
          <StepLink workflow={workflow} step={retried} />
        </>
      )}
      {resumeAt === null ? (
        ', it is not said until when.'
      ) : (
        <>
          {' until '}
          <Instant at={resumeAt} ms={false} /> (<Countdown to={resumeAt} />
          ).
        </>
      )}
    </>
  );
}

function FailedAt({ workflow }: { workflow: Workflow }) {
  const { errorStepName, errorAttempt, errorStepInferred } = workflow;
  if (errorStepName === null) return 'It failed, outside of any step that we know.';
  return (
    <>
      It failed in <StepLink workflow={workflow} step={errorStepName} />
      {errorAttempt !== null && `, attempt ${errorAttempt}`}
      {errorStepInferred && (
        <span className={css.guess}> most likely: the client does not name the step, and this one was open then</span>
      )}
      .
    </>
  );
}

function StepLink({ workflow, step }: { workflow: Workflow; step: string }) {
  return (
    <Link {...stepTarget(workflow, step)} className="link mono">
      {step}
    </Link>
  );
}

/** What nothing can tell apart. */
const MAYBE_CANCELLED =
  'Or it was cancelled: of a run that is cancelled while it waits the client says nothing, and it looks just like this.';

function Late({ workflow }: { workflow: Workflow }) {
  const words = evidenceInWords({ ...workflow, activityState: workflow.activityState ?? 'active' }, useNow());
  if (words === null) return null;
  return (
    <p className={css.late}>
      {words} {workflow.status === 'paused' && MAYBE_CANCELLED}
    </p>
  );
}
