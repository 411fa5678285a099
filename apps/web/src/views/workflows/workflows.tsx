/** The list of runs, by any filter and order of the address. */
import { getRouteApi } from '@tanstack/react-router';
import { ArrowUp } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { serverNow } from '../../time/clock.ts';
import { formatCount } from '../../time/format.ts';
import { Button } from '../../ui/button.tsx';
import { useNarrow } from '../../ui/narrow.ts';
import { Empty, Failed, Skeleton } from '../../ui/notice.tsx';
import { ViewHead } from '../../ui/panel.tsx';
import { COLUMNS, NARROW, USUAL } from './columns.tsx';
import { ColumnChooser } from './column-chooser.tsx';
import { ExportMenu } from './export-menu.tsx';
import { FilterBar } from './filter-bar.tsx';
import { questionOf } from './list-question.ts';
import { RunTable } from './run-table.tsx';
import { usePages } from './use-pages.ts';
import css from './workflows.module.css';

const route = getRouteApi('/workflows');

export default function Workflows() {
  const search = route.useSearch();
  const [anchor, setAnchor] = useState(serverNow);
  const question = useMemo(() => questionOf(search, anchor), [search, anchor]);
  const { pages, rows, newCount, showNew } = usePages(question);
  const narrow = useNarrow();
  const columns = useMemo(() => {
    const ids = search.columns ?? USUAL;
    return narrow ? NARROW : COLUMNS.filter(({ id }) => ids.includes(id));
  }, [search.columns, narrow]);
  const total = pages.data?.pages[0]?.total ?? null;
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = pages;
  const onNearEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  return (
    <div className={css.view}>
      <ViewHead title="Workflows">
        {total !== null && <Total count={total.count} exact={total.exact} />}
        {!narrow && <ColumnChooser />}
        <ExportMenu question={question} />
      </ViewHead>
      <FilterBar />
      <div className={css.list}>
        {newCount > 0 && (
          <Button
            kind="primary"
            small
            className={css.new}
            onClick={() => {
              setAnchor(serverNow());
              showNew();
            }}
          >
            <ArrowUp size={13} aria-hidden="true" />
            {newCount >= 100 ? 'More than 99' : newCount} new
          </Button>
        )}
        {pages.data === undefined && pages.error !== null && (
          <Failed error={pages.error} what="The workflows" retry={() => void pages.refetch()} />
        )}
        {pages.data === undefined && pages.error === null && <Skeleton rows={16} />}
        {pages.data !== undefined && rows.length === 0 && !hasNextPage && <NothingFits />}
        {pages.data !== undefined && (rows.length > 0 || hasNextPage) && (
          <RunTable
            columns={columns}
            rows={rows}
            rowHeight={narrow ? 52 : 32}
            sort={search.sort ?? 'started'}
            order={search.order ?? 'desc'}
            total={total?.exact === true ? total.count : null}
            onNearEnd={onNearEnd}
          />
        )}
      </div>
      <p className={css.foot} role="status">
        {pages.data !== undefined && footOf({ shown: rows.length, more: hasNextPage, reading: isFetchingNextPage })}
        {isFetchNextPageError && (
          <>
            {' '}
            The next rows could not be read.{' '}
            <Button small onClick={() => void fetchNextPage()}>
              Try again
            </Button>
          </>
        )}
      </p>
    </div>
  );
}

function footOf({ shown, more, reading }: { shown: number; more: boolean; reading: boolean }): string {
  const rows = `${formatCount(shown)} ${shown === 1 ? 'row' : 'rows'} read`;
  if (reading) return `${rows}; reading more …`;
  return more ? `${rows}; more follow as you scroll.` : `${rows}; that is all.`;
}

function Total({ count, exact }: { count: number; exact: boolean }) {
  return (
    <span className="number" title={exact ? 'Counted' : 'Estimated from the statistics of the store'}>
      {exact ? '' : 'about '}
      {formatCount(count)} {count === 1 ? 'run' : 'runs'}
    </span>
  );
}

function NothingFits() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { env, service, range, since, until, columns, ...filters } = search;
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <Empty title={isFiltered ? 'No run fits these filters' : 'No run began in this time'}>
      <p>
        The question was answered, and nothing fits it
        {env === undefined && service === undefined ? '' : ' in what is chosen above'}.
      </p>
      <p>
        {isFiltered && (
          <Button onClick={() => void navigate({ search: { env, service, range, since, until, columns } })}>
            Without the filters
          </Button>
        )}{' '}
        <Button
          onClick={() =>
            void navigate({ search: (before) => ({ ...before, range: '90d', since: undefined, until: undefined }) })
          }
        >
          Of the last 90 days
        </Button>
      </p>
    </Empty>
  );
}
