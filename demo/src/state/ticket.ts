import { computed, signal } from "@preact/signals";
import {
  Decimal,
  isAgentExchangeError,
  OrderError,
  OrderOutcomeUnknownError,
  roundToStep,
  type AgentExchangeClient,
  type AgentExchangeError,
  type Order,
  type PlacedOrder,
  type Side,
} from "agentexchange";
import { prices } from "../feed.ts";
import { price as priceText, quantity as quantityText } from "../parts/format.ts";
import { route } from "../route.ts";
import { accountChanged, availableOf, balances } from "./account.ts";
import { pairs } from "./board.ts";
import { messageOf, noteFailure } from "./calls.ts";
import { link } from "./connection.ts";
import { triggersAtOnce } from "./trigger.ts";

export type Kind = "market" | "limit" | "stop" | "profit";

export const KINDS: Readonly<Record<Kind, string>> = {
  market: "Market",
  limit: "Limit",
  stop: "Stop loss",
  profit: "Take profit",
};

/** A complete order. */
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
export const amount = signal("");
export const limit = signal("");

const FEE = new Decimal("0.001");
/** Room for slippage when all of the cash is spent. */
const ROOM = new Decimal("1.0015");

export const lastPrice = computed(() => prices.value.get(route.value.symbol) ?? null);
export const pair = computed(() => pairs.value.find(({ symbol }) => symbol === route.value.symbol) ?? null);
export const base = computed(() => pair.value?.baseAsset ?? route.value.symbol.replace(/USDT$/, ""));
export const spent = computed(() => (side.value === "buy" ? "USDT" : base.value));
export const available = computed(() => {
  const asset = spent.value;
  return balances.value.length === 0 ? null : availableOf(asset);
});

/** The order as it stands, or what is still missing. */
export const draft = computed<Draft | string>(() => {
  const quantity = decimalOf(amount.value);
  if (quantity === null) return "Enter an amount.";
  const wantsPrice = kind.value !== "market";
  const price = wantsPrice ? decimalOf(limit.value) : null;
  if (wantsPrice && price === null) return kind.value === "limit" ? "Enter a limit price." : "Enter a trigger price.";
  return { kind: kind.value, symbol: route.value.symbol, side: side.value, quantity, price };
});

/** Why the order would not wait, though its kind says that it does. */
export const atOnce = computed(() => {
  const order = draft.value;
  return typeof order === "string" ? null : triggersAtOnce(order, lastPrice.value);
});

function decimalOf(text: string): Decimal | null {
  const plain = text.trim().replace(",", ".");
  if (!/^\d*\.?\d+$|^\d+\.$/.test(plain)) return null;
  const value = new Decimal(plain);
  return value.isPositive() && !value.isZero() ? value : null;
}

/** Sets the amount to so many percent of what is available. */
export function useShare(percent: number): void {
  const owned = available.peek();
  const price = kind.peek() === "market" ? lastPrice.peek() : (decimalOf(limit.peek()) ?? lastPrice.peek());
  if (owned === null || price === null) return;
  const share = owned.mul(percent).div(100);
  const whole = side.peek() === "buy" ? share.div(price.mul(ROOM)) : share;
  amount.value = roundToStep(whole, pair.peek() ?? 0).toFixed();
}

/** What would come of the order if it were sent now. */
export type Preview =
  | { readonly kind: "incomplete"; readonly message: string }
  | { readonly kind: "refused"; readonly message: string; readonly hint: string | null }
  | {
      readonly kind: "accepted";
      /** Whether it was tried on a copy of the exchange, or only computed. */
      readonly tried: boolean;
      readonly price: Decimal;
      readonly cost: Decimal;
      readonly fee: Decimal | null;
      readonly slippagePct: Decimal | null;
      /** Left of what the order spends; null when only computed. */
      readonly left: Decimal | null;
    };

export const preview = signal<Preview>({ kind: "incomplete", message: "Enter an amount." });
let previews = 0;

/** Tries the order on a copy of the exchange; where there is none, computes what can be computed. */
export async function updatePreview(): Promise<void> {
  const turn = ++previews;
  const order = draft.peek();
  if (typeof order === "string") {
    preview.value = { kind: "incomplete", message: order };
    return;
  }
  const copy = link.peek()?.fork() ?? null;
  const next = copy === null ? estimate(order) : await tryOut(copy, order);
  if (turn === previews) preview.value = next;
}

async function tryOut(copy: AgentExchangeClient, order: Draft): Promise<Preview> {
  try {
    const placed = await place(copy, order);
    const after = await copy.getBalance();
    const price = placed.executedPrice ?? placed.price ?? new Decimal(0);
    const cost = placed.totalCost ?? order.quantity.mul(price);
    const left = after.balances.find(({ asset }) => asset === spent.peek())?.available ?? null;
    return { kind: "accepted", tried: true, price, cost, fee: placed.fee, slippagePct: placed.slippagePct, left };
  } catch (error) {
    return { kind: "refused", ...inWords(error) };
  } finally {
    await copy.close();
  }
}

