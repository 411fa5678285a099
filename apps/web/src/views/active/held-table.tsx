/** A table of runs that keeps still while it is read. */
import type { ActiveRun } from '@wm/client';
import { useState } from 'react';
import { useChanges } from '../../api/live.tsx';
import type { Answer } from '../../api/queries.ts';
import { formatCount } from '../../time/format.ts';
import { Button } from '../../ui/button.tsx';
import { Status } from '../../ui/status.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { useHeldRows, type HeldRow } from './held-rows.ts';
import css from './active.module.css';

/** What is needed of useInfiniteQuery. */
interface Pages {
  data: { pages: Answer<'GET /v1/active'>[] } | undefined;
  isPlaceholderData: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

interface Props {
  label: string;
  /** The question, by which the table knows that it is about something else. */
  asked: object;
  pages: Pages;
  columns: Column<ActiveRun>[];
}

export function HeldTable({ label, asked, pages, columns }: Props) {
  const rows = pages.data?.pages.flatMap(({ active }) => active) ?? [];
  const key = pages.isPlaceholderData ? null : JSON.stringify(asked);
  const { shown, waiting, show } = useHeldRows(key, rows, !pages.hasNextPage);
  const ended = useEndedRuns();
  const gone = shown.filter((row) => row.gone).length;
  return (
    <>
      <div className={css.announce} role="status">
        {(waiting > 0 || gone > 0) && (
          <Button small onClick={show}>
            {[waiting > 0 && `${formatCount(waiting)} new`, gone > 0 && `${formatCount(gone)} no longer here`]
              .filter((text) => text !== false)
              .join(', ')}
            : show it as it is now
          </Button>
        )}
      </div>
      <DataTable
        label={label}
        columns={columns.map((column) => heldColumn(column, ended))}
        rows={shown}
        rowKey={({ row }) => row.id}
      />
      {pages.hasNextPage && (
        <Button className={css.more} disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {pages.isFetchingNextPage ? 'Asking …' : 'Show more'}
        </Button>
      )}
    </>
  );
}

/** Of a run that is over, the state says how it ended where the stream told; what moves with time stands still. */
function heldColumn(column: Column<ActiveRun>, ended: ReadonlyMap<string, string>): Column<HeldRow<ActiveRun>> {
  return {
    ...column,
    cell: ({ row, gone }) => {
      const end = ended.get(row.id);
      if (!gone && end === undefined) return column.cell(row);
      if (column.id === 'state')
        return end === undefined ? <span className="faint">no longer here</span> : <Status status={end} />;
      if (column.id === 'resumes' || column.id === 'why') return <span className="faint">–</span>;
      return <span className={css.gone}>{column.cell(row)}</span>;
    },
  };
}

const OVER = new Set(['completed', 'failed', 'cancelled']);

/** The runs that ended while this page was open, with how. */
function useEndedRuns(): ReadonlyMap<string, string> {
  const [ended, setEnded] = useState<ReadonlyMap<string, string>>(new Map());
  useChanges(({ runs }) => {
    const over = runs.filter(({ status }) => OVER.has(status));
    if (over.length === 0) return;
    setEnded((before) => new Map([...before, ...over.map(({ id, status }) => [id, status] as const)].slice(-2_000)));
  });
  return ended;
}
