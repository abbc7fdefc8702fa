import type { ComponentChildren, JSX } from "preact";
import { mostSimilar } from "../../../src/wire/index.ts";
import { routeHash, route, type ViewName } from "../route.ts";
import { pairs } from "../state/board.ts";
import { PairField } from "./pairField.tsx";

interface WithPairProps {
  readonly view: ViewName;
  readonly children: ComponentChildren;
}

/** Content about the pair in the address, or what to do if there is no such pair. */
export function WithPair({ view, children }: WithPairProps): JSX.Element {
  const { symbol } = route.value;
  const known = pairs.value.map((pair) => pair.symbol);
  if (known.length === 0 || known.includes(symbol)) return <>{children}</>;
  const nearest = nearestPairs(symbol, known);
  return (
    <div class="empty">
      <p role="alert">
        {symbol} is not listed here.{" "}
        {nearest.length > 0 && (
          <>
            Did you mean{" "}
            {nearest.map((name, index) => (
              <>
                {index > 0 && " or "}
                <a href={routeHash(view, name)}>{name}</a>
              </>
            ))}
            ?
          </>
        )}
      </p>
      <PairField view={view} />
    </div>
  );
}

/** Pairs that begin alike, such as DOGEUSDT for DOGE; otherwise the one that is spelt most alike. */
function nearestPairs(symbol: string, known: readonly string[]): readonly string[] {
  const alike = known.filter((name) => name.startsWith(symbol) || symbol.startsWith(name.replace(/USDT$/, "")));
  if (alike.length > 0) return alike.slice(0, 3);
  const similar = mostSimilar(symbol, known);
  return similar === undefined ? [] : [similar];
}
