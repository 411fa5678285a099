/** The rows. They are drawn in places of the scale and moved by two variables of the style, so that zoom and pan make nothing anew. */
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  memo,
  useImperativeHandle,
  useMemo,
  useRef,
  type CSSProperties,
  type PointerEvent,
  type RefObject,
} from 'react';
import type { Workflow } from '@wm/client';
import { classNames } from '../../../ui/class-names.ts';
import { Status } from '../../../ui/status.tsx';
import { stepTarget } from '../run-detail.ts';
import type { Pointed } from './readout.tsx';
import { extentOf, firstRowIn, isFailure, type Bar, type Row, type Timeline } from './rows.ts';
import { makeScale, placeOf, type Scale, type Stretch } from './scale.ts';
import css from './timeline.module.css';

const ROW_PX = 28;

interface Props {
  timeline: Timeline;
  scale: Scale;
  workflow: Workflow;
  now: number | null;
  onPoint: (pointed: Pointed | null) => void;
  handle: RefObject<RowsHandle | null>;
}

export interface RowsHandle {
  /** When the rows in sight happened. */
  extent: () => Stretch | null;
  /** Brings rows into sight that have something in a stretch of time, where none of those has that are. */
  showSome: (stretch: Stretch) => void;
}

export const Rows = memo(function Rows({ timeline, scale, workflow, now, onPoint, handle }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const { rows } = timeline;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  useImperativeHandle(handle, () => {
    const inSight = (): Row[] => {
      const { startIndex = 0, endIndex = -1 } = virtual.range ?? {};
      return rows.slice(startIndex, endIndex + 1);
    };
    return {
      extent: () => {
        const extents = inSight().map(extentOf);
        if (extents.length === 0) return null;
        return { from: Math.min(...extents.map(({ from }) => from)), to: Math.max(...extents.map(({ to }) => to)) };
      },
      showSome: (stretch) => {
        const first = firstRowIn(inSight(), stretch) === -1 ? firstRowIn(rows, stretch) : -1;
        if (first !== -1) virtual.scrollToIndex(first, { align: 'start' });
      },
    };
  }, [virtual, rows]);
  const point = (event: PointerEvent<HTMLElement>): void => onPoint(pointedAt(event, rows));
  // The same figures give the same bars: a run that goes on grows by its end alone.
  const places = useStablePlaces(scale);
  return (
    // Pointing only shows more of what the rows say themselves.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={scroller} className={css.rows} onPointerMove={point} onPointerLeave={() => onPoint(null)}>
      <ol style={{ height: virtual.getTotalSize() }} aria-label="Steps and sleeps, in the order they began">
        {virtual.getVirtualItems().map(({ index, start }) => (
          <RowDrawn
            key={rows[index]!.key}
            row={rows[index]!}
            index={index}
            of={rows.length}
            top={start}
            places={places}
            workflow={workflow}
            over={now === null}
            onPoint={onPoint}
          />
        ))}
      </ol>
    </div>
  );
});

/** Where nothing is folded a place is the time since the start, whatever the end: a run that goes on keeps its places. */
function useStablePlaces(scale: Scale): Scale {
  const unfolded = useMemo(() => makeScale(scale.start, scale.start, []), [scale.start]);
  return scale.pieces.some(({ folded }) => folded) ? scale : unfolded;
}

interface RowProps {
  row: Row;
  index: number;
  of: number;
  top: number;
  places: Scale;
  workflow: Workflow;
  over: boolean;
  onPoint: (pointed: Pointed | null) => void;
}

const RowDrawn = memo(function RowDrawn({ row, index, of, top, places, workflow, over, onPoint }: RowProps) {
  const focus = { onFocus: () => onPoint({ row, bar: null }), onBlur: () => onPoint(null) };
  return (
    <li
      className={css.row}
      style={{ transform: `translateY(${top}px)` }}
      aria-setsize={of}
      aria-posinset={index + 1}
      data-index={index}
    >
      <span className={css.label}>
        {row.stepName === null ? (
          // A sleep has no page of its own; it is a row all the same.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <span className={css.sleepLabel} tabIndex={0} data-row="" {...focus}>
            {row.label}
          </span>
        ) : (
          <>
            <Status status={row.outcome ?? 'pending'} inferred={row.inferred} compact />
            <Link {...stepTarget(workflow, row.stepName)} data-row="" title={row.label} className="cut" {...focus}>
              {row.label}
            </Link>
            {row.inferred && <span className={css.inferredWord}>inferred</span>}
          </>
        )}
      </span>
      <span className={css.plot}>
        {row.bars.map((bar, nth) => (
          // A row is told by its place: bars of a row never change order.
          // oxlint-disable-next-line react/no-array-index-key
          <BarDrawn key={nth} bar={bar} nth={nth} places={places} over={over} />
        ))}
      </span>
    </li>
  );
});

function BarDrawn({ bar, nth, places, over }: { bar: Bar; nth: number; places: Scale; over: boolean }) {
  const style = {
    '--s': bar.from === null ? 0 : placeOf(places, bar.from),
    '--e': bar.to === null ? 'var(--end)' : placeOf(places, bar.to),
  } as CSSProperties;
  return (
    <span
      data-bar={nth}
      className={classNames(
        css.bar,
        css[bar.kind],
        bar.kind === 'attempt' && css[toneOf(bar.outcome)],
        bar.inferred && bar.kind === 'attempt' && `inferred ${css.hatched}`,
        bar.from === null && css.startMissing,
        bar.to === null && (over ? css.endMissing : css.goesOn),
      )}
      style={style}
    />
  );
}

function toneOf(outcome: string | null): 'failure' | 'success' | 'running' | 'interrupted' {
  if (isFailure(outcome)) return 'failure';
  return outcome === 'success' || outcome === 'running' ? outcome : 'interrupted';
}

/** The innermost bar below the pointer; in a row without one there, the step as a whole. */
function pointedAt(event: PointerEvent<HTMLElement>, rows: readonly Row[]): Pointed | null {
  const target = event.target as HTMLElement;
  const row = rows[Number(target.closest<HTMLElement>('[data-index]')?.dataset.index ?? -1)];
  if (row === undefined) return null;
  const bars = [...(target.closest('[data-index]')?.querySelectorAll<HTMLElement>('[data-bar]') ?? [])];
  let best: { bar: Bar; far: number } | null = null;
  for (const [nth, element] of bars.entries()) {
    const { left, right } = element.getBoundingClientRect();
    const far = Math.max(0, left - event.clientX, event.clientX - right);
    const bar = row.bars[nth];
    // Later ones lie in those before, and are smaller.
    if (bar !== undefined && far <= 6 && (best === null || far < best.far || best.bar.kind === 'step' || far === 0))
      best = { bar, far };
  }
  return { row, bar: best?.bar ?? null };
}
