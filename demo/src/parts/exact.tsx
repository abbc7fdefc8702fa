import { useSignal } from "@preact/signals";
import type { Decimal } from "agentexchange";
import type { JSX } from "preact";
import { money, quantity } from "./format.ts";

/** An amount to the cent. If that hides digits, hovering or focusing it shows them all; Escape hides them again. */
export function Exact({ value, unit }: { readonly value: Decimal; readonly unit: string }): JSX.Element {
  const dismissed = useSignal(false);
  if (value.decimalPlaces() <= 2) return <>{money(value)}</>;
  const show = (): void => {
    dismissed.value = false;
  };
  return (
    <button
      type="button"
      class="exact"
      data-dismissed={dismissed}
      aria-label={`${money(value)} ${unit}, exactly ${quantity(value)}`}
      onPointerEnter={show}
      onFocus={show}
      onKeyDown={(event) => {
        if (event.key === "Escape") dismissed.value = true;
      }}
    >
      {money(value)}
      <span class="tip" aria-hidden="true">
        {quantity(value)} {unit}
      </span>
    </button>
  );
}
