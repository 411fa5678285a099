/** What is wrong, where, since when; and how things go otherwise. */
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { Answer } from '../../api/queries.ts';
import { useCounted, useRange } from '../../frame/scope.ts';
import { useNow } from '../../time/clock.ts';
import { rangeWords } from '../../time/range.ts';
import { Button } from '../../ui/button.tsx';
import { loadCharts } from '../../ui/chart.tsx';
import { Answered, Skeleton } from '../../ui/notice.tsx';
import { Panel, ViewHead } from '../../ui/panel.tsx';
import { FailureList } from '../failures/failure-list.tsx';
import { useHeldRange } from '../failures/use-failure-list.ts';
import { Attention, type Asked } from './attention.tsx';
import { Changes } from './changes.tsx';
import { inScope } from './figures.ts';
import { Flow } from './flow.tsx';
import { HealthMatrix } from './health-matrix.tsx';
import { NEWEST, overviewQuestions } from './questions.ts';
import { Scorecards } from './scorecards.tsx';
import css from './overview.module.css';

/** With nothing stored yet, this is the first page that somebody sees. */
const Connect = lazy(() => import('../connect/connect.tsx'));

export default function Overview() {
  useEffect(() => void loadCharts(), []);
  const search = useSearch({ from: '__root__' });
  const questions = overviewQuestions(search, useNow(60_000));
  const services = useQuery(questions.services);
  const isEmpty = search.env === undefined && services.data?.services.length === 0;
  const [firstRun, setFirstRun] = useState(false);
  if (isEmpty && !firstRun) setFirstRun(true);
  if (firstRun) {
    // It stays when the first event comes, and says so.
    return (
      <Suspense fallback={<Skeleton rows={6} />}>
        <Connect
          next={
            <Button kind="primary" onClick={() => setFirstRun(false)}>
              See the overview
            </Button>
          }
        />
      </Suspense>
    );
  }
  return (
    <>
      <ViewHead title="Overview" />
      <Parts services={services} questions={questions} />
    </>
  );
}

interface PartsProps {
  services: Asked<Answer<'GET /v1/services'>>;
  questions: ReturnType<typeof overviewQuestions>;
}

/** Each part asks for itself, all at once, and waits for nobody. */
function Parts({ services: asked, questions }: PartsProps) {
  const { service } = useSearch({ strict: false });
  const words = rangeWords(useRange());
  const counted = useCounted();
  const groups = useQuery(questions.groups);
  const held = useHeldRange();
  return (
    <div className={css.view}>
      <Attention services={asked} groups={groups} questions={questions} />
      <Panel title="How does each environment fare?">
        <Answered query={asked} what="The environments" rows={1} height={96}>
          {({ services }) => <Scorecards services={inScope(services, service)} />}
        </Answered>
      </Panel>
      <Flow />
      <div className={css.columns}>
        <Panel
          title="Which services are healthy?"
          aside={
            <Link to="/services" className="link">
              All about services
            </Link>
          }
        >
          <Answered query={asked} what="The services" rows={6}>
            {({ services }) => <HealthMatrix services={inScope(services, service)} />}
          </Answered>
        </Panel>
        <Changes groups={groups} />
      </div>
      <Panel
        title="Which runs failed last?"
        aside={
          <Link to="/failures" search={{ by: 'time' }} className="link">
            All failed runs
          </Link>
        }
      >
        <FailureList filter={{ ...counted, ...held }} limit={NEWEST} none={`No run failed ${words}.`} pages={false} />
      </Panel>
    </div>
  );
}
