/** Two runs side by side: in all, step by step, and what went into them. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatCount, formatDuration } from '../../../time/format.ts';
import { Panel } from '../../../ui/panel.tsx';
import { Status } from '../../../ui/status.tsx';
import { DataTable, type Column } from '../../../ui/table.tsx';
import { Duration, Instant } from '../../../ui/time.tsx';
import { runTarget, type Detail } from '../run-detail.ts';
import { shapeDifferences, type ShapeDifference } from './shape.ts';
import { StepsCompared } from './steps-compared.tsx';
import css from './compare.module.css';

export function Compared({ left, right }: { left: Detail; right: Detail }) {
  return (
    <div className={css.parts}>
      <Panel title="How do the two differ in all?">
        <Totals left={left} right={right} />
      </Panel>
      <StepsCompared left={left} right={right} />
      <InputShapes left={left} right={right} />
    </div>
  );
}

interface TotalRow {
  name: string;
  of: (detail: Detail) => ReactNode;
  difference?: string | null;
}

function Totals({ left, right }: { left: Detail; right: Detail }) {
  return (
    <DataTable
      label="The two runs in all"
      columns={totalColumns(left, right)}
      rows={totalsOf(left, right)}
      rowKey={({ name }) => name}
    />
  );
}

function totalsOf(left: Detail, right: Detail): TotalRow[] {
  const time = (name: string, of: (detail: Detail) => number | null): TotalRow => ({
    name,
    of: (detail) => durationOf(of(detail)),
    difference: longer(of(left), of(right)),
  });
  const count = (name: string, of: (detail: Detail) => number): TotalRow => ({
    name,
    of: (detail) => formatCount(of(detail)),
    difference: more(of(left), of(right)),
  });
  return [
    { name: 'State', of: stateOf },
    { name: 'Started', of: startOf },
    time(left.time.final && right.time.final ? 'Took' : 'Took, so far', ({ time: { totalMs } }) => totalMs),
    time('Active', ({ time: { activeMs } }) => activeMs),
    time('Sleeping', ({ time: { sleepingMs } }) => sleepingMs),
    time('Waiting for a retry', ({ time: { retryWaitMs } }) => retryWaitMs),
    count('Steps completed', ({ workflow }) => workflow.completedStepCount),
    count('Retries', ({ workflow }) => workflow.retryCount),
    count('Events', ({ workflow }) => workflow.eventCount),
  ];
}

function stateOf({ workflow }: Detail): ReactNode {
  const { status, pauseReason, activityState } = workflow;
  return <Status status={status} pauseReason={pauseReason} activityState={activityState} />;
}

function startOf({ workflow }: Detail): ReactNode {
  return <Instant at={workflow.startedAt} none="never arrived" />;
}

function durationOf(ms: number | null): ReactNode {
  return <Duration ms={ms} none="not known" />;
}

function totalColumns(left: Detail, right: Detail): Column<TotalRow>[] {
  const link = (
    <Link {...runTarget(right.workflow)} className="link">
      The other run
    </Link>
  );
  return [
    { id: 'name', head: <span className="only-read">Figure</span>, cell: ({ name }) => name },
    { id: 'left', head: 'This run', cell: ({ of }) => of(left), number: true },
    { id: 'right', head: link, cell: ({ of }) => of(right), number: true },
    { id: 'difference', head: 'Difference', cell: ({ difference }) => difference ?? '', number: true },
  ];
}

function more(left: number, right: number): string | null {
  return left === right ? null : `${left > right ? '+' : '−'}${formatCount(Math.abs(left - right))}`;
}

function longer(left: number | null, right: number | null): string | null {
  if (left === null || right === null || left === right) return null;
  return `${left > right ? '+' : '−'}${formatDuration(Math.abs(left - right))}`;
}

const SHAPE_COLUMNS: Column<ShapeDifference>[] = [
  { id: 'path', head: 'Where', cell: ({ path }) => <code>{path === '' ? 'the whole' : path}</code>, cut: true },
  { id: 'left', head: 'This run', cell: ({ left }) => left ?? <span className="faint">not there</span> },
  { id: 'right', head: 'The other run', cell: ({ right }) => right ?? <span className="faint">not there</span> },
];

const SHOWN = 200;

function InputShapes({ left, right }: { left: Detail; right: Detail }) {
  const [a, b] = [left.workflow, right.workflow];
  const title = 'Is the shape of the input another?';
  if (!a.hasInput || !b.hasInput)
    return (
      <Panel title={title}>
        <p className="soft">
          {!a.hasInput && !b.hasInput
            ? 'Neither has an input.'
            : `${a.hasInput ? 'The other run' : 'This run'} has no input${(a.hasInput ? b : a).gaps.includes('start') ? ' that arrived' : ''}.`}
        </p>
      </Panel>
    );
  const rows = shapeDifferences(a.input, b.input);
  return (
    <Panel title={title} note="Names and kinds are compared, not values. Elements of a list count as one.">
      {rows.length === 0 ? (
        <p className="soft">Both inputs have the same shape.</p>
      ) : (
        <DataTable
          label="Where the inputs differ"
          columns={SHAPE_COLUMNS}
          rows={rows.slice(0, SHOWN)}
          rowKey={({ path }) => path}
        />
      )}
      {rows.length > SHOWN && (
        <p className="faint">
          The first {SHOWN} of {formatCount(rows.length)}.
        </p>
      )}
    </Panel>
  );
}
