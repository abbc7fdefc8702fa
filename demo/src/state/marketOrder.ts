// In which order a list of markets shows its pairs.
import { computed, type ReadonlySignal } from "@preact/signals";
import type { Pair } from "agentexchange";
import { setting } from "./setting.ts";

export const COLUMNS = ["favourites", "name", "price", "change", "volume"] as const;
export type ColumnName = (typeof COLUMNS)[number];

export interface MarketOrder {
  readonly by: ColumnName;
  readonly descending: boolean;
}

/** Names start at A; of figures, and of favourites, the largest comes first. */
const startsDescending = (by: ColumnName): boolean => by !== "name";

const kept = setting<MarketOrder>("marketOrder", { by: "volume", descending: true }, (stored) => {
  const { by, descending } = (stored ?? {}) as Partial<MarketOrder>;
  return COLUMNS.includes(by as ColumnName) && typeof descending === "boolean"
    ? { by: by as ColumnName, descending }
    : undefined;
});

export const marketOrder: ReadonlySignal<MarketOrder> = computed(() => kept.signal.value);

/** Sorts by a column; by the same one again, the other way round. */
export function sortBy(by: ColumnName): void {
  const { by: before, descending } = kept.signal.peek();
  kept.set({ by, descending: by === before ? !descending : startsDescending(by) });
}

/** The figure of a pair that a column shows; undefined while it is not known. */
export type FigureOf = (symbol: string, column: ColumnName) => number | undefined;

/** Sorts pairs that come by name. Those whose figure is not known come last. */
export function orderPairs<P extends Pick<Pair, "symbol">>(
  pairs: readonly P[],
  { by, descending }: MarketOrder,
  figureOf: FigureOf,
): readonly P[] {
  if (by === "name") return descending ? pairs.toReversed() : pairs;
  const sign = descending ? -1 : 1;
  const keyed = pairs.map((pair) => ({ pair, figure: figureOf(pair.symbol, by) }));
  const known = keyed.filter((row): row is { pair: P; figure: number } => row.figure !== undefined);
  const unknown = keyed.filter(({ figure }) => figure === undefined);
  known.sort((one, other) => sign * (one.figure - other.figure));
  return [...known, ...unknown].map(({ pair }) => pair);
}
