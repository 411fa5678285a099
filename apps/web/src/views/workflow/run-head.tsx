/** What a run is and how it stands: everything that is read before any tab. */
import { Link } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Environment } from '../../ui/environment.tsx';
import { Identifier } from '../../ui/identifier.tsx';
import { ViewHead } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago, Duration, Instant } from '../../ui/time.tsx';
import { formatCount } from '../../time/format.ts';
import { Doubts } from './run-doubts.tsx';
import { RunError } from './run-error.tsx';
import { runTarget, type Detail } from './run-detail.ts';
import { Situation } from './situation.tsx';
import { TimeSplitBar } from './time-split-bar.tsx';
import { Fact } from '../../ui/fact.tsx';
import css from './run-head.module.css';

export function RunHead({ detail }: { detail: Detail }) {
  const { workflow } = detail;
  return (
    <>
      <ViewHead
        title={
          <span className={css.title}>
            <span className={css.name}>{workflow.workflowName}</span>
            <Status
              status={workflow.status}
              pauseReason={workflow.pauseReason}
              activityState={workflow.activityState}
            />
          </span>
        }
      >
        <RunNumber detail={detail} />
      </ViewHead>
      <div className={css.ids}>
        <Environment env={workflow.env} />
        <Link to="/workflows" search={{ service: [workflow.serviceKey] }} className="link">
          {workflow.serviceKey}
        </Link>
        {workflow.executionId !== null && (
          <span>
            <span className="faint">execution</span> <Identifier id={workflow.executionId} most={40} />
          </span>
        )}
        <span>
          <span className="faint">workflow id</span> <Identifier id={workflow.workflowId} most={26} />
        </span>
      </div>
      <Situation detail={detail} />
      <Facts detail={detail} />
      <TimeSplitBar detail={detail} />
      <Doubts workflow={workflow} />
      <RunError workflow={workflow} />
    </>
  );
}

function RunNumber({ detail: { workflow, runs } }: { detail: Detail }) {
  const newest = Math.max(workflow.run, ...runs.map(({ run }) => run));
  if (newest === 1) return null;
  const other = (run: number) => runTarget({ ...workflow, run });
  return (
    <nav className={css.runs} aria-label="Runs of this id">
      {workflow.run > 1 && (
        <Link {...other(workflow.run - 1)} aria-label="Run before" title="Run before">
          <ChevronLeft size={16} aria-hidden="true" />
        </Link>
      )}
      <Link {...runTarget(workflow, 'runs')} className="link">
        run {workflow.run} of {newest}
      </Link>
      {workflow.run < newest && (
        <Link {...other(workflow.run + 1)} aria-label="Next run" title="Next run">
          <ChevronRight size={16} aria-hidden="true" />
        </Link>
      )}
      {workflow.run < newest && (
        <Link {...other(newest)} className="link">
          newest
        </Link>
      )}
    </nav>
  );
}

function Facts({ detail: { workflow, steps } }: { detail: Detail }) {
  const ended = workflow.completedAt ?? workflow.failedAt ?? workflow.cancelledAt;
  return (
    <dl className={css.facts}>
      {workflow.queuedAt !== null && (
        <Fact name="Queued">
          <Instant at={workflow.queuedAt} />
        </Fact>
      )}
      <Fact name="Started">
        {workflow.startedAt === null ? (
          <span className={css.missing}>{workflow.gaps.includes('start') ? 'never arrived' : 'not yet'}</span>
        ) : (
          <>
            <Instant at={workflow.startedAt} /> <Aside at={workflow.startedAt} />
          </>
        )}
      </Fact>
      {ended !== null ? (
        <Fact name="Ended">
          <Instant at={ended} /> <Aside at={ended} />
        </Fact>
      ) : (
        <Fact name="Last sign of life">
          <Instant at={workflow.lastEventAt} /> <Aside at={workflow.lastEventAt} />
        </Fact>
      )}
      {ended !== null && (
        <Fact name="Took">
          <Duration ms={workflow.durationMs} none="not known" />
        </Fact>
      )}
      <Fact name="Steps completed">
        <Link {...runTarget(workflow, 'steps')} className="link">
          {formatCount(workflow.completedStepCount)} of {formatCount(steps.length)} seen
        </Link>
      </Fact>
      <Fact name="Retries">
        <Link {...runTarget(workflow, 'steps')} className="link">
          {formatCount(workflow.retryCount)}
        </Link>
      </Fact>
      <Fact name="Events">
        <Link {...runTarget(workflow, 'events')} className="link">
          {formatCount(workflow.eventCount)}
        </Link>
      </Fact>
    </dl>
  );
}

function Aside({ at }: { at: string }) {
  return (
    <span className="faint">
      <Ago at={at} />
    </span>
  );
}
