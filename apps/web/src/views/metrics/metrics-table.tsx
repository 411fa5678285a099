/** The figures by environment, service, workflow or step; each number leads to what it counts. */
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { ask } from '../../api/queries.ts';
import { formatCount } from '../../time/format.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Answered, Empty } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { DataTable } from '../../ui/table.tsx';
import { columnsOf } from './metrics-columns.tsx';
import { useMetricsFilter, type By } from './metrics-filter.ts';
import { totalsQuestion } from './question.ts';
import { StepMatrix } from './step-matrix.tsx';
import { sortGroups } from './sort-groups.ts';
import css from './metrics.module.css';

const TITLES: Record<By, string> = {
  env: 'How does each environment fare?',
  service: 'How does each service fare?',
  name: 'How does each workflow fare?',
  step: 'Which steps fail, are slow, or are tried again?',
};

const LABELS: Record<By, string> = {
  env: 'Figures by environment',
  service: 'Figures by service and environment',
  name: 'Figures by workflow and environment',
  step: 'Figures by step and environment',
};

const GROUPS = {
  env: ['env'],
  service: ['service', 'env'],
  name: ['name', 'service', 'env'],
  step: ['step', 'name', 'service', 'env'],
} as const;

/** Beyond them, charts would be out of reach. */
const USUAL_ROWS = 15;

export function MetricsTable({ by }: { by: By }) {
  const { sort = 'started', rows } = useSearch({ from: '/statistics' });
  const { range, isWide, filter } = useMetricsFilter(by);
  const { since, until, cut } = totalsQuestion(range, by === 'step' && isWide);
  const query = useQuery(ask('GET /v1/metrics', { query: { ...filter, since, until, groupBy: [...GROUPS[by]] } }));
  return (
    <>
      <Panel title={TITLES[by]} {...(cut && { note: CUT })}>
        <Answered query={query} what="The metrics" rows={8}>
          {({ groups, groupsLeftOut }) =>
            groups.length === 0 ? (
              <Empty title="Nothing ran in this range">Choose a longer range, or fewer filters.</Empty>
            ) : (
              <>
                <DataTable
                  label={LABELS[by]}
                  columns={columnsOf(by, sort)}
                  rows={sortGroups(groups, sort).slice(0, rows === 'all' ? undefined : USUAL_ROWS)}
                  rowKey={({ env, service, name, step }) => JSON.stringify([env, service, name, step])}
                />
                {rows !== 'all' && groups.length > USUAL_ROWS && (
                  <p className={css.more}>
                    <Link
                      from="/statistics"
                      to="/statistics"
                      search={(before) => ({ ...before, rows: 'all' as const })}
                      className={buttonClass()}
                      resetScroll={false}
                    >
                      Show all {formatCount(groups.length)}
                    </Link>
                  </p>
                )}
                {groupsLeftOut > 0 && (
                  <p className={css.leftOut}>
                    {formatCount(groupsLeftOut)} more with fewer starts are not shown. Choose an environment, a service
                    or a workflow to see them.
                  </p>
                )}
              </>
            )
          }
        </Answered>
      </Panel>
      {by === 'step' && query.data !== undefined && <StepMatrix groups={query.data.groups} />}
    </>
  );
}

const CUT =
  'Steps of all services are counted for two days at most: these are the last two days of the range. Choose a service or a workflow for all of it.';
