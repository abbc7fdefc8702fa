import { computed, signal } from "@preact/signals";
import {
  Decimal,
  isAgentExchangeError,
  OrderError,
  OrderOutcomeUnknownError,
  roundToStep,
  type AgentExchangeError,
  type Order,
  type PlacedOrder,
  type Side,
} from "agentexchange";
import {
  getBalance,
  placeLimitOrder,
  placeMarketOrder,
  placeStopLoss,
  placeTakeProfit,
  type Client,
} from "agentexchange/core";
import { prices } from "../feed.ts";
import { price as priceText, quantity as quantityText } from "../parts/format.ts";
import { route } from "../route.ts";
import { refreshAccount, availableOf, balances } from "./account.ts";
import { pairs } from "./board.ts";
import { messageOf, recordFailure } from "./calls.ts";
import { link } from "./connection.ts";
import { immediateTriggerWarning } from "./trigger.ts";

export type Kind = "market" | "limit" | "stop" | "profit";

export const KIND_LABELS: Readonly<Record<Kind, string>> = {
  market: "Market",
  limit: "Limit",
  stop: "Stop loss",
  profit: "Take profit",
};

/** A complete, valid order. */
export interface Draft {
  readonly kind: Kind;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: Decimal;
  /** Limit or trigger price; null for market orders. */
  readonly price: Decimal | null;
}

export const kind = signal<Kind>("market");
export const side = signal<Side>("buy");
export const amountInput = signal("");
export const limit = signal("");

const FEE_RATE = new Decimal("0.001");
/** Headroom for fee and slippage when all cash is spent. */
const HEADROOM = new Decimal("1.0015");

export const lastPrice = computed(() => prices.value.get(route.value.symbol) ?? null);
export const pair = computed(() => pairs.value.find(({ symbol }) => symbol === route.value.symbol) ?? null);
export const baseAsset = computed(() => pair.value?.baseAsset ?? route.value.symbol.replace(/USDT$/, ""));
export const spentAsset = computed(() => (side.value === "buy" ? "USDT" : baseAsset.value));
export const available = computed(() => {
  const asset = spentAsset.value;
  return balances.value.length === 0 ? null : availableOf(asset);
});

/** The complete order, or a message that says what is missing. */
export const draft = computed<Draft | string>(() => {
  const quantity = parseDecimal(amountInput.value);
  if (quantity === null) return "Enter an amount.";
  const wantsPrice = kind.value !== "market";
  const price = wantsPrice ? parseDecimal(limit.value) : null;
  if (wantsPrice && price === null) return kind.value === "limit" ? "Enter a limit price." : "Enter a trigger price.";
  return { kind: kind.value, symbol: route.value.symbol, side: side.value, quantity, price };
});

/** A warning that a pending order would trigger immediately; null otherwise. */
export const triggerWarning = computed(() => {
  const order = draft.value;
  return typeof order === "string" ? null : immediateTriggerWarning(order, lastPrice.value);
});

function parseDecimal(text: string): Decimal | null {
  const plain = text.trim().replace(",", ".");
  if (!/^\d*\.?\d+$|^\d+\.$/.test(plain)) return null;
  const value = new Decimal(plain);
  return value.isPositive() && !value.isZero() ? value : null;
}

/** Sets the amount to a percentage of the available balance. */
export function setShare(percent: number): void {
  const owned = available.peek();
  const price = kind.peek() === "market" ? lastPrice.peek() : (parseDecimal(limit.peek()) ?? lastPrice.peek());
  if (owned === null || price === null) return;
  const share = owned.mul(percent).div(100);
  const whole = side.peek() === "buy" ? share.div(price.mul(HEADROOM)) : share;
  amountInput.value = roundToStep(whole, pair.peek() ?? 0).toFixed();
}

/** The expected result of sending the order now. */
export type Preview =
  | { readonly kind: "incomplete"; readonly message: string }
  | { readonly kind: "refused"; readonly message: string; readonly hint: string | null }
  | {
      readonly kind: "accepted";
      /** Whether the result comes from a fork of the exchange rather than an estimate. */
      readonly simulated: boolean;
      readonly price: Decimal;
      readonly cost: Decimal;
      readonly fee: Decimal | null;
      readonly slippagePct: Decimal | null;
      /** Remaining balance of the spent asset; null for an estimate. */
      readonly remaining: Decimal | null;
    };

export const preview = signal<Preview>({ kind: "incomplete", message: "Enter an amount." });
let previews = 0;

/** Simulates the order on a fork of the exchange; estimates it where there is none. */
export async function updatePreview(): Promise<void> {
  const turn = ++previews;
  const order = draft.peek();
  if (typeof order === "string") {
    preview.value = { kind: "incomplete", message: order };
    return;
  }
  const copy = link.peek()?.fork() ?? null;
  const next = copy === null ? estimateOrder(order) : await simulate(copy, order);
  if (turn === previews) preview.value = next;
}

