import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { Decimal, roundToStep, type Side } from "agentexchange";
import type { Client } from "agentexchange/core";
import { estimateOrder, type OrderEstimate } from "agentexchange/tools";
import { estimate, readConditions, type OrderConditions } from "../../../src/tools/preview/estimateOrder.ts";
import { planOrder } from "../../../src/tools/preview/plannedOrder.ts";
import { priceOf } from "../feed.ts";
import { count, factor, price as priceText } from "../parts/format.ts";
import { numberStyle, problemOf, type Reading } from "../parts/readNumber.ts";
import { route } from "../route.ts";
import { availableOf, balances } from "./account.ts";
import { pairs } from "./board.ts";
import { candles } from "./candles.ts";
import { messageOf, recordFailure } from "./calls.ts";
import { startAll } from "./cleanup.ts";
import { connectionCount, link } from "./connection.ts";
import { denialOf, isDenied } from "./denied.ts";
import { keyed } from "./keyed.ts";
import { poll } from "./poll.ts";

export type Kind = "market" | "limit" | "stop" | "profit";

export const KIND_LABELS: Readonly<Record<Kind, string>> = {
  market: "Market",
  limit: "Limit",
  stop: "Stop loss",
  profit: "Take profit",
};

/** A complete order, as it will be sent. */
export interface Draft {
  readonly kind: Kind;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: Decimal;
  /** Limit or trigger price; null for market orders. */
  readonly price: Decimal | null;
}

/** The method that places an order, and its arguments. */
export function toCall({
  kind: how,
  symbol,
  side: way,
  quantity,
  price,
}: Draft): readonly [tool: string, input: object] {
  const order = { symbol, side: way, quantity };
  if (how === "market") return ["placeMarketOrder", order];
  if (how === "limit") return ["placeLimitOrder", { ...order, price }];
  return [how === "stop" ? "placeStopLoss" : "placeTakeProfit", { ...order, triggerPrice: price }];
}

export const kind = signal<Kind>("market");
export const side = signal<Side>("buy");
export const amountInput = signal("");
export const limit = signal("");

const style = numberStyle();
const ONE = new Decimal(1);
/** Digits after the point that a price or an amount of an order can have. */
const ORDER_DECIMALS = 8;
/** Prices and amounts of orders are below it. */
const ORDER_LIMIT = new Decimal("1e12");

/** Where all prices may not be read, that of the newest candle. */
export const lastPrice = computed(() => priceOf(route.value.symbol).value ?? candles.value?.at(-1)?.close ?? null);
export const pair = computed(() => pairs.value.find(({ symbol }) => symbol === route.value.symbol) ?? null);
export const baseAsset = computed(() => pair.value?.baseAsset ?? route.value.symbol.replace(/USDT$/, ""));
export const spentAsset = computed(() => (side.value === "buy" ? "USDT" : baseAsset.value));
export const available = computed(() => availableOf(spentAsset.value));

/** The parsed content of a number field. */
export interface ReadField {
  readonly value: Decimal | null;
  /** What is wrong with it; null if nothing is, or if it is empty. */
  readonly problem: string | null;
}

export const amountField = computed(() => readField(style.read(amountInput.value), amountInput.value));
export const priceField = computed(() => readField(style.read(limit.value), limit.value));

function readField(reading: Reading, text: string): ReadField {
  if (reading.kind !== "number") return { value: null, problem: problemOf(reading, text) };
  const problem = limitProblem(reading.value);
  return problem === null ? { value: reading.value, problem } : { value: null, problem };
}

/** Why no order can have such a number, in the words of a form. */
function limitProblem(value: Decimal): string | null {
  if (value.isZero()) return "Enter more than zero.";
  if (value.gte(ORDER_LIMIT)) return `Enter less than ${style.write(ORDER_LIMIT)}.`;
  return value.decimalPlaces() > ORDER_DECIMALS ? `Enter at most ${count(ORDER_DECIMALS)} decimals.` : null;
}

