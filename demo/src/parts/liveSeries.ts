/** What a chart's items have in common. */
export interface Timed {
  readonly time: number | Date;
}

/** A series of the chart library, as far as it is used here. */
export interface Target<Point> {
  setData(points: Point[]): void;
  /** @param historical whether a point before the last one changes */
  update(point: Point, historical?: boolean): void;
}

/** A series that is told only what has changed. */
export interface LiveSeries<Item> {
  show(items: readonly Item[]): void;
}

/** Changes further back than this are rare: setting everything is as good. */
const MAX_UPDATES_BACK = 3;

/**
 * Draws items as points of a series. Only the end is updated if nothing else has changed, so that a tick costs little.
 *
 * @param point the point of an item; it may depend on the items before
 */
export function liveSeries<Item extends Timed, Point>(
  series: Target<Point>,
  point: (items: readonly Item[], index: number) => Point,
): LiveSeries<Item> {
  let before: readonly Item[] = [];
  return {
    show(items) {
      const from = firstChange(before, items);
      const count = before.length;
      before = items;
      if (from === null || from < count - MAX_UPDATES_BACK)
        series.setData(items.map((_, index) => point(items, index)));
      else for (let at = from; at < items.length; at++) series.update(point(items, at), at < count - 1);
    },
  };
}

/**
 * The index from which `next` differs from `before`; its length if nothing does. Null if it does not continue it, so that
 * everything is different.
 */
export function firstChange<Item extends Timed>(before: readonly Item[], next: readonly Item[]): number | null {
  const last = before.length - 1;
  if (last < 0 || next.length < before.length) return null;
  if (Number(next[0]?.time) !== Number(before[0]?.time)) return null;
  for (let index = 0; index <= last; index++) {
    if (next[index] === before[index]) continue;
    if (Number(next[index]?.time) !== Number(before[index]?.time)) return null;
    if (isSame(before[index], next[index])) continue;
    const sameTimes = before.slice(index).every(({ time }, at) => Number(next[index + at]?.time) === Number(time));
    return sameTimes ? index : null;
  }
  return before.length;
}

/** Compares numbers, decimals and dates by value. */
function isSame<Item extends Timed>(one: Item | undefined, other: Item | undefined): boolean {
  if (one === other) return true;
  if (one === undefined || other === undefined) return false;
  return (Object.keys(one) as (keyof Item)[]).every(
    (key) => one[key] === other[key] || Number(one[key]) === Number(other[key]),
  );
}
