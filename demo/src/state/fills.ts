// Tells of orders of the own account that have been filled.
import type { OrderUpdate } from "agentexchange";
import { count, price, quantity } from "../parts/format.ts";
import { dismiss, held, LIFETIME, type Tone } from "./toasts.ts";

/** More fills than this within a toast's life are told as one sum. */
const MAX_SINGLE = 3;
/** Milliseconds between two sums, so that nobody is interrupted all the time. */
const SUM_PERIOD = 2000;
const SUM = "fills";
const MAX_TOLD = 1000;

/** A filled order, as a sentence. */
export function describeFill({ side, symbol, quantity: wanted, executedQuantity, executedPrice }: OrderUpdate): string {
  const at = executedPrice === null ? "" : ` at ${price(executedPrice)}`;
  return `${side === "buy" ? "Bought" : "Sold"} ${quantity(executedQuantity ?? wanted)} ${symbol}${at}.`;
}

/** Shows a toast; one with the same key is replaced. */
export type ShowToast = (text: string, tone: Tone, key: string) => void;

interface Fill {
  readonly key: string;
  readonly side: string;
  readonly time: number;
}

/** Returns what is to be called for every order update. Tells of fills one by one while they are few, otherwise as a sum. */
export function createFillTeller(
  show: ShowToast,
  now: () => number = () => performance.now(),
): (update: OrderUpdate) => void {
  const told = new Set<string>();
  let recent: readonly Fill[] = [];
  let isWaiting = false;

  function tellSum(): void {
    isWaiting = false;
    // What somebody is reading stays.
    if (!held.peek()) for (const { key } of recent) dismiss(key);
    const bought = recent.filter(({ side }) => side === "buy").length;
    const text = `${count(recent.length)} orders filled: ${count(bought)} bought, ${count(recent.length - bought)} sold.`;
    show(text, "good", SUM);
  }

  return (update) => {
    // The stream may repeat an update after an outage.
    if (update.status !== "filled" || told.has(update.orderId)) return;
    told.add(update.orderId);
    const [oldest = ""] = told;
    if (told.size > MAX_TOLD) told.delete(oldest);
    const time = now();
    // A sum goes on for as long as fills keep coming.
    const isSum = recent.length > MAX_SINGLE && time - (recent.at(-1)?.time ?? 0) < LIFETIME;
    const fill: Fill = { key: `fill ${update.orderId}`, side: update.side, time };
    recent = [...(isSum ? recent : recent.filter((one) => time - one.time < LIFETIME)), fill];
    if (recent.length <= MAX_SINGLE) show(describeFill(update), "good", fill.key);
    else if (!isSum) tellSum();
    else if (!isWaiting) {
      isWaiting = true;
      setTimeout(tellSum, SUM_PERIOD);
    }
  };
}
