/** A list of runs of any length: only the rows in sight are drawn, further pages are read as one comes near. */
import { createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import type { WorkflowListItem } from '@wm/client';
import { classNames } from '../../ui/class-names.ts';
import type { ListColumn } from './columns.tsx';
import type { Sort, WorkflowsSearch } from './search.ts';
import css from './workflows.module.css';

const features = tableFeatures({});
const helper = createColumnHelper<typeof features, WorkflowListItem>();

function definitionOf({ id, name, cell }: ListColumn) {
  return helper.display({ id, header: name, cell: ({ row }) => cell(row.original) });
}

interface Props {
  columns: ListColumn[];
  rows: WorkflowListItem[];
  rowHeight: number;
  sort: Sort;
  order: 'asc' | 'desc';
  /** All rows there are, where that is known. */
  total: number | null;
  onNearEnd: () => void;
}

export function RunTable({ columns, rows, rowHeight, sort, order, total, onNearEnd }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const definitions = useMemo(() => columns.map(definitionOf), [columns]);
  const table = useTable({ features, columns: definitions, data: rows, getRowId: (run) => run.id });
  const models = table.getRowModel().rows;
  const virtual = useVirtualizer({
    count: models.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lastShown >= models.length - 30) onNearEnd();
  }, [lastShown, models.length, onNearEnd]);
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const numbers = new Set(columns.filter(({ number }) => number).map(({ id }) => id));
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  return (
    <div ref={scroller} className={css.scroller} tabIndex={0} role="region" aria-label="Runs">
      <table className={css.table} style={{ minWidth: width }} aria-rowcount={total ?? -1} aria-label="Runs">
        <colgroup>
          {columns.map(({ id, width: each }, index) => (
            <col key={id} style={index === columns.length - 1 ? undefined : { width: each }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} sort={sort} order={order} />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
          {items.map(({ index }) => {
            const row = models[index]!;
            return (
              <tr key={row.id} aria-rowindex={index + 2} style={{ height: rowHeight }}>
                {row.getAllCells().map((cell) => (
                  // oxlint-disable-next-line jsx-a11y/control-has-associated-label -- a cell is no control
                  <td key={cell.id} className={classNames(numbers.has(cell.column.id) && css.number)}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            );
          })}
          {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  );
}

/** A click orders by this column, falling first; another one turns it round. */
function HeadCell({ column, sort, order }: { column: ListColumn; sort: Sort; order: 'asc' | 'desc' }) {
  const { sort: by, name, number, unnamed } = column;
  const isChosen = by === sort;
  const turned: WorkflowsSearch['order'] = isChosen && order === 'desc' ? 'asc' : undefined;
  const Arrow = order === 'asc' ? ArrowUp : ArrowDown;
  return (
    <th
      scope="col"
      className={classNames(number && css.number)}
      {...(isChosen && { 'aria-sort': order === 'asc' ? 'ascending' : 'descending' })}
    >
      {by === undefined ? (
        <span className={classNames(unnamed && 'only-read')}>{name}</span>
      ) : (
        <Link
          to="/workflows"
          search={(before) => ({ ...before, sort: by === 'started' ? undefined : by, order: turned })}
          className={css.sort}
        >
          {name}
          {isChosen && <Arrow size={12} aria-hidden="true" />}
        </Link>
      )}
    </th>
  );
}
