import type { Decimal } from "agentexchange";
import type { JSX } from "preact";

export type Direction = "up" | "down" | "flat";

export function directionOf(value: Decimal): Direction {
  return value.isZero() ? "flat" : value.isPositive() ? "up" : "down";
}

const ARROWS: Readonly<Record<Direction, string>> = { up: "▲", down: "▼", flat: "■" };

/** A gain or a loss: an arrow, a sign and a colour that says no more than these. */
export function Change({ value, text }: { readonly value: Decimal; readonly text: string }): JSX.Element {
  const direction = directionOf(value);
  return (
    <span class={`change ${direction}`}>
      <span class="arrow" aria-hidden="true">
        {ARROWS[direction]}
      </span>{" "}
      {text}
    </span>
  );
}
