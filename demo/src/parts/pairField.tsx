import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { routeHash, route, type ViewName } from "../route.ts";
import { pairs } from "../state/board.ts";

/** Selects the view's pair and keeps it in the URL. */
export function PairField({ view }: { readonly view: ViewName }): JSX.Element {
  const text = useSignal(route.value.symbol);
  useSignalEffect(() => {
    text.value = route.value.symbol;
  });
  const unknown = pairs.value.length > 0 && pairs.value.every(({ symbol }) => symbol !== text.value.toUpperCase());
  return (
    <div class="field">
      <label for={`${view}-pair`}>Pair</label>
      <input
        id={`${view}-pair`}
        list={`${view}-pairs`}
        autocomplete="off"
        spellcheck={false}
        aria-invalid={unknown}
        aria-describedby={`${view}-pair-problem`}
        value={text}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          const symbol = event.currentTarget.value.trim().toUpperCase();
          if (pairs.peek().some((pair) => pair.symbol === symbol)) location.hash = routeHash(view, symbol);
        }}
      />
      <datalist id={`${view}-pairs`}>
        {pairs.value.map(({ symbol }) => (
          <option key={symbol} value={symbol} />
        ))}
      </datalist>
      <p id={`${view}-pair-problem`} class="problem">
        {unknown ? `Unknown pair; showing ${route.value.symbol}.` : ""}
      </p>
    </div>
  );
}
