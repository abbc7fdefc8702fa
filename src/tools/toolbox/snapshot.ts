import { requestAboutOrders, type Client } from "../../client/index.ts";
import type { Order, Portfolio } from "../../endpoints/index.ts";
import { getPortfolio } from "../../endpoints/account/index.ts";
import { getOpenOrders, getOrder } from "../../endpoints/trading/index.ts";
import { isAgentExchangeError } from "../../errors/index.ts";
import { DAY, Exact, type Decimal } from "../../wire/index.ts";
import type { ToolboxContext } from "./context.ts";
import type { Draft, Ledger } from "./ledger.ts";
import type { PlannedOrder } from "../preview/plannedOrder.ts";
import { isUnsent, type CallRecord, type LedgerState } from "./state.ts";

/** What the exchange knew after entry `seq` of the journal. */
export interface Snapshot {
  readonly seq: number;
  /** Null if no limit needs them. */
  readonly openOrders: readonly Order[] | null;
  readonly portfolio: Portfolio;
}

const PAGE = 200;
/** Orders whose end is looked up for one call. */
const MAX_LOOKED_UP = 20;
const FINAL: ReadonlySet<string> = new Set(["filled", "cancelled", "expired", "rejected"]);

/**
 * Reads what the limits need. Open orders come first: an order that is filled meanwhile then counts twice instead of not
 * at all.
 */
export async function takeSnapshot(
  { client, ledger, mandate, observeTime }: ToolboxContext,
  { side }: PlannedOrder,
  signal: AbortSignal,
): Promise<Snapshot> {
  const { seq, resting } = await ledger.sync();
  const waiting = [...resting.keys()];
  const needsOrders = side === "sell" || mandate?.maxExposure !== undefined || waiting.length > 0;
  const openOrders = needsOrders ? await readOpenOrders(client, signal) : null;
  if (openOrders !== null) await recordEnds(client, ledger, waiting, openOrders, signal);
  const portfolio = await requestAboutOrders(client, getPortfolio, {}, { signal });
  // It also tells the day for which the exchange counts the order.
  observeTime(portfolio.timestamp);
  return { seq, openOrders, portfolio };
}

async function readOpenOrders(client: Client, signal: AbortSignal): Promise<readonly Order[]> {
  const byId = new Map<string, Order>();
  for (let offset = 0; ; offset += PAGE) {
    const page = await requestAboutOrders(client, getOpenOrders, { limit: PAGE, offset }, { signal });
    for (const order of page) byId.set(order.orderId, order);
    if (page.length < PAGE) return [...byId.values()];
  }
}

/** Records how orders that no longer wait have ended. Those that cannot be looked up keep counting. */
async function recordEnds(
  client: Client,
  ledger: Ledger,
  waiting: readonly string[],
  openOrders: readonly Order[],
  signal: AbortSignal,
): Promise<void> {
  const openIds = new Set(openOrders.map(({ orderId }) => orderId));
  const ended = waiting.filter((orderId) => !openIds.has(orderId)).slice(0, MAX_LOOKED_UP);
  const closed = new Map<string, Draft>();
  let failure: unknown;
  for (const orderId of ended) {
    try {
      const order = await requestAboutOrders(client, getOrder, { orderId }, { signal });
      if (FINAL.has(order.status)) closed.set(orderId, closedDraft(order));
    } catch (problem) {
      if (isAgentExchangeError(problem) && !signal.aborted) continue;
      // Those before it are recorded, so that the next call has fewer to look up.
      failure = problem;
      break;
    }
  }
  if (closed.size > 0)
    await ledger.transact((state) => ({
      entries: [...closed].filter(([orderId]) => state.resting.has(orderId)).map(([, draft]) => draft),
      result: undefined,
    }));
  if (failure !== undefined) throw failure as Error;
}

/** The entry of an order that waited and has ended. */
export function closedDraft(order: Order): Draft {
  return {
    kind: "closed",
    callId: null,
    data: { orderId: order.orderId, status: order.status, value: executedValue(order).toFixed() },
  };
}

/** What an order has cost or brought, fee included. */
export function executedValue({ executedPrice, executedQuantity, fee }: Order): Decimal {
  if (executedPrice === null || executedQuantity === null) return new Exact(0);
  return Exact.mul(executedPrice, executedQuantity).plus(fee ?? 0);
}

/**
 * The quantity that can be sold without selling more than there is: the position without what other sells will take.
 * Reservations that ended after the snapshot may not be in it, so they count too.
 */
export function sellableQuantity(state: LedgerState, snapshot: Snapshot, symbol: string): Decimal {
  const position = snapshot.portfolio.positions.find((one) => one.symbol === symbol);
  let quantity = new Exact(position?.quantity ?? 0);
  for (const order of snapshot.openOrders ?? [])
    if (order.symbol === symbol && order.side === "sell") quantity = quantity.minus(remaining(order));
  for (const { order, orderId } of callsSince(state, snapshot)) {
    const isCounted = snapshot.openOrders?.some((open) => open.orderId === orderId) === true;
    if (order?.symbol === symbol && order.side === "sell" && !isCounted) quantity = quantity.minus(order.quantity);
  }
  return quantity;
}

/** The value of positions, pending buys and reservations. */
export function exposureOf(state: LedgerState, snapshot: Snapshot): Decimal {
  const { portfolio, openOrders } = snapshot;
  let exposure = new Exact(0);
  // The platform reports the price 0 if it knows none.
  for (const { quantity, currentPrice, avgEntryPrice } of portfolio.positions)
    exposure = exposure.plus(Exact.mul(quantity, currentPrice.isZero() ? avgEntryPrice : currentPrice));
  const priced = new Map<string, Decimal>();
  for (const order of openOrders ?? []) {
    if (order.side !== "buy") continue;
    const atOwnPrice = Exact.mul(remaining(order), order.price ?? 0).times(FEE_INCLUDED);
    // A take-profit buy executes at any price from its own upwards, so that what was reserved for it may be more.
    const reserved =
      order.type === "take_profit" ? state.calls.get(state.owners.get(order.orderId) ?? "")?.order : null;
    const value = Exact.max(atOwnPrice, reserved?.value ?? 0);
    priced.set(order.orderId, value);
    exposure = exposure.plus(value);
  }
  for (const { order, orderId } of callsSince(state, snapshot))
    if (order?.side === "buy") exposure = exposure.plus(order.value).minus(priced.get(orderId ?? "") ?? 0);
  return exposure;
}

/** Both sides of a trade pay 0.1 %. */
export const FEE_INCLUDED = "1.001";

function remaining({ quantity, executedQuantity }: Order): Decimal {
  return Exact.sub(quantity, executedQuantity ?? 0);
}

/**
 * Calls whose effect a snapshot may not show: those without an outcome, and those that ended after it. A day after it was
 * sent, an order whose outcome nobody could decide is in the snapshot, or does not exist.
 */
function* callsSince(state: LedgerState, { seq, portfolio }: Snapshot): Iterable<CallRecord> {
  for (const call of state.open.values())
    if (isUnsent(call) || portfolio.timestamp.getTime() - call.time < DAY) yield call;
  const seen = new Set<string>();
  for (let index = state.recent.length - 1; index >= 0; index--) {
    const callId = state.recent[index] ?? "";
    const call = state.calls.get(callId);
    if (call === undefined || call.phase !== "done" || seen.has(callId)) continue;
    if (call.endedAt <= seq) return;
    seen.add(callId);
    yield call;
  }
}
