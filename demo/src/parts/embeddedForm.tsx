import { Decimal } from "agentexchange";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { embedded, faults, link, openEmbedded, setSpeed, speed, SPEEDS } from "../state/connection.ts";
import { keepFidelity } from "../state/keptSettings.ts";
import { count } from "./format.ts";
import { Latency } from "./latency.tsx";
import { numberStyle, readWhole } from "./readNumber.ts";

const style = numberStyle();

/** Settings of the exchange inside the page. */
export function EmbeddedForm(): JSX.Element {
  const seedText = useSignal(style.write(new Decimal(embedded.value.seed)));
  const seed = readWhole(style, seedText.value, Number.MAX_SAFE_INTEGER);
  const problem = typeof seed === "string" ? seed : null;
  const fidelity = useSignal(embedded.value.fidelity);
  const restart = (event: Event): void => {
    event.preventDefault();
    if (typeof seed !== "number") return;
    keepFidelity(fidelity.peek());
    openEmbedded({ seed, fidelity: fidelity.peek() }).catch(() => {});
  };
  return (
    <>
      <div class="fields">
        <label class="field">
          Clock speed
          <select value={speed} onChange={(event) => setSpeed(Number(event.currentTarget.value))}>
            {SPEEDS.map((times) => (
              <option key={times} value={times}>
                {times === 1 ? "real time" : `${count(times)}× faster`}
              </option>
            ))}
          </select>
        </label>
        <Latency id="drawer-latency" />
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={faults}
            onChange={(event) => {
              faults.value = event.currentTarget.checked;
            }}
          />
          <span>
            Network faults
            <small>
              One request in three is refused, cut off or answered with an error, and the stream breaks. The client
              recovers.
            </small>
          </span>
        </label>
      </div>
      <form class="fields" onSubmit={restart} noValidate>
        <div class="field">
          <label for="seed">Seed</label>
          <input
            id="seed"
            inputMode="numeric"
            autocomplete="off"
            aria-invalid={problem !== null}
            aria-describedby="seed-problem"
            value={seedText}
            onInput={(event) => {
              seedText.value = event.currentTarget.value;
            }}
          />
          <small id="seed-problem" class="problem">
            {problem}
          </small>
        </div>
        <label class="field">
          Fidelity
          <select
            value={fidelity}
            onChange={(event) => {
              fidelity.value = event.currentTarget.value === "observed" ? "observed" : "declared";
            }}
          >
            <option value="declared">as declared</option>
            <option value="observed">as observed, including quirks</option>
          </select>
        </label>
        <button type="submit">{link.value?.kind === "service" ? "Use this exchange" : "Restart"}</button>
      </form>
    </>
  );
}