async function simulate(copy: Client, order: Draft): Promise<Preview> {
  try {
    const placed = await placeOrder(copy, order);
    const after = await copy.send(getBalance);
    const price = placed.executedPrice ?? placed.price ?? new Decimal(0);
    const cost = placed.totalCost ?? order.quantity.mul(price);
    const left = after.balances.find(({ asset }) => asset === spentAsset.peek())?.available ?? null;
    return {
      kind: "accepted",
      simulated: true,
      price,
      cost,
      fee: placed.fee,
      slippagePct: placed.slippagePct,
      remaining: left,
    };
  } catch (error) {
    return { kind: "refused", ...describeError(error) };
  } finally {
    await copy.close();
  }
}

function estimateOrder({ quantity, price, side: way }: Draft): Preview {
  const at = price ?? lastPrice.peek();
  if (at === null) return { kind: "incomplete", message: "No price yet." };
  const value = quantity.mul(at);
  const fee = value.mul(FEE_RATE);
  const cost = way === "buy" ? value.plus(fee) : value.minus(fee);
  return { kind: "accepted", simulated: false, price: at, cost, fee, slippagePct: null, remaining: null };
}

function placeOrder(client: Client, { kind: how, symbol, side: way, quantity, price }: Draft): Promise<PlacedOrder> {
  const order = { symbol, side: way, quantity };
  if (how === "market" || price === null) return client.send(placeMarketOrder, order);
  if (how === "limit") return client.send(placeLimitOrder, { ...order, price });
  if (how === "stop") return client.send(placeStopLoss, { ...order, triggerPrice: price });
  return client.send(placeTakeProfit, { ...order, triggerPrice: price });
}

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
}

export const outcomes = signal<readonly Outcome[]>([]);
let sent = 0;
const MAX_OUTCOMES = 8;

const UNSETTLED: ReadonlySet<OutcomeState> = new Set(["sending", "checking", "unknown"]);

function upsertOutcome(outcome: Outcome): void {
  const others = outcomes.peek().filter(({ id }) => id !== outcome.id);
  // Unsettled outcomes are kept, however many newer ones there are.
  outcomes.value = [outcome, ...others]
    .toSorted((a, b) => b.id - a.id)
    .filter(({ state }, index) => index < MAX_OUTCOMES || UNSETTLED.has(state));
}

export async function send(order: Draft): Promise<void> {
  const client = link.peek()?.client;
  if (client === undefined) return;
  const title = `${order.side === "buy" ? "Buy" : "Sell"} ${quantityText(order.quantity)} ${order.symbol}, ${KIND_LABELS[order.kind].toLowerCase()}`;
  const outcome: Outcome = { id: ++sent, title, state: "sending", message: "Sending…", hint: null, searchAgain: null };
  upsertOutcome(outcome);
  try {
    upsertOutcome({ ...outcome, state: "placed", message: describePlaced(await placeOrder(client, order)) });
  } catch (error) {
    if (error instanceof OrderOutcomeUnknownError) await reconcile(outcome, error);
    else {
      recordFailure("order", error);
      upsertOutcome({ ...outcome, state: error instanceof OrderError ? "refused" : "failed", ...describeError(error) });
    }
  } finally {
    refreshAccount();
    void updatePreview();
  }
}

/** Searches for the order; never sends it again. */
async function reconcile(outcome: Outcome, error: OrderOutcomeUnknownError): Promise<void> {
  upsertOutcome({
    ...outcome,
    state: "checking",
    message: "Sent, but the response was lost. Searching for the order…",
  });
  try {
    const order = await error.reconcile();
    if (order === null)
      upsertOutcome({
        ...outcome,
        state: "absent",
        message: "Not found within 15 seconds of sending. It can still arrive if the network holds it back.",
      });
    else upsertOutcome({ ...outcome, state: "placed", message: `The order was placed: ${describeFound(order)}` });
    refreshAccount();
  } catch (problem) {
    recordFailure("reconcile", problem);
    const again = (): void => void reconcile(outcome, error);
    upsertOutcome({
      ...outcome,
      state: "unknown",
      message: `Still unknown: ${messageOf(problem)}`,
      searchAgain: again,
    });
  }
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
    return `Filled at ${priceText(executedPrice)}${total}${fee === null ? "" : `, fee ${priceText(fee)} included`}.`;
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
function describeError(error: unknown): { readonly message: string; readonly hint: string | null } {
  if (!isAgentExchangeError(error)) return { message: messageOf(error), hint: null };
  const reason = (error as AgentExchangeError & { readonly reason?: string | null }).reason;
  const words = REASON_TEXTS[reason ?? ""];
  return { message: words ?? messageOf(error), hint: error.hint };
}
