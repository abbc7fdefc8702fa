import { invalid, type Pair } from "../../endpoints/index.ts";
import { mostSimilar } from "../../wire/index.ts";

const MAX_NAMED = 10;

/** @throws ValidationError that names the pairs which do not exist, and what was probably meant */
export function checkSymbols(symbols: readonly string[], pairs: readonly Pick<Pair, "symbol">[]): void {
  const known = new Set(pairs.map(({ symbol }) => symbol));
  const unknown = symbols.map((symbol) => symbol.toUpperCase()).filter((symbol) => !known.has(symbol));
  if (unknown.length === 0) return;
  const named = unknown.slice(0, MAX_NAMED).map((symbol) => {
    const similar = mostSimilar(symbol, known);
    return similar === undefined ? symbol : `${symbol} (did you mean ${similar}?)`;
  });
  const more = unknown.length > MAX_NAMED ? ` and ${unknown.length - MAX_NAMED} more` : "";
  throw invalid("runTick", [
    { field: "symbols", message: `must be pairs of the exchange, which has no ${named.join(", ")}${more}` },
  ]);
}
