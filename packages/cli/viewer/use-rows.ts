import type { VirtualItem } from '@tanstack/virtual-core';
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useState } from 'preact/hooks';

/** The rows of a long list that are near the visible part. */
export interface Rows {
  readonly items: readonly VirtualItem[];
  /** Of all rows together. */
  readonly heightPx: number;
  readonly scrollTo: (row: number) => void;
}

/** Keeps rows of one height, of which only those near the visible part are drawn. */
export function useRows(
  scroller: RefObject<HTMLElement | null>,
  { count, rowPx }: { readonly count: number; readonly rowPx: number },
): Rows {
  const [, redraw] = useReducer((version: number) => version + 1, 0);
  const options = {
    count,
    estimateSize: () => rowPx,
    getScrollElement: () => scroller.current,
    overscan: 2,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw(undefined),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return {
    items: virtualizer.getVirtualItems(),
    heightPx: virtualizer.getTotalSize(),
    scrollTo: (row) => virtualizer.scrollToIndex(row, { align: 'auto' }),
  };
}
