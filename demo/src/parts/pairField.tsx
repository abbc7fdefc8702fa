import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { routeHash, route, type ViewName } from "../route.ts";
import { PairCombobox } from "./pairCombobox.tsx";

/** Selects the view's pair and keeps it in the URL. */
export function PairField({ view }: { readonly view: ViewName }): JSX.Element {
  const text = useSignal(route.value.symbol);
  const reset = (): void => {
    text.value = route.value.symbol;
  };
  useSignalEffect(reset);
  return (
    <PairCombobox
      id={`${view}-pair`}
      label="Pair"
      text={text}
      onChoose={(symbol) => {
        text.value = symbol;
        location.hash = routeHash(view, symbol);
      }}
      onLeave={reset}
    />
  );
}
