/** One step of a run: every attempt of it, what they said, and when the next one was due. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import type { Step } from '@wm/client';
import { ask } from '../../api/queries.ts';
import { Environment } from '../../ui/environment.tsx';
import { Identifier } from '../../ui/identifier.tsx';
import { JsonViewer } from '../../ui/json/json-viewer.tsx';
import { Answered } from '../../ui/notice.tsx';
import { Panel, ViewHead } from '../../ui/panel.tsx';
import { ErrorText } from '../../ui/stack-trace.tsx';
import { Status } from '../../ui/status.tsx';
import { Countdown, Duration, Instant } from '../../ui/time.tsx';
import { Attempts } from '../workflow/attempts.tsx';
import { STEP_ROUTE, WORKFLOW_ROUTE } from '../workflow/run-detail.ts';
import { runNumber } from '../workflow/search.ts';
import { AttemptBars } from './attempt-bars.tsx';
import { Fact } from '../../ui/fact.tsx';
import css from './step.module.css';

const ROUTE = 'GET /v1/workflows/{env}/{service}/{workflowId}/steps/{step}';

export default function StepView() {
  const params = useParams({ from: STEP_ROUTE });
  const { run } = useSearch({ from: STEP_ROUTE });
  // Another step is another page: nothing of the one before may stand under its name.
  return <StepPage key={JSON.stringify([params, run])} />;
}

function StepPage() {
  const params = useParams({ from: STEP_ROUTE });
  const { env, service, workflowId, step: name } = params;
  const run = runNumber(useSearch({ from: STEP_ROUTE }).run);
  const query = useQuery(
    ask(ROUTE, { path: { env, service, workflowId, step: name }, query: run === undefined ? {} : { run } }),
  );
  return (
    <>
      <ViewHead title={<span className={css.title}>{name}</span>}>
        <Link
          to={WORKFLOW_ROUTE}
          params={params}
          search={{ run: run === undefined ? undefined : String(run) }}
          className="link"
        >
          The whole run
        </Link>
        <Link
          to={WORKFLOW_ROUTE}
          params={params}
          search={{ run: run === undefined ? undefined : String(run), tab: 'events', step: name }}
          className="link"
        >
          Its events
        </Link>
        <Link to="/workflows" search={{ step: name, service: [service] }} className="link">
          Runs with this step
        </Link>
      </ViewHead>
      <p className={css.where}>
        <Environment env={env} /> {service} <Identifier id={workflowId} most={26} />
      </p>
      <Answered query={query} what="This step" rows={8}>
        {({ step }) => <Known step={step} />}
      </Answered>
    </>
  );
}

function Known({ step }: { step: Step }) {
  const { attempts } = step;
  const retries = attempts.filter(({ retryScheduled }) => retryScheduled).length;
  return (
    <div className={css.parts}>
      <dl className={css.facts}>
        <Fact name="State">
          <Status status={step.status} inferred={step.inferred} />
          {step.inferred && <span className="faint"> concluded, not reported</span>}
          {step.cached && <span className="faint"> the result is from before, nothing ran</span>}
        </Fact>
        <Fact name="Attempts">
          {attempts.length}
          {step.maxAttempts !== null && ` of ${step.maxAttempts}`}
        </Fact>
        <Fact name="Retries">{retries}</Fact>
        <Fact name="Started">
          <Instant at={step.startedAt} none="not known" />
        </Fact>
        <Fact name="Ended">
          <Instant at={step.completedAt} none={step.status === 'running' ? 'goes on' : 'not known'} />
        </Fact>
        <Fact name="Last attempt took">
          <Duration ms={step.durationMs} />
        </Fact>
        <Fact name="In all, waits included">
          <Duration ms={step.totalDurationMs} />
        </Fact>
        <Fact name="Time limit">
          {step.timeoutMs === null ? <span className="faint">none told</span> : <Duration ms={step.timeoutMs} />}
          {step.timeoutDeadline !== null && (
            <>
              {' '}
              until <Instant at={step.timeoutDeadline} date={false} />
            </>
          )}
          {step.timedOut && ', exceeded'}
        </Fact>
        {step.nextRetryAt !== null && (
          <Fact name="Next attempt">
            <Countdown to={step.nextRetryAt} /> <Instant at={step.nextRetryAt} />
          </Fact>
        )}
      </dl>
      {(step.errorMessage !== null || step.errorStack !== null) && (
        <Panel title={step.willRetry === true ? 'What went wrong? It will be tried again.' : 'What went wrong?'}>
          <ErrorText message={step.errorMessage} stack={step.errorStack} />
        </Panel>
      )}
      {attempts.length > 0 && (
        <Panel title="When was it tried, and how long did it wait between?">
          <AttemptBars step={step} />
        </Panel>
      )}
      <Panel title="What came of each attempt?">
        <Attempts stepName={step.stepName} attempts={attempts} above={step} />
      </Panel>
      {step.hasResult && (
        <Panel title="What did it return?">
          <JsonViewer label="the result" value={step.result} />
        </Panel>
      )}
    </div>
  );
}
