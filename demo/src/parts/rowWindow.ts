/** The rows of a long list that have to exist, of which `overscan` on each side are not seen yet. */
export function rowWindow(
  { scrollTop, height, rowHeight, count }: RowMeasures,
  overscan = 4,
): { readonly first: number; readonly end: number } {
  const top = Math.max(0, Math.floor(scrollTop / rowHeight) - overscan);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + overscan);
  return { first: Math.min(top, Math.max(0, end - 1)), end };
}

/** All in pixels, but for `count`. */
export interface RowMeasures {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly count: number;
}

/** Where to scroll so that a row is seen under a header of one row; the same place if it is seen already. */
export function scrollToRow(index: number, { scrollTop, height, rowHeight }: Omit<RowMeasures, "count">): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  const lowest = top + 2 * rowHeight - height;
  return lowest > scrollTop ? lowest : scrollTop;
}
