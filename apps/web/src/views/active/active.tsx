/** What runs now, what waits, and what is late: with the evidence. */
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { ask, type Answer } from '../../api/queries.ts';
import { byImportance } from '../../frame/scope.ts';
import { formatCount } from '../../time/format.ts';
import { Answered, Empty } from '../../ui/notice.tsx';
import { ViewHead } from '../../ui/panel.tsx';
import { ONLY_CHOSEN, Segments } from '../../ui/segments.tsx';
import { Status } from '../../ui/status.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { useActiveFilter } from './active-filter.ts';
import { ActiveGroup } from './active-group.tsx';
import { Forecast } from './forecast.tsx';
import { LateRuns } from './late-runs.tsx';
import { ACTIVITY_STATES, type ActivityState } from './search.ts';
import css from './active.module.css';
import { loadCharts } from '../../ui/chart.tsx';

void loadCharts();

type Counts = Answer<'GET /v1/active'>['counts'];

const LATE = ['stuck', 'overdue'] as const;
const USUAL = ['scheduled', 'active'] as const;

export default function Active() {
  const filter = useActiveFilter();
  const { state, name } = useSearch({ from: '/active' });
  const query = useQuery(ask('GET /v1/active', { query: { ...filter, limit: 1 } }));
  const isAsked = (each: ActivityState): boolean => state === undefined || state.includes(each);
  return (
    <>
      <ViewHead title="Active">
        <StateFilter counts={query.data?.counts ?? null} chosen={state} />
      </ViewHead>
      {name !== undefined && (
        <p className={css.chips}>
          Only {name.join(', ')}{' '}
          <Link
            from="/active"
            to="/active"
            search={(before) => ({ ...before, name: undefined })}
            className={buttonClass('plain', true)}
          >
            Show all names
          </Link>
        </p>
      )}
      <Answered query={query} what="The active runs" rows={14}>
        {({ counts, complete }) => (
          <div className={css.view}>
            {!complete && (
              <p className={css.partial}>
                There are more than {formatCount(50_000)} open runs. Only the newest so many are looked at: older ones
                are not counted here, also where they are late. Choose an environment or a service to see all of it.
              </p>
            )}
            {LATE.some(isAsked) && <LateRuns states={LATE.filter(isAsked)} counts={counts} />}
            {state === undefined && <Forecast />}
            {USUAL.some(isAsked) && <Groups counts={counts} states={USUAL.filter(isAsked)} />}
          </div>
        )}
      </Answered>
    </>
  );
}

function StateFilter({ counts, chosen }: { counts: Counts | null; chosen: ActivityState[] | undefined }) {
  // Nothing is written until it is known: 0 would be a claim.
  const sum = (states: readonly ActivityState[]): string =>
    counts === null
      ? ''
      : formatCount(
          counts.flatMap((count) => states.map((state) => count[state])).reduce((all, runs) => all + runs, 0),
        );
  return (
    <Segments label="States">
      <Link
        from="/active"
        to="/active"
        search={(before) => ({ ...before, state: undefined })}
        activeOptions={ONLY_CHOSEN}
        aria-current={chosen === undefined ? 'page' : undefined}
      >
        All <span className={css.count}>{sum(ACTIVITY_STATES)}</span>
      </Link>
      {ACTIVITY_STATES.map((each) => (
        <Link
          key={each}
          from="/active"
          to="/active"
          search={(before) => ({ ...before, state: [each] })}
          activeOptions={ONLY_CHOSEN}
          aria-current={chosen?.includes(each) === true ? 'page' : undefined}
        >
          <span className={css.choice}>
            <Status status={each} /> <span className={css.count}>{sum([each])}</span>
          </span>
        </Link>
      ))}
    </Segments>
  );
}

function Groups({ counts, states }: { counts: Counts; states: ('scheduled' | 'active')[] }) {
  const groups = counts
    .filter((count) => states.some((state) => count[state] > 0))
    .toSorted((left, right) => byImportance(left.env, right.env));
  if (groups.length === 0) {
    return (
      <Empty title={states.length === 1 ? `No run is ${states[0]}` : 'Nothing runs and nothing waits for its time'}>
        <p>
          Runs stand here from their start to their end. What ended is in the{' '}
          <Link to="/workflows" className="link">
            list of workflows
          </Link>
          .
        </p>
      </Empty>
    );
  }
  return groups.map((count) => <ActiveGroup key={count.env} count={count} states={states} />);
}
