/** Rows of a long table of which only those in sight are in the page. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';

interface Rows {
  count: number;
  /** Usual height of a row, pixels. */
  height: number;
  /** Rows beyond the edge that are drawn, too. */
  overscan: number;
  keyOf?: (index: number) => string;
}

/**
 * @returns `scroller` for the element that scrolls; `items` to draw; `before` and `after`: pixels of what is not drawn above and
 *   below them
 */
export function useVirtualRows({ count, height, overscan, keyOf }: Rows) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan,
    ...(keyOf !== undefined && { getItemKey: keyOf }),
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return { scroller, virtual, items, before, after };
}
