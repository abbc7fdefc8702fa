import type { Decimal } from "agentexchange";
import type { JSX } from "preact";

export type Direction = "up" | "down" | "flat";

export function changeDirection(value: Decimal): Direction {
  return value.isZero() ? "flat" : value.isPositive() ? "up" : "down";
}

const ARROWS: Readonly<Record<Direction, string>> = { up: "▲", down: "▼", flat: "■" };

/** A gain or a loss, shown by arrow and sign as well as colour. */
export function Change({ value, text }: { readonly value: Decimal; readonly text: string }): JSX.Element {
  const direction = changeDirection(value);
  return (
    <span class={`change ${direction}`}>
      <span class="arrow" aria-hidden="true">
        {ARROWS[direction]}
      </span>{" "}
      {text}
    </span>
  );
}
