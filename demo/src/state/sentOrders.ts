// Orders that were sent, and what is known of them.
import { effect, signal } from "@preact/signals";
import {
  isAgentExchangeError,
  OrderError,
  OrderOutcomeUnknownError,
  type AgentExchangeError,
  type Order,
  type PlacedOrder,
} from "agentexchange";
import { placeLimitOrder, placeMarketOrder, placeStopLoss, placeTakeProfit, type Client } from "agentexchange/core";
import { ageInSeconds, money, price as priceText, quantity as quantityText } from "../parts/format.ts";
import { cancelOrder, refreshAccount } from "./account.ts";
import { messageOf, onSent, recordFailure } from "./calls.ts";
import { link } from "./connection.ts";
import { canTrade } from "./health.ts";
import { emptyTicket, KIND_LABELS, type Draft } from "./ticket.ts";

export type OutcomeState = "sending" | "placed" | "refused" | "failed" | "checking" | "absent" | "unknown";

/** A sent order and its known state. */
export interface Outcome {
  readonly id: number;
  readonly title: string;
  readonly state: OutcomeState;
  readonly message: string;
  readonly hint: string | null;
  /** Repeats the search for an order with an unknown outcome. */
  readonly searchAgain: (() => void) | null;
  /** Takes back an order that waits. */
  readonly undo: (() => void) | null;
}

export const outcomes = signal<readonly Outcome[]>([]);
let sent = 0;
const MAX_OUTCOMES = 8;

const UNSETTLED: ReadonlySet<OutcomeState> = new Set(["sending", "checking", "unknown"]);

export function upsertOutcome(outcome: Outcome): void {
  const others = outcomes.peek().filter(({ id }) => id !== outcome.id);
  // Unsettled outcomes are kept, however many newer ones there are.
  outcomes.value = [outcome, ...others]
    .toSorted((a, b) => b.id - a.id)
    .filter(({ state }, index) => index < MAX_OUTCOMES || UNSETTLED.has(state));
}

/** The outcome of something that is begun now. */
export function startOutcome(title: string, message: string): Outcome {
  const outcome: Outcome = { id: ++sent, title, state: "sending", message, hint: null, searchAgain: null, undo: null };
  upsertOutcome(outcome);
  return outcome;
}

/** Whether an order is on its way; another one is not sent meanwhile. */
export const sending = signal(false);

/** Sends an order once. While one is on its way, nothing happens. */
export async function send(order: Draft): Promise<void> {
  const client = link.peek()?.client;
  if (client === undefined || sending.peek()) return;
  sending.value = true;
  const title = `${order.side === "buy" ? "Buy" : "Sell"} ${quantityText(order.quantity)} ${order.symbol}, ${KIND_LABELS[order.kind].toLowerCase()}`;
  const outcome = startOutcome(title, "Sending…");
  const stopWaiting = tellWaiting(outcome);
  try {
    const placed = await placeOrder(client, order);
    stopWaiting();
    const undo = placed.executedPrice === null ? (): void => void takeBack(outcome, placed) : null;
    upsertOutcome({ ...outcome, state: "placed", message: describePlaced(placed), undo });
    emptyTicket(order);
  } catch (error) {
    stopWaiting();
    if (error instanceof OrderOutcomeUnknownError) {
      emptyTicket(order);
      void reconcile(outcome, error);
    } else {
      recordFailure("order", error);
      upsertOutcome({ ...outcome, state: error instanceof OrderError ? "refused" : "failed", ...describeError(error) });
    }
  } finally {
    sending.value = false;
    refreshAccount();
  }
}

/** Places an order with the operation of its kind. */
function placeOrder(client: Client, { kind, symbol, side, quantity, price }: Draft): Promise<PlacedOrder> {
  const order = { symbol, side, quantity };
  if (kind === "market" || price === null) return client.send(placeMarketOrder, order);
  if (kind === "limit") return client.send(placeLimitOrder, { ...order, price });
  return client.send(kind === "stop" ? placeStopLoss : placeTakeProfit, { ...order, triggerPrice: price });
}

const SECOND = 1000;
const PLACING: ReadonlySet<string> = new Set([
  "placeMarketOrder",
  "placeLimitOrder",
  "placeStopLoss",
  "placeTakeProfit",
]);
/** Milliseconds between searches for an order while the line seems to work. */
const SEARCH_PERIOD = 15_000;

