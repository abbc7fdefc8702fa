// Choices that are kept for the next visit.
import type { Fidelity } from "agentexchange/exchange";
import { mode, type Mode } from "./board.ts";
import { embedded, latency } from "./connection.ts";
import { remember, setting } from "./setting.ts";

const MAX_LATENCY = 500;

/** Kept only when it is chosen: what a link asks for is shown, but is nobody's choice. A seed belongs to one exchange. */
const fidelity = setting<Fidelity>("fidelity", "declared", (stored) =>
  (["declared", "observed"] satisfies readonly Fidelity[]).find((one) => one === stored),
);

/** Keeps the fidelity of an exchange that the person starts, if it is another than that of the present one. */
export function keepFidelity(next: Fidelity): void {
  if (next !== embedded.peek().fidelity) fidelity.set(next);
}

/** Takes the choices of the last visit, and keeps those of this one; returns a function that stops. */
export function followSettings(): () => void {
  embedded.value = { ...embedded.peek(), fidelity: fidelity.signal.peek() };
  const stops = [
    remember("latency", latency, (stored) =>
      typeof stored === "number" && stored >= 0 && stored <= MAX_LATENCY ? stored : undefined,
    ),
    remember("mode", mode, (stored) =>
      (["concurrent", "sequential"] satisfies readonly Mode[]).find((one) => one === stored),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
