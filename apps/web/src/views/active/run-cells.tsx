/** What the tables of active runs show of a run. */
import { Link } from '@tanstack/react-router';
import type { ActiveRun } from '@wm/client';
import { Identifier } from '../../ui/identifier.tsx';
import { Status } from '../../ui/status.tsx';
import { Countdown, Since } from '../../ui/time.tsx';
import css from './active.module.css';

/** By the id that people look for: the execution's, where the client gave one. */
export function RunLink({ run }: { run: ActiveRun }) {
  const { env, serviceKey: service, workflowId, executionId } = run;
  return (
    <Link to="/workflows/$env/$service/$workflowId" params={{ env, service, workflowId }} data-row="" className="link">
      <Identifier id={executionId ?? workflowId} copy={false} />
    </Link>
  );
}

/** Name and service, each a filter of this view. */
export function RunName({ run }: { run: ActiveRun }) {
  return (
    <span className={css.name}>
      <Link from="/active" to="/active" search={(before) => ({ ...before, name: [run.workflowName] })}>
        {run.workflowName}
      </Link>
      <Link
        from="/active"
        to="/active"
        search={(before) => ({ ...before, service: [run.serviceKey] })}
        className="faint"
      >
        {run.serviceKey}
      </Link>
    </span>
  );
}

export function RunState({ run }: { run: ActiveRun }) {
  return <Status status={run.status} pauseReason={run.pauseReason} activityState={run.activityState} />;
}

/** Until it goes on; of a run that runs: since when it does. */
export function Waits({ run }: { run: ActiveRun }) {
  if (run.resumeAt !== null) return <Countdown to={run.resumeAt} />;
  if (run.status === 'paused') return <span className="faint">nobody said when</span>;
  if (run.startedAt === null) return <span className="faint">runs</span>;
  return (
    <span className="soft">
      runs for <Since at={run.startedAt} />
    </span>
  );
}

export function StepNow({ run }: { run: ActiveRun }) {
  const steps = run.runningSteps.length > 0 ? run.runningSteps : run.currentStep === null ? [] : [run.currentStep];
  if (steps.length === 0) return <span className="faint nowrap">between steps</span>;
  const { env, serviceKey: service, workflowId } = run;
  return (
    <span className={css.steps} title={steps.join(', ')}>
      <Link
        to="/workflows/$env/$service/$workflowId/steps/$step"
        params={{ env, service, workflowId, step: steps[0]! }}
        className="link"
      >
        {steps[0]}
      </Link>
      {steps.length > 1 && <span className="faint"> and {steps.length - 1} more</span>}
    </span>
  );
}

/** 3 of about 7: a run may take more steps than is usual, so the bar never claims that it is done. */
export function Progress({ run }: { run: ActiveRun }) {
  const { completedStepCount: done, usualSteps } = run;
  if (usualSteps === null) {
    return (
      <span title="Too few of this workflow have completed to tell how many steps are usual">
        {done} <span className="faint">of –</span>
      </span>
    );
  }
  const usual = Math.max(1, Math.round(usualSteps));
  const words = `${done} of usually ${usual}`;
  return (
    <span className={css.progress} title={`${words} steps`}>
      <span className={css.track} aria-hidden="true">
        <span style={{ width: `${Math.min(1, done / usual) * 100}%` }} />
      </span>
      <span className="number">
        {done} <span className="faint">of ~{usual}</span>
      </span>
    </span>
  );
}