/** Says what an order waits for while there is no answer; returns a function that stops it. */
export function tellWaiting(outcome: Outcome): () => void {
  let since = performance.now();
  let waitsFor = "Waiting to be sent";
  const stopListening = onSent((name) => {
    if (!PLACING.has(name)) return;
    since = performance.now();
    waitsFor = "Sent; waiting for the answer of the exchange";
  });
  const timer = setInterval(() => {
    upsertOutcome({ ...outcome, message: `${waitsFor}, for ${ageInSeconds(performance.now() - since)} now…` });
  }, SECOND);
  return () => {
    stopListening();
    clearInterval(timer);
  };
}

export async function takeBack(outcome: Outcome, { orderId, symbol }: PlacedOrder): Promise<void> {
  upsertOutcome({ ...outcome, state: "placed", message: "Cancelling…" });
  const message = await cancelOrder({ orderId, symbol });
  upsertOutcome({ ...outcome, state: "placed", message });
}

/** What is known in the end. */
export type Settled = Pick<Outcome, "state" | "message">;

/** A search for what is not known yet. */
export interface Search {
  /** For the list of failed calls. */
  readonly name: string;
  /** What is said while it lasts. */
  readonly message: string;
  readonly find: () => Promise<Settled>;
}

/** Searches for the order, again each time the line returns; never sends it again. */
export function reconcile(outcome: Outcome, error: OrderOutcomeUnknownError): Promise<void> {
  return settle(outcome, {
    name: "reconcile",
    message: "Sent, but the response was lost. Searching for the order…",
    async find() {
      const order = await error.reconcile();
      if (order !== null) return { state: "placed", message: `The order was placed: ${describeFound(order)}` };
      const message = "Not found within 15 seconds of sending. It can still arrive if the network holds it back.";
      return { state: "absent", message };
    },
  });
}

/** Searches until it succeeds, again each time the line returns. */
export async function settle(outcome: Outcome, search: Search): Promise<void> {
  upsertOutcome({ ...outcome, state: "checking", message: search.message });
  try {
    upsertOutcome({ ...outcome, ...(await search.find()) });
    refreshAccount();
  } catch (problem) {
    recordFailure(search.name, problem);
    searchWhenConnected(outcome, search, messageOf(problem));
  }
}

function searchWhenConnected(outcome: Outcome, search: Search, problem: string): void {
  let waits = true;
  const again = (): void => {
    if (!waits) return;
    waits = false;
    stop();
    void settle(outcome, search);
  };
  // The failure that brought us here counts first, so the line is not taken for good too early.
  let wasDown = false;
  const timer = setInterval(() => {
    if (canTrade.peek()) again();
  }, SEARCH_PERIOD);
  const watch = effect(() => {
    if (!canTrade.value) wasDown = true;
    else if (wasDown) queueMicrotask(again);
  });
  const stop = (): void => {
    clearInterval(timer);
    watch();
  };
  upsertOutcome({
    ...outcome,
    state: "unknown",
    message: `Still unknown: ${problem} It is looked up again when the line returns.`,
    searchAgain: again,
  });
}

function describePlaced({
  status,
  executedPrice,
  totalCost,
  fee,
  price,
  lockedAmount,
  side: way,
}: PlacedOrder): string {
  if (executedPrice !== null) {
    const total = totalCost === null ? "" : `, ${way === "buy" ? "for" : "proceeds"} ${priceText(totalCost)} USDT`;
    return `Filled at ${priceText(executedPrice)}${total}${fee === null ? "" : `, fee ${money(fee)} included`}.`;
  }
  const at = price === null ? "" : ` at ${priceText(price)}`;
  return `Waiting${at} (${status})${lockedAmount === null ? "" : `; ${quantityText(lockedAmount)} locked`}.`;
}

function describeFound({ status, executedPrice, price }: Order): string {
  const at = executedPrice ?? price;
  return `${status}${at === null ? "" : ` at ${priceText(at)}`}.`;
}

const REASON_TEXTS: Readonly<Record<string, string>> = {
  insufficient_balance: "Insufficient balance.",
  order_too_small: "The order is too small.",
  order_too_large: "The order is too large relative to the account's equity.",
  position_limit_exceeded: "The position would be too large relative to the account's equity.",
  daily_loss_limit: "The daily loss limit has been reached.",
  max_open_orders_exceeded: "Too many open orders.",
  rate_limit_exceeded: "Too many orders this minute.",
  price_unavailable: "No price is available for this pair.",
  account_not_active: "The account is not active.",
};

/** A user-facing message and hint for an error. */
export function describeError(error: unknown): { readonly message: string; readonly hint: string | null } {
  if (!isAgentExchangeError(error)) return { message: messageOf(error), hint: null };
  const reason = (error as AgentExchangeError & { readonly reason?: string | null }).reason;
  const words = REASON_TEXTS[reason ?? ""];
  return { message: words ?? messageOf(error), hint: error.hint };
}
