/** The stretch of a timeline that is in sight: moved by wheel, drag and keys, at most once a frame. */
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { useShortcut } from '../../../frame/shortcuts.ts';
import { clampView, zoomView, type Scale, type View } from './scale.ts';

export interface ViewControl {
  view: View;
  /** false: all of it is in sight. */
  zoomed: boolean;
  show: (next: View | null) => void;
  zoom: (factor: number, at?: number) => void;
  pan: (share: number) => void;
}

const STEP = 1.6;

/**
 * @param first what the address says; null: all
 * @param onRest told where the view came to rest, in places; null: all
 */
export function useView(scale: Scale, first: View | null, onRest: (view: View | null) => void): ViewControl {
  const [chosen, setChosen] = useState<View | null>(first);
  const whole = scale.length;
  const view = chosen === null ? { from: 0, length: whole } : clampView(chosen, whole);
  const newest = useRef({ view, whole, onRest });
  const pending = useRef<{ view: View | null; frame: number }>(null);
  useEffect(() => {
    newest.current = { view, whole, onRest };
  });
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(rest.current);
      if (pending.current !== null) cancelAnimationFrame(pending.current.frame);
    },
    [],
  );
  const show = useCallback((next: View | null): void => {
    const shown =
      next === null || next.length >= newest.current.whole * 0.9999 ? null : clampView(next, newest.current.whole);
    if (pending.current !== null) pending.current.view = shown;
    else {
      const frame = requestAnimationFrame(() => {
        setChosen(pending.current!.view);
        pending.current = null;
      });
      pending.current = { view: shown, frame };
    }
    clearTimeout(rest.current);
    rest.current = setTimeout(() => newest.current.onRest(shown), 400);
  }, []);
  // What was asked for last counts, though it may not be drawn yet: several wheel events come in one frame.
  const present = useCallback(
    (): View =>
      pending.current === null
        ? newest.current.view
        : (pending.current.view ?? { from: 0, length: newest.current.whole }),
    [],
  );
  const zoom = useCallback(
    (factor: number, at?: number): void => {
      const now = present();
      show(zoomView(now, factor, at ?? now.from + now.length / 2, newest.current.whole));
    },
    [present, show],
  );
  const pan = useCallback(
    (share: number): void => {
      const now = present();
      show({ from: now.from + share * now.length, length: now.length });
    },
    [present, show],
  );
  return { view, zoomed: chosen !== null, show, zoom, pan };
}

export function useViewKeys({ show, zoom, pan }: ViewControl): void {
  useShortcut('+', 'Timeline: closer', () => zoom(1 / STEP));
  useShortcut('-', 'Timeline: farther', () => zoom(STEP));
  useShortcut('0', 'Timeline: all of it', () => show(null));
  useShortcut('ArrowRight', 'Timeline: later', () => pan(0.2));
  useShortcut('ArrowLeft', 'Timeline: earlier', () => pan(-0.2));
}

/** The wheel: with ctrl it zooms where the pointer is, sideways (or with shift) it pans, else it scrolls the rows. */
export function useWheel(
  plot: RefObject<HTMLElement | null>,
  labels: () => number,
  { view, zoom, pan }: ViewControl,
): void {
  const newest = useRef(view);
  useEffect(() => {
    newest.current = view;
  });
  useEffect(() => {
    const element = plot.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent): void => {
      const { left, width } = element.getBoundingClientRect();
      const begin = left + labels();
      const room = width - labels();
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const at = newest.current.from + ((event.clientX - begin) / room) * newest.current.length;
        zoom(Math.exp(Math.max(-120, Math.min(120, event.deltaY)) / 240), at);
        return;
      }
      const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
      if (Math.abs(sideways) <= (event.shiftKey ? 0 : Math.abs(event.deltaY))) return;
      event.preventDefault();
      pan(sideways / room);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [plot, labels, zoom, pan]);
}
