/** The steps in the order they were first seen. One can be opened: its attempts and what they said. */
import { Link, useSearch } from '@tanstack/react-router';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Step } from '@wm/client';
import { formatCount } from '../../time/format.ts';
import { classNames } from '../../ui/class-names.ts';
import { Empty } from '../../ui/notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { Duration, Instant } from '../../ui/time.tsx';
import tableCss from '../../ui/table.module.css';
import { Attempts } from './attempts.tsx';
import { stepTarget, WORKFLOW_ROUTE, type Detail } from './run-detail.ts';
import { useVirtualRows } from './use-virtual-rows.ts';
import css from './steps-tab.module.css';

const HEADS = ['', 'Step', 'State', 'Attempts', 'Started', 'Last attempt', 'In all', 'Error'];

export function StepsTab({ detail }: { detail: Detail }) {
  const { steps } = detail;
  if (steps.length === 0)
    return <Empty title="This run has no steps">Steps are listed here as soon as they begin.</Empty>;
  return (
    <Panel
      title={`Which steps ran, and how? ${formatCount(steps.length)} in the order they were first seen`}
      note="“In all” is from the first start to the end, with retries and waits between. A step that has none was never told to have ended."
    >
      <Table detail={detail} />
    </Panel>
  );
}

function Table({ detail }: { detail: Detail }) {
  const { steps } = detail;
  const { step: opened } = useSearch({ from: WORKFLOW_ROUTE });
  const { scroller, virtual, items, before, after } = useVirtualRows({
    count: steps.length,
    height: 32,
    overscan: 12,
    keyOf: (index) => steps[index]!.id,
  });
  const openedAt = steps.findIndex(({ stepName }) => stepName === opened);
  // Once: an address that opens a step far down leads there.
  const first = useRef(openedAt);
  useEffect(() => {
    if (first.current > 8) virtual.scrollToIndex(first.current, { align: 'start' });
  }, [virtual]);
  return (
    <div
      ref={scroller}
      className={classNames(tableCss.scroll, css.scroll)}
      tabIndex={0}
      role="region"
      aria-label="Steps"
    >
      <table className={tableCss.table} aria-label="Steps" aria-rowcount={steps.length + 1}>
        <thead>
          <tr>
            {HEADS.map((head, nth) => (
              <th key={head} scope="col" className={classNames([3, 5, 6].includes(nth) && tableCss.number)}>
                {head === '' ? <span className="only-read">Open</span> : head}
              </th>
            ))}
          </tr>
        </thead>
        {before > 0 && <Space height={before} />}
        {items.map(({ index, key }) => (
          <tbody key={key} ref={virtual.measureElement} data-index={index}>
            <StepRow detail={detail} step={steps[index]!} open={index === openedAt} index={index} />
          </tbody>
        ))}
        {after > 0 && <Space height={after} />}
      </table>
    </div>
  );
}

/** Holds the place of rows that are out of sight. */
function Space({ height }: { height: number }) {
  return (
    <tbody aria-hidden="true">
      <tr style={{ height }} />
    </tbody>
  );
}

function StepRow({ detail, step, open, index }: { detail: Detail; step: Step; open: boolean; index: number }) {
  const Mark = open ? ChevronDown : ChevronRight;
  const tries = step.attempts.length;
  return (
    <>
      <tr aria-rowindex={index + 2}>
        <td className={css.mark}>
          <Link
            from={WORKFLOW_ROUTE}
            to={WORKFLOW_ROUTE}
            search={(before) => ({ ...before, step: open ? undefined : step.stepName })}
            replace
            resetScroll={false}
            aria-label={`${open ? 'Close' : 'Open'} ${step.stepName}`}
            aria-expanded={open}
          >
            <Mark size={15} aria-hidden="true" />
          </Link>
        </td>
        <td className={tableCss.cut}>
          <Link {...stepTarget(detail.workflow, step.stepName)} data-row="" title={step.stepName}>
            {step.stepName}
          </Link>
        </td>
        <td>
          <Status status={step.status} inferred={step.inferred} />
          {step.cached && <span className="faint"> from before</span>}
          {step.timedOut && <span className="faint"> timed out</span>}
        </td>
        <td className={tableCss.number}>
          <Link {...stepTarget(detail.workflow, step.stepName)}>
            {tries}
            {step.maxAttempts !== null && ` of ${step.maxAttempts}`}
          </Link>
        </td>
        <td>
          <Instant at={step.startedAt} none={step.attempts.length === 0 ? 'not told' : 'never arrived'} />
        </td>
        <td className={tableCss.number}>
          <Duration ms={step.durationMs} />
        </td>
        <td className={tableCss.number}>
          <Duration ms={step.totalDurationMs} />
        </td>
        <td className={tableCss.cut} title={step.errorMessage ?? undefined}>
          {step.errorMessage ?? ''}
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={HEADS.length} className={css.opened}>
            <Attempts stepName={step.stepName} attempts={step.attempts} />
          </td>
        </tr>
      )}
    </>
  );
}
