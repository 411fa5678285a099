/** The paths of two runs, a step a row, with their times on one scale. */
import { Link, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Step } from '@wm/client';
import { formatCount } from '../../../time/format.ts';
import { Empty } from '../../../ui/notice.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Segments } from '../../../ui/segments.tsx';
import { Status } from '../../../ui/status.tsx';
import { DataTable, type Column } from '../../../ui/table.tsx';
import { Duration } from '../../../ui/time.tsx';
import { stepTarget, WORKFLOW_ROUTE, type Detail } from '../run-detail.ts';
import { alignSteps, differences, type Aligned } from './align.ts';
import css from './compare.module.css';

/** More are not looked at one by one. */
const SHOWN = 300;

export function StepsCompared({ left, right }: { left: Detail; right: Detail }) {
  const { only } = useSearch({ from: WORKFLOW_ROUTE });
  const all = useMemo(
    () => alignSteps(left.steps, right.steps).map((row) => ({ ...row, words: differences(row) })),
    [left.steps, right.steps],
  );
  const different = all.filter(({ words }) => words.length > 0);
  const rows = only === 'different' ? different : all;
  const longest = Math.max(
    1,
    ...all.flatMap((row) => [row.left?.totalDurationMs ?? 0, row.right?.totalDurationMs ?? 0]),
  );
  return (
    <Panel
      title={
        different.length === 0
          ? 'Did they take the same path? They did, step by step'
          : `Did they take the same path? ${formatCount(different.length)} of ${formatCount(all.length)} steps differ`
      }
      aside={
        <Segments label="Steps shown">
          <Shown only={undefined} name="All steps" />
          <Shown only="different" name="Only what differs" />
        </Segments>
      }
    >
      {rows.length === 0 ? (
        <Empty title={all.length === 0 ? 'Neither has steps' : 'No step differs'} />
      ) : (
        <DataTable
          label="Steps of both runs"
          columns={columnsOf(left, right, longest)}
          rows={rows.slice(0, SHOWN)}
          rowKey={({ name }) => name}
        />
      )}
      {rows.length > SHOWN && (
        <p className="faint">
          The first {SHOWN} of {formatCount(rows.length)} steps.
        </p>
      )}
    </Panel>
  );
}

function Shown({ only, name }: { only: 'different' | undefined; name: string }) {
  return (
    <Link
      from={WORKFLOW_ROUTE}
      to={WORKFLOW_ROUTE}
      search={(before) => ({ ...before, only })}
      replace
      resetScroll={false}
      activeOptions={{ includeSearch: true, explicitUndefined: true }}
    >
      {name}
    </Link>
  );
}

type Row = Aligned & { words: string[] };

function columnsOf(left: Detail, right: Detail, longest: number): Column<Row>[] {
  const side = (id: 'left' | 'right', head: string, detail: Detail): Column<Row> => ({
    id,
    head,
    cell: (row) => <Side step={row[id]} detail={detail} longest={longest} row={id === 'left'} />,
  });
  return [
    { id: 'step', head: 'Step', cell: ({ name }) => <span className="mono">{name}</span>, cut: true },
    side('left', 'This run', left),
    side('right', 'The other run', right),
    { id: 'difference', head: 'Difference', cell: ({ words }) => words.join(', '), cut: true },
  ];
}

function Side({ step, detail, longest, row }: { step: Step | null; detail: Detail; longest: number; row: boolean }) {
  if (step === null) return <span className={css.missing}>not there</span>;
  return (
    <Link {...stepTarget(detail.workflow, step.stepName)} className={css.side} {...(row && { 'data-row': '' })}>
      <Status status={step.status} inferred={step.inferred} compact />
      <span className={css.track} aria-hidden="true">
        <span style={{ width: `${((step.totalDurationMs ?? 0) / longest) * 100}%` }} />
      </span>
      <Duration ms={step.totalDurationMs} />
      {step.attempts.length > 1 && <span className="faint">{step.attempts.length} attempts</span>}
    </Link>
  );
}
