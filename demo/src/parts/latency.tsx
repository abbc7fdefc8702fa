import type { JSX } from "preact";
import { latency } from "../state/connection.ts";
import { milliseconds } from "./format.ts";

/** The embedded exchange's latency. */
export function Latency({ id }: { readonly id: string }): JSX.Element {
  return (
    <label class="field slider" for={id}>
      <span>
        Latency <output for={id}>{milliseconds(latency.value)}</output>
      </span>
      <input
        id={id}
        type="range"
        min="0"
        max="500"
        step="10"
        value={latency}
        onInput={(event) => {
          latency.value = event.currentTarget.valueAsNumber;
        }}
      />
    </label>
  );
}
