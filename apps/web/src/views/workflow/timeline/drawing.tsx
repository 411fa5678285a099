/** The timeline drawn: the whole run as a strip, the axis, and the rows below it. Only what is in sight is in the page. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { FoldHorizontal, Maximize2, ZoomIn, ZoomOut } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState, type CSSProperties, type RefObject } from 'react';
import { useShortcut } from '../../../frame/shortcuts.ts';
import { formatInstant } from '../../../time/format.ts';
import { useZone } from '../../../time/zone.tsx';
import { Button } from '../../../ui/button.tsx';
import { WORKFLOW_ROUTE, type Detail } from '../run-detail.ts';
import { Axis, Folds } from './axis.tsx';
import { Readout, type Pointed } from './readout.tsx';
import { Rows, type RowsHandle } from './rows-drawn.tsx';
import type { Timeline } from './rows.ts';
import { placeOf, timeAt, type Scale, type View } from './scale.ts';
import { Strip } from './strip.tsx';
import { useDrag } from './use-drag.ts';
import { useView, useViewKeys, useWheel } from './use-view.ts';
import css from './timeline.module.css';

interface Props {
  timeline: Timeline;
  scale: Scale;
  detail: Detail;
  /** ms; null: the run is over. */
  now: number | null;
}

export function Drawing({ timeline, scale, detail, now }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const { width, labels } = useSizes(host);
  const [first, onRest] = useZoomInAddress(scale);
  const control = useView(scale, first, onRest);
  const { view, zoom, show, zoomed } = control;
  useViewKeys(control);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const labelsNow = useCallback(() => labels, [labels]);
  useWheel(host, labelsNow, control);
  const rows = useRef<RowsHandle>(null);
  const drag = useDrag(labelsNow, control, (chosen) =>
    rows.current?.showSome({ from: timeAt(scale, chosen.from), to: timeAt(scale, chosen.from + chosen.length) }),
  );
  const fit = (): void => {
    const extent = rows.current?.extent() ?? null;
    if (extent === null || extent.from === Infinity) return;
    const [from, to] = [placeOf(scale, extent.from), placeOf(scale, Math.min(extent.to, scale.end))];
    show({ from: from - (to - from) * 0.02, length: Math.max(1, (to - from) * 1.04) });
  };
  useShortcut('f', 'Timeline: the time of the rows in sight', fit);
  const instant = useInstant();
  return (
    <div
      ref={host}
      className={css.timeline}
      style={{ '--from': view.from, '--len': view.length, '--end': scale.length } as CSSProperties}
    >
      <div className={css.top}>
        <div className={css.tools}>
          <Button small kind="bare" aria-label="Closer" title="Closer (+)" onClick={() => zoom(0.6)}>
            <ZoomIn size={15} aria-hidden="true" />
          </Button>
          <Button
            small
            kind="bare"
            aria-label="Farther"
            title="Farther (−)"
            disabled={!zoomed}
            onClick={() => zoom(1.6)}
          >
            <ZoomOut size={15} aria-hidden="true" />
          </Button>
          <Button
            small
            kind="bare"
            aria-label="All of it"
            title="All of it (0)"
            disabled={!zoomed}
            onClick={() => show(null)}
          >
            <Maximize2 size={14} aria-hidden="true" />
          </Button>
          <Button
            small
            kind="bare"
            aria-label="The time of the rows in sight"
            title="The time of the rows in sight (f)"
            onClick={fit}
          >
            <FoldHorizontal size={15} aria-hidden="true" />
          </Button>
        </div>
        <Strip timeline={timeline} scale={scale} view={view} width={width} show={show} />
        <span />
        <Axis scale={scale} view={view} width={width} />
      </div>
      {/* The keys + − 0 and the arrows do the same for who has no pointer. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div className={css.plotArea} {...drag.handlers} onDoubleClick={() => show(null)}>
        <div className={css.bands} aria-hidden="true">
          <Folds scale={scale} view={view} width={width} />
        </div>
        <Rows
          timeline={timeline}
          scale={scale}
          workflow={detail.workflow}
          now={now}
          onPoint={setPointed}
          handle={rows}
        />
        {drag.selection !== null && (
          <div className={css.selection} style={{ left: drag.selection.left, width: drag.selection.width }} />
        )}
      </div>
      <Readout pointed={pointed} now={now} start={timeline.start} instant={instant} />
    </div>
  );
}

function useInstant(): (time: number) => string {
  const { zone } = useZone();
  return useCallback((time) => formatInstant(new Date(time), zone), [zone]);
}

/** The room for bars, and where it begins. */
function useSizes(host: RefObject<HTMLElement | null>): { width: number; labels: number } {
  const [sizes, setSizes] = useState({ width: 800, labels: 0 });
  useEffect(() => {
    const element = host.current!;
    const measure = (): void => {
      const labels = Number.parseFloat(getComputedStyle(element).getPropertyValue('--labels'));
      setSizes({ width: Math.max(100, element.clientWidth - labels), labels });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [host]);
  return sizes;
}

/** Kept as times, which mean the same when the run went on. */
function useZoomInAddress(scale: Scale): [View | null, (view: View | null) => void] {
  const { zoom } = useSearch({ from: WORKFLOW_ROUTE });
  const navigate = useNavigate({ from: WORKFLOW_ROUTE });
  const newest = useRef(scale);
  useEffect(() => {
    newest.current = scale;
  });
  // Read once: from then on the drawing leads, and the address follows.
  const [first] = useState(() => readZoom(zoom, scale));
  const onRest = useCallback(
    (view: View | null) => {
      const next =
        view === null
          ? undefined
          : `${Math.round(timeAt(newest.current, view.from))}-${Math.round(timeAt(newest.current, view.from + view.length))}`;
      void navigate({ search: (before) => ({ ...before, zoom: next }), replace: true, resetScroll: false });
    },
    [navigate],
  );
  return useMemo(() => [first, onRest], [first, onRest]);
}

function readZoom(zoom: string | undefined, scale: Scale): View | null {
  const [from, to] =
    /^(\d{1,15})-(\d{1,15})$/
      .exec(zoom ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  if (from === undefined || to === undefined || to <= from) return null;
  const begin = placeOf(scale, from);
  return { from: begin, length: placeOf(scale, to) - begin };
}
