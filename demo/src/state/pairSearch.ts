// Finds pairs by what a person types: "doge", "eth/usdt", or nearly that.
import type { Pair } from "agentexchange";
import { mostSimilar } from "../../../src/wire/index.ts";

type Named = Pick<Pair, "symbol" | "baseAsset">;

/** How well a pair fits; lower is better. Null if it does not. */
function rank({ symbol, baseAsset }: Named, wanted: string): number | null {
  if (baseAsset === wanted || symbol === wanted) return 0;
  if (baseAsset.startsWith(wanted)) return 1;
  if (symbol.startsWith(wanted)) return 2;
  if (baseAsset.includes(wanted)) return 3;
  return symbol.includes(wanted) ? 4 : null;
}

/** What a person typed, as symbols are written: `eth/usdt` is ETHUSDT. */
export function normalize(text: string): string {
  return text
    .normalize("NFKC")
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/**
 * The pairs that fit, best first: by the name of the base asset, then by a part of it, and if there is none, the one that
 * is spelt most alike. Of those that fit equally well, favourites come first. Without a text, all pairs.
 */
export function findPairs<P extends Named>(
  text: string,
  pairs: readonly P[],
  favourites: ReadonlySet<string>,
): readonly P[] {
  const wanted = normalize(text);
  const ranked = pairs.flatMap((pair) => {
    const fit = wanted === "" ? 0 : rank(pair, wanted);
    return fit === null ? [] : [{ pair, fit, favourite: favourites.has(pair.symbol) ? 0 : 1 }];
  });
  if (ranked.length === 0) return similar(wanted, pairs);
  // The sort is stable: within a group, pairs keep the order in which they are listed.
  return ranked
    .toSorted((one, other) => one.fit - other.fit || one.favourite - other.favourite)
    .map(({ pair }) => pair);
}

function similar<P extends Named>(wanted: string, pairs: readonly P[]): readonly P[] {
  const base = mostSimilar(
    wanted,
    pairs.map(({ baseAsset }) => baseAsset),
  );
  const name = mostSimilar(
    wanted,
    pairs.map(({ symbol }) => symbol),
  );
  return pairs.filter(({ symbol, baseAsset }) => baseAsset === base || symbol === name);
}
