import { computed, type ReadonlySignal } from "@preact/signals";
import { setting } from "./setting.ts";

const MAX = 200;

const kept = setting<readonly string[]>("favourites", [], (stored) =>
  Array.isArray(stored)
    ? stored
        .filter((symbol): symbol is string => typeof symbol === "string" && /^[A-Z0-9]{1,30}$/.test(symbol))
        .slice(0, MAX)
    : undefined,
);

/** The pairs that the person has marked. */
export const favourites: ReadonlySignal<ReadonlySet<string>> = computed(() => new Set(kept.signal.value));

/** Marks a pair, or unmarks it. */
export function toggleFavourite(symbol: string): void {
  const isMarked = kept.signal.peek().includes(symbol);
  kept.change((all) => {
    const others = all.filter((other) => other !== symbol);
    return isMarked ? others : [...others, symbol].slice(-MAX);
  });
}
