/** The runs of one environment that are on time, and what waits there to be taken into the state. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ActiveRun } from '@wm/client';
import { askPages } from '../../api/pages.ts';
import { ask, type Answer } from '../../api/queries.ts';
import { formatCount, formatDuration } from '../../time/format.ts';
import { Environment } from '../../ui/environment.tsx';
import { Answered } from '../../ui/notice.tsx';
import { Ago } from '../../ui/time.tsx';
import { useActiveFilter } from './active-filter.ts';
import { HeldTable } from './held-table.tsx';
import { Progress, RunLink, RunName, RunState, StepNow, Waits } from './run-cells.tsx';
import css from './active.module.css';

const PAGE_ROWS = 25;

interface Props {
  count: Answer<'GET /v1/active'>['counts'][number];
  states: ('scheduled' | 'active')[];
}

export function ActiveGroup({ count, states }: Props) {
  const { env } = count;
  const query = { ...useActiveFilter(), env: [env], state: states, limit: PAGE_ROWS };
  const pages = useInfiniteQuery(askPages('GET /v1/active', query));
  return (
    <section aria-label={env}>
      <header className={css.head}>
        <h2>
          <Environment env={env} />
        </h2>
        {states.map((state) => (
          <Link
            key={state}
            from="/active"
            to="/active"
            search={(before) => ({ ...before, env: [env], state: [state] })}
            className={css.figure}
          >
            <b>{formatCount(count[state])}</b> {state}
          </Link>
        ))}
        <QueueDepth env={env} />
      </header>
      <Answered query={pages} what={`The runs of ${env}`} rows={6}>
        {() => <HeldTable label={`Active runs of ${env}`} asked={query} pages={pages} columns={COLUMNS} />}
      </Answered>
    </section>
  );
}

const COLUMNS = [
  { id: 'run', head: 'Run', cell: (run: ActiveRun) => <RunLink run={run} /> },
  { id: 'name', head: 'Workflow', cell: (run: ActiveRun) => <RunName run={run} /> },
  { id: 'state', head: 'State', cell: (run: ActiveRun) => <RunState run={run} /> },
  { id: 'resumes', head: 'Goes on', cell: (run: ActiveRun) => <Waits run={run} />, number: true },
  { id: 'step', head: 'Step', cell: (run: ActiveRun) => <StepNow run={run} /> },
  { id: 'progress', head: 'Steps done', cell: (run: ActiveRun) => <Progress run={run} /> },
  {
    id: 'started',
    head: 'Started',
    cell: (run: ActiveRun) => <Ago at={run.startedAt} none="not known" />,
    number: true,
  },
  { id: 'last', head: 'Last event', cell: (run: ActiveRun) => <Ago at={run.lastEventAt} />, number: true },
];

/** Events of this environment that are stored and not yet in what the page shows. */
function QueueDepth({ env }: { env: string }) {
  const { data } = useQuery(ask('GET /v1/pipeline'));
  if (data === undefined) return null;
  const waiting = data.byEnvironment.find((each) => each.env === env);
  return (
    <Link to="/pipeline" className={css.figure}>
      {waiting === undefined || waiting.unprocessed === 0 ? (
        'no event waits'
      ) : (
        <>
          <b>{formatCount(waiting.unprocessed)}</b> events wait, the oldest for{' '}
          {formatDuration(waiting.oldestUnprocessedAgeMs)}
        </>
      )}
    </Link>
  );
}
