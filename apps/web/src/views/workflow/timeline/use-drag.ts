/** Drawing over a stretch with the mouse zooms to it; a finger moves what is in sight. */
import { useRef, useState, type PointerEvent } from 'react';
import type { View } from './scale.ts';
import type { ViewControl } from './use-view.ts';

interface Begun {
  x: number;
  left: number;
  room: number;
  touch: boolean;
  moved: boolean;
}

/** Less is a click with an unsteady hand. */
const LEAST_PX = 5;

/**
 * @param labels px before the room for bars
 * @param onChosen told of a stretch that was drawn over, in places
 */
export function useDrag(labels: () => number, { view, show, pan }: ViewControl, onChosen: (view: View) => void) {
  const begun = useRef<Begun>(null);
  const [selection, setSelection] = useState<{ left: number; width: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const left = box.left + labels();
    if (event.clientX < left || event.clientX > box.left + event.currentTarget.clientWidth) return;
    const touch = event.pointerType === 'touch';
    begun.current = { x: event.clientX, left, room: box.width - labels(), touch, moved: false };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const drag = begun.current;
    if (drag === null) return;
    if (!drag.moved && Math.abs(event.clientX - drag.x) < LEAST_PX) return;
    if (!drag.moved) event.currentTarget.setPointerCapture(event.pointerId);
    drag.moved = true;
    if (drag.touch) {
      pan((drag.x - event.clientX) / drag.room);
      drag.x = event.clientX;
      return;
    }
    const from = Math.max(drag.left, Math.min(drag.x, event.clientX));
    const to = Math.min(drag.left + drag.room, Math.max(drag.x, event.clientX));
    setSelection({ left: labels() + from - drag.left, width: to - from });
  };
  const onPointerUp = (): void => {
    const drag = begun.current;
    begun.current = null;
    setSelection(null);
    if (drag === null || !drag.moved || drag.touch || selection === null || selection.width < LEAST_PX) return;
    const from = (selection.left - labels()) / drag.room;
    const chosen = { from: view.from + from * view.length, length: (selection.width / drag.room) * view.length };
    show(chosen);
    onChosen(chosen);
  };
  const onPointerCancel = (): void => {
    begun.current = null;
    setSelection(null);
  };
  return { selection, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel } };
}
