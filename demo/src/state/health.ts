// What the page knows about its data source, in one word.
import { computed, signal } from "@preact/signals";
import { streamState } from "../feed.ts";
import { keyRefused, traffic } from "./calls.ts";
import { link, linkState } from "./connection.ts";
import { deadClient } from "./outage.ts";

/** Milliseconds without an answer after which what is shown is old. */
const STALE = 10_000;

/** `refused`: the service answers, but does not know the key. `stale`: nothing has been answered for ten seconds. */
export type Health = "opening" | "connected" | "recovering" | "stale" | "refused" | "unreachable";

/** Seconds that have passed while the page was open; what shows an age reads it. */
export const ticks = signal(0);

/** Lets time pass for the ages shown; returns a function that stops it. */
export function followTime(): () => void {
  const timer = setInterval(() => {
    ticks.value += 1;
  }, 1000);
  return () => clearInterval(timer);
}

export const health = computed<Health>(() => {
  if (linkState.value.kind === "opening") return "opening";
  if (linkState.value.kind === "failed") return "unreachable";
  if (keyRefused.value !== null) return "refused";
  if (deadClient.value !== null && deadClient.value === link.value?.client) return "unreachable";
  const { latest: all, answeredAt } = traffic.value;
  const latest = all.slice(-12);
  const failed = latest.filter((succeeded) => !succeeded).length;
  if (failed > latest.length * 0.7) return "unreachable";
  void ticks.value;
  if (answeredAt !== null && performance.now() - answeredAt > STALE && streamState.value !== "live") return "stale";
  return failed === 0 ? "connected" : "recovering";
});

/** Whether an order would reach the exchange. */
export const canTrade = computed(() => health.value === "connected" || health.value === "recovering");