function estimate({ quantity, price, side: way }: Draft): Preview {
  const at = price ?? lastPrice.peek();
  if (at === null) return { kind: "incomplete", message: "There is no price yet." };
  const value = quantity.mul(at);
  const fee = value.mul(FEE);
  const cost = way === "buy" ? value.plus(fee) : value.minus(fee);
  return { kind: "accepted", tried: false, price: at, cost, fee, slippagePct: null, left: null };
}

function place(
  client: AgentExchangeClient,
  { kind: how, symbol, side: way, quantity, price }: Draft,
): Promise<PlacedOrder> {
  const order = { symbol, side: way, quantity };
  if (how === "market" || price === null) return client.placeMarketOrder(order);
  if (how === "limit") return client.placeLimitOrder({ ...order, price });
  if (how === "stop") return client.placeStopLoss({ ...order, triggerPrice: price });
  return client.placeTakeProfit({ ...order, triggerPrice: price });
}

export type OutcomeState = "sending" | "placed" | "refused" | "failed" | "checking" | "absent" | "unknown";

/** An order that was sent, and what is known of it. */
export interface Outcome {
  readonly id: number;
  readonly title: string;
  readonly state: OutcomeState;
  readonly message: string;
  readonly hint: string | null;
  /** Looks once more for an order whose fate is unknown. */
  readonly again: (() => void) | null;
}

export const outcomes = signal<readonly Outcome[]>([]);
let sent = 0;
const KEPT = 8;

const UNSETTLED: ReadonlySet<OutcomeState> = new Set(["sending", "checking", "unknown"]);

function report(outcome: Outcome): void {
  const others = outcomes.peek().filter(({ id }) => id !== outcome.id);
  // What is not settled stays, however many come after it.
  outcomes.value = [outcome, ...others]
    .toSorted((a, b) => b.id - a.id)
    .filter(({ state }, index) => index < KEPT || UNSETTLED.has(state));
}

export async function send(order: Draft): Promise<void> {
  const client = link.peek()?.client;
  if (client === undefined) return;
  const title = `${order.side === "buy" ? "Buy" : "Sell"} ${quantityText(order.quantity)} ${order.symbol}, ${KINDS[order.kind].toLowerCase()}`;
  const outcome: Outcome = { id: ++sent, title, state: "sending", message: "On its way…", hint: null, again: null };
  report(outcome);
  try {
    report({ ...outcome, state: "placed", message: placedText(await place(client, order)) });
  } catch (error) {
    if (error instanceof OrderOutcomeUnknownError) await reconcile(outcome, error);
    else {
      noteFailure("order", error);
      report({ ...outcome, state: error instanceof OrderError ? "refused" : "failed", ...inWords(error) });
    }
  } finally {
    accountChanged();
    void updatePreview();
  }
}

/** Never sends it again: looks whether it is there. */
async function reconcile(outcome: Outcome, error: OrderOutcomeUnknownError): Promise<void> {
  report({ ...outcome, state: "checking", message: "Sent, but the answer was lost. Looking for it among the orders…" });
  try {
    const order = await error.reconcile();
    if (order === null)
      report({
        ...outcome,
        state: "absent",
        message: "Not found within 15 seconds of sending. It can still arrive if the network holds it back.",
      });
    else report({ ...outcome, state: "placed", message: `It was placed after all: ${foundText(order)}` });
    accountChanged();
  } catch (problem) {
    noteFailure("reconcile", problem);
    const again = (): void => void reconcile(outcome, error);
    report({ ...outcome, state: "unknown", message: `Still unknown: ${messageOf(problem)}`, again });
  }
}

function placedText({ status, executedPrice, totalCost, fee, price, lockedAmount, side: way }: PlacedOrder): string {
  if (executedPrice !== null) {
    const total = totalCost === null ? "" : `, ${way === "buy" ? "for" : "bringing"} ${priceText(totalCost)} USDT`;
    return `Filled at ${priceText(executedPrice)}${total}${fee === null ? "" : `, fee ${priceText(fee)} included`}.`;
  }
  const at = price === null ? "" : ` at ${priceText(price)}`;
  return `Waiting${at} (${status})${lockedAmount === null ? "" : `; ${quantityText(lockedAmount)} set aside`}.`;
}

function foundText({ status, executedPrice, price }: Order): string {
  const at = executedPrice ?? price;
  return `${status}${at === null ? "" : ` at ${priceText(at)}`}.`;
}

const REASONS: Readonly<Record<string, string>> = {
  insufficient_balance: "There is not enough to pay for it.",
  order_too_small: "The order is too small.",
  order_too_large: "The order is too large a part of what the account is worth.",
  position_limit_exceeded: "The position would be too large a part of what the account is worth.",
  daily_loss_limit: "Today's loss has reached the limit.",
  max_open_orders_exceeded: "Too many orders are open.",
  rate_limit_exceeded: "Too many orders in this minute.",
  price_unavailable: "There is no price for this pair.",
  account_not_active: "The account is not active.",
};

/** A refusal as a person would say it. */
function inWords(error: unknown): { readonly message: string; readonly hint: string | null } {
  if (!isAgentExchangeError(error)) return { message: messageOf(error), hint: null };
  const reason = (error as AgentExchangeError & { readonly reason?: string | null }).reason;
  const words = REASONS[reason ?? ""];
  return { message: words ?? messageOf(error), hint: error.hint };
}