/** The complete order, or a message that says what is missing. */
export const draft = computed<Draft | string>(() => {
  const { value: quantity, problem } = amountField.value;
  if (quantity === null) return problem ?? "Enter an amount.";
  const wantsPrice = kind.value !== "market";
  const price = wantsPrice ? priceField.value : null;
  if (price !== null && price.value === null)
    return price.problem ?? (kind.value === "limit" ? "Enter a limit price." : "Enter a trigger price.");
  return { kind: kind.value, symbol: route.value.symbol, side: side.value, quantity, price: price?.value ?? null };
});

/** Chooses the kind of order; one with a price starts from the last one. */
export function setKind(next: Kind): void {
  kind.value = next;
  const last = lastPrice.peek();
  if (next !== "market" && limit.peek() === "" && last !== null) startFrom(last);
}

/** Proposes a price, which may be finer than orders can be. */
function startFrom(last: Decimal): void {
  limit.value = style.write(last.toDecimalPlaces(ORDER_DECIMALS));
}

/** Makes the ticket a limit order at the price of a level, which may be finer than orders can be; returns that price. */
export function takePrice(price: Decimal, from: "ask" | "bid"): Decimal {
  const taken = price.toDecimalPlaces(ORDER_DECIMALS, from === "ask" ? Decimal.ROUND_UP : Decimal.ROUND_DOWN);
  batch(() => {
    kind.value = "limit";
    limit.value = style.write(taken);
  });
  return taken;
}

/** Sets the amount to a percentage of the largest order that balance and risk limits allow. */
export async function setShare(percent: number): Promise<void> {
  const price = kind.peek() === "market" ? null : (priceField.peek().value ?? lastPrice.peek());
  if (link.peek() === null || (kind.peek() !== "market" && price === null)) return;
  const probe: Draft = { kind: kind.peek(), symbol: route.peek().symbol, side: side.peek(), quantity: ONE, price };
  try {
    const { largest } = await estimateNow(probe);
    amountInput.value = style.write(roundToStep(largest.mul(percent).div(100), pair.peek() ?? 0));
  } catch (error) {
    recordFailure("largest order", error);
    conditions.value = { kind: "failed", message: messageOf(error) };
  }
}

/** Asks the service, or a copy of the embedded exchange. */
async function estimateNow(order: Draft): Promise<OrderEstimate> {
  const current = link.peek();
  if (current === null) throw new Error("No exchange is connected.");
  const copy = current.fork();
  try {
    return await estimateOrder(copy ?? current.client, ...toCall(order));
  } finally {
    await copy?.close();
  }
}

/** What sending the order now would do. */
export type Preview =
  | { readonly kind: "incomplete"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string }
  | {
      readonly kind: "estimate";
      readonly order: Draft;
      readonly estimate: OrderEstimate;
      /** In milliseconds of `performance.now()`. */
      readonly madeAt: number;
    };

/** What was read last to estimate orders of the pair; null if that is missing or too old. */
const conditions = keyed<
  | { readonly kind: "read"; readonly conditions: OrderConditions; readonly readAt: number }
  | { readonly kind: "failed"; readonly message: string }
  | null
>(() => `${connectionCount.value} ${route.value.symbol}`, null);

/** Whether the draft is an order. */
export const isComplete = computed(() => typeof draft.value !== "string");

/** The preview of the present draft; while it is being made, what is missing for it. */
export const preview = computed<Preview>(() => {
  const order = draft.value;
  if (typeof order === "string") return { kind: "incomplete", message: order };
  if (isDenied("preview")) return { kind: "failed", message: denialOf("all that a preview needs") };
  const known = conditions.value;
  if (known === null) return { kind: "incomplete", message: "Working out what this order would do…" };
  if (known.kind === "failed") return known;
  try {
    const figures = estimate(planOrder(...toCall(order)), known.conditions);
    return { kind: "estimate", order, estimate: figures, madeAt: known.readAt };
  } catch (error) {
    return { kind: "failed", message: messageOf(error) };
  }
});

