/** One error: its message, its stack, where and when it happens, and its runs. */
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ErrorGroup } from '@wm/client';
import { useBrush, useRange, useScope } from '../../frame/scope.ts';
import { formatCount } from '../../time/format.ts';
import { rangeWords } from '../../time/range.ts';
import { loadCharts, Chart } from '../../ui/chart.tsx';
import { Environment } from '../../ui/environment.tsx';
import { Identifier } from '../../ui/identifier.tsx';
import { Answered, Empty } from '../../ui/notice.tsx';
import { Panel, ViewHead } from '../../ui/panel.tsx';
import { ErrorText } from '../../ui/stack-trace.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { FreshFailures } from './failure-list.tsx';
import { FailureTable } from './failure-table.tsx';
import { findGroup, type FoundGroup } from './find-group.ts';
import { isNew } from './growth.ts';
import { More } from './more.tsx';
import { Environments, RunLink } from './parts.tsx';
import { Places } from './place-table.tsx';
import { useFailureList, useHeldRange } from './use-failure-list.ts';
import { useNewSince } from './use-new-since.ts';
import css from './shared.module.css';

void loadCharts();

export default function FailureGroup() {
  const { group } = useParams({ from: '/failures/$group' });
  const held = useHeldRange();
  const filter = { ...useScope(), ...held };
  const found = useQuery(findGroup(group, filter));
  return (
    <>
      <ViewHead title={<Title found={found.data} />}>
        <Link to="/failures" className="link">
          All failures
        </Link>
      </ViewHead>
      <div className={css.rows}>
        <Answered query={found} what="This error" rows={6}>
          {(data) => <About found={data} />}
        </Answered>
        <Runs group={group} />
      </div>
    </>
  );
}

function Title({ found }: { found: FoundGroup | undefined }) {
  if (found === undefined) return 'Failure';
  if (found.group === null && found.newest === null) return 'An error that is not known here';
  const text = found.group?.message ?? found.newest?.errorMessage ?? null;
  return text === null || text === '' ? 'A failure without a message' : <span className={css.title}>{text}</span>;
}

function About({ found: { group, newest, range, trendPartMs } }: { found: FoundGroup }) {
  const words = rangeWords(useRange());
  if (group === null || range === null) {
    return (
      <Empty title={`It did not happen ${words}.`}>
        {newest === null ? (
          'No run failed with this error here. Other environments, services or a longer range may have it.'
        ) : (
          <>
            The newest such failure was <Ago at={newest.failedAt} />: <RunLink of={newest} />
          </>
        )}
      </Empty>
    );
  }
  return (
    <>
      <Facts group={group} range={range} />
      <Sample group={group} />
      <Course group={group} since={range.since} partMs={trendPartMs} />
    </>
  );
}

function Facts({ group, range }: { group: ErrorGroup; range: { since: string } }) {
  const newSince = useNewSince(range);
  return (
    <dl className={css.facts}>
      <div>
        <dt>Failures {rangeWords(useRange())}</dt>
        <dd>
          <Link from="/failures/$group" to="." hash="runs">
            {formatCount(group.count)}
          </Link>{' '}
          {isNew(group, newSince) && <Status status="new error" />}
        </dd>
      </div>
      <div>
        <dt>First seen</dt>
        <dd>
          <Ago at={group.firstSeen} />
        </dd>
      </div>
      <div>
        <dt>Last seen</dt>
        <dd>
          <Ago at={group.lastSeen} />
        </dd>
      </div>
      <div>
        <dt>Environments</dt>
        <dd>
          <Environments envs={group.envs} />
        </dd>
      </div>
      <div>
        <dt>Services</dt>
        <dd>{group.services.join(', ')}</dd>
      </div>
      <div>
        <dt>Workflows</dt>
        <dd>{group.workflowNames.join(', ')}</dd>
      </div>
      <div>
        <dt>Error</dt>
        <dd>
          <Identifier id={group.errorGroup} />
        </dd>
      </div>
    </dl>
  );
}

function Sample({ group: { sample } }: { group: ErrorGroup }) {
  return (
    <Panel
      title="What did the newest one say?"
      aside={
        <>
          <Environment env={sample.env} /> {sample.workflowName} <RunLink of={sample} />
          {sample.errorStepName !== null && <> in {sample.errorStepName}</>}
        </>
      }
    >
      <ErrorText message={sample.errorMessage} stack={sample.errorStack} />
    </Panel>
  );
}

function Course({ group, since, partMs }: { group: ErrorGroup; since: string; partMs: number }) {
  const brush = useBrush();
  return (
    <Panel title="Is it getting worse?">
      <Chart
        label="Failures with this error over time"
        x={group.trend.map((_, index) => (Math.floor(Date.parse(since) / partMs) + index) * partMs)}
        series={[{ name: 'failures', tone: 'failed', as: 'bars', values: group.trend }]}
        format={formatCount}
        barWidth={partMs}
        height={110}
        onBrush={brush}
      />
    </Panel>
  );
}

const PAGE = 100;

function Runs({ group }: { group: string }) {
  const filter = { ...useScope(), ...useHeldRange(), errorGroup: group };
  const list = useFailureList(filter, PAGE);
  const words = rangeWords(useRange());
  return (
    <>
      <Places list={list} group={group} />
      <div id="runs">
        <Panel title="Which runs failed so?">
          <FreshFailures {...list} />
          <Answered query={list.asked} what="The failed runs" rows={8}>
            {() => (
              <>
                <FailureTable failures={list.failures} none={`No run failed with this error ${words}.`} />
                <More asked={list.asked} shown={list.failures.length} what="failures" />
              </>
            )}
          </Answered>
        </Panel>
      </div>
    </>
  );
}
