/** What is wrong, where, since when; and how things go otherwise. */
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { ask, type Answer } from '../../api/queries.ts';
import { useCounted, useRange, useScope } from '../../frame/scope.ts';
import { rangeQuery, rangeWords } from '../../time/range.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Answered, Empty } from '../../ui/notice.tsx';
import { Panel, ViewHead } from '../../ui/panel.tsx';
import { FailureList } from '../failures/failure-list.tsx';
import { useHeldRange } from '../failures/use-failure-list.ts';
import { Attention } from './attention.tsx';
import { Changes } from './changes.tsx';
import { inScope } from './figures.ts';
import { Flow } from './flow.tsx';
import { HealthMatrix } from './health-matrix.tsx';
import { Scorecards } from './scorecards.tsx';
import css from './overview.module.css';

export default function Overview() {
  const { env } = useScope();
  const query = { ...(env !== undefined && { env }), ...rangeQuery(useRange()) };
  const services = useQuery(ask('GET /v1/services', { query }));
  return (
    <>
      <ViewHead title="Overview" />
      <Answered query={services} what="The services" rows={12}>
        {(data) => (data.services.length === 0 ? <NothingYet /> : <Known data={data} />)}
      </Answered>
    </>
  );
}

/** Nothing was ever stored; not the same as nothing that matches. */
function NothingYet() {
  return (
    <Empty title="No event has arrived yet">
      <p>Point the tracker of a service here, and what its workflows do appears by itself.</p>
      <p>
        <Link to="/connect" className={buttonClass('primary')}>
          Connect a service
        </Link>
      </p>
    </Empty>
  );
}

const NEWEST = 8;

function Known({ data }: { data: Answer<'GET /v1/services'> }) {
  const { service } = useSearch({ strict: false });
  const words = rangeWords(useRange());
  const counted = useCounted();
  const groups = useQuery(ask('GET /v1/failures/groups', { query: { ...counted, limit: 50 } }));
  const held = useHeldRange();
  const services = inScope(data.services, service);
  return (
    <div className={css.view}>
      <Attention services={services} freshness={data.freshness} groups={groups} />
      <Scorecards services={services} />
      <Flow />
      <div className={css.columns}>
        <HealthMatrix services={services} />
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
