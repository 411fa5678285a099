/** The figures of a run: each with the event that set it, or with what it was before. */
import type { ReactNode } from 'react';
import type { Workflow } from '@wm/client';
import { DataTable, type Column } from '../../../ui/table.tsx';
import { Status } from '../../../ui/status.tsx';
import { Duration, Instant } from '../../../ui/time.tsx';
import { plainName } from '../events/event-words.ts';
import { SetBy } from './set-by.tsx';
import { PROVED_BY, type FieldThen } from './state-diff.ts';
import type { Stop } from './stops.ts';
import css from './why.module.css';

interface Props {
  workflow: Workflow;
  stops: ReadonlyMap<string, Stop>;
  fields: FieldThen[];
  /** Ids of events by field; null: a state of before, where changes are told instead. */
  setBy: Record<string, string> | null;
}

export function FieldsTable(props: Props) {
  return (
    <DataTable
      label="The state of the run"
      columns={columnsOf(props)}
      rows={props.fields}
      rowKey={({ field }) => field}
    />
  );
}

function columnsOf({ workflow, stops, setBy }: Props): Column<FieldThen>[] {
  const before: Column<FieldThen> = {
    id: 'before',
    head: 'Before this event',
    cell: (row) =>
      row.changed ? <Value field={row.field} value={row.before} /> : <span className="faint">the same</span>,
    cut: true,
  };
  return [
    { id: 'field', head: 'What', cell: ({ field, changed }) => <Marked on={changed}>{nameOf(field)}</Marked> },
    { id: 'value', head: 'Value', cell: ({ field, value }) => <Value field={field} value={value} />, cut: true },
    setBy === null
      ? before
      : {
          id: 'setBy',
          head: 'Set by',
          cell: ({ field }) => <SetBy workflow={workflow} event={setBy[PROVED_BY[field] ?? field]} stops={stops} />,
        },
  ];
}

export function Marked({ on, children }: { on: boolean; children: ReactNode }) {
  return (
    <span className={on ? css.changed : undefined}>
      {children}
      {on && <span className={css.mark}> changed</span>}
    </span>
  );
}

function nameOf(field: string): string {
  const plain = plainName(field.replace(/^has/, '').replace(/(?:At|Ms)$/, (end) => (end === 'At' ? ' at' : '')));
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

function Value({ field, value }: { field: string; value: unknown }) {
  if (value === null || value === undefined) return <span className="faint">none</span>;
  if (field === 'status') return <Status status={value as string} />;
  if (field.endsWith('At')) return <Instant at={value as string} />;
  if (field.endsWith('Ms')) return <Duration ms={value as number} />;
  if (Array.isArray(value)) return value.length === 0 ? <span className="faint">none</span> : value.join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return <span title={text}>{text}</span>;
}