const PREVIEW_PERIOD = { embedded: 1000, service: 5000 } as const;
/** Milliseconds before anything is read: while somebody types, keys come first, and a service sees only the last of several changes. */
const PAUSE = { embedded: 150, service: 300 } as const;

/** Keeps the preview current, and empties the ticket when the pair changes; returns a function that stops. */
export function followTicket(): () => void {
  let shown = route.peek().symbol;
  const followPair = (): (() => void) =>
    effect(() => {
      const { symbol } = route.value;
      if (symbol === shown) return;
      shown = symbol;
      untracked(() => batch(clear));
    });
  const followDraft = (): (() => void) =>
    effect(() => {
      void draft.value;
      // An estimate that was made before stays, with its age; another order has a fresh one.
      untracked(() => {
        const known = conditions.peek();
        if (!isComplete.peek() || (known?.kind === "read" && isStale(known.readAt))) conditions.value = null;
      });
    });
  const followConditions = (source: "embedded" | "service") => (): (() => void) =>
    poll({
      name: source === "service" ? "preview" : "preview on a copy",
      period: PREVIEW_PERIOD[source],
      needsAccount: true,
      depends: () => [isComplete.value, route.value.symbol, balances.value],
      async task(client, abort) {
        const current = link.peek();
        if (!isComplete.peek() || current?.kind !== source) return;
        await pause(PAUSE[source], abort);
        if (abort.aborted) return;
        const copy = current.fork();
        try {
          await updateConditions(copy ?? client, abort);
        } finally {
          await copy?.close();
        }
      },
    });
  return startAll(followPair, followDraft, followConditions("embedded"), followConditions("service"));
}

/** Empties the amount of an order that has been sent: the next Enter is another order, not this one again. */
export function emptyTicket(order: Draft): void {
  if (draft.peek() === order) amountInput.value = "";
}

function clear(): void {
  amountInput.value = "";
  limit.value = "";
  const last = lastPrice.peek();
  if (kind.peek() !== "market" && last !== null) startFrom(last);
}

async function updateConditions(client: Client, abort: AbortSignal): Promise<void> {
  try {
    const read = await readConditions(client, route.peek().symbol, abort);
    if (!abort.aborted) conditions.value = { kind: "read", conditions: read, readAt: performance.now() };
  } catch (error) {
    if (abort.aborted) return;
    if (conditions.peek()?.kind !== "read") conditions.value = { kind: "failed", message: messageOf(error) };
    throw error;
  }
}

/** Why a person should look twice before this order is sent, by a fresh estimate; empty if there is no reason. */
export async function concernsOf(order: Draft): Promise<readonly string[]> {
  const shown = preview.peek();
  const isFresh = shown.kind === "estimate" && shown.order === order && !isStale(shown.madeAt);
  try {
    return concerns(isFresh ? shown.estimate : await estimateNow(order));
  } catch (error) {
    return [`What it would do cannot be worked out: ${messageOf(error)}`];
  }
}

/** Milliseconds after which an estimate may be wrong. */
const STALE_ESTIMATE = 10_000;

export function isStale(madeAt: number): boolean {
  return performance.now() - madeAt > STALE_ESTIMATE;
}

/** What speaks against an order, by its estimate. */
export function concerns({ executes, distancePct, fill, order }: OrderEstimate): readonly string[] {
  const reasons: string[] = [];
  if (executes === "soon")
    reasons.push(
      `It fills at once, at about ${priceText(fill.price)} instead of ${priceText(order.price ?? fill.price)}: the market is beyond its price already.`,
    );
  const far = farAway(distancePct);
  return far === null ? reasons : [...reasons, far];
}

/** Says how far the price is from the last one, if that may be a mistake. */
export function farAway(distancePct: Decimal | null): string | null {
  if (distancePct === null || distancePct.abs().lte(FAR)) return null;
  return `Its price is ${factor(distancePct.abs().toNumber())} % ${distancePct.isPositive() ? "above" : "below"} the last price.`;
}

/** Percent from the last price above which a price may be a mistake. */
const FAR = 5;

function pause(ms: number, abort: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    abort.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
