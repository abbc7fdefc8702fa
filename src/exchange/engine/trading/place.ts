import type { MarketPair } from "../../market/market.ts";
import { randomUuid } from "../../base/random.ts";
import {
  compare,
  toFixed8,
  add,
  powerOfTen,
  round8,
  fromFixed8,
  formatDecimal,
  formatFixed8,
  multiply,
  type Decimal28,
  type Fixed8,
  add8,
  subtract8,
  ZERO8,
} from "../../base/amount.ts";
import { computeExecution, type Execution } from "./execution.ts";
import type { Agent, Order, OrderType, Scope, Side } from "../model.ts";
import { Rejection } from "../../base/rejection.ts";
import { FEE_RATE, ORDER_KINDS } from "../orderKinds.ts";
import { checkRisk } from "./risk.ts";
import { settle } from "./settle.ts";
import { recordHoldings } from "../history/holdings.ts";
import { recordOrder } from "../history/history.ts";
import { firstActiveAgent } from "../scope.ts";
import { addToBooks } from "./books.ts";
import type { ExchangeState } from "../state.ts";
import { availableBalance, holdingOf, lock, payingAsset } from "../wallet.ts";

/** A requested order; its numbers keep the decimals they were sent with. */
export interface OrderRequest {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Decimal28;
  /** Limit or trigger price; market orders have none. */
  readonly price: Decimal28 | undefined;
}

/** The result of placing an order. */
export interface PlacementResult {
  readonly order: Order;
  /** How a market order was executed; undefined for a pending one. */
  readonly execution: Execution | undefined;
  /** Amount that a pending order locks, unrounded. */
  readonly lockAmount: Decimal28 | undefined;
}

/** Executes a market order or accepts a pending one. Rejected orders change nothing. */
export function placeOrder(state: ExchangeState, scope: Scope, request: OrderRequest): PlacementResult {
  const agent = tradingAgent(state, scope);
  if (agent === undefined) {
    throw state.quirks.ordersNeedAgent
      ? missingAgent()
      : new Rejection("AGENT_NOT_FOUND", "The account has no agent to trade for it.");
  }
  const reference = checkRisk(state, agent, request.symbol, request.side, request.quantity);
  checkFilters(state, request, reference);
  return request.price === undefined
    ? executeMarket(state, scope, agent, request, reference)
    : acceptPending(state, scope, agent, request, request.price);
}

/** The agent that trades for a scope; for a whole account, the first one that is not archived. */
export function tradingAgent(state: ExchangeState, { account, agent }: Scope): Agent | undefined {
  return agent ?? firstActiveAgent(state, account);
}

function missingAgent(): Rejection {
  return new Rejection(
    "DATABASE_ERROR",
    'Integrity error while creating order: null value in column "agent_id" of relation "orders" violates not-null constraint',
  );
}

/** Checks the pair's filters. */
function checkFilters(state: ExchangeState, { symbol, quantity, price }: OrderRequest, reference: Decimal28): void {
  const pair = state.market.pair(symbol);
  if (pair === undefined || pair.status !== "active")
    throw new Rejection("INVALID_SYMBOL", `Trading pair '${symbol}' is not available.`, { symbol });
  const enforced = !state.quirks.filtersNotEnforced;
  if (compare(quantity, fromFixed8(pair.minQuantity)) < 0) {
    throw invalidQuantity(
      pair,
      quantity,
      true,
      `Quantity ${formatDecimal(quantity)} is below the minimum ${formatFixed8(pair.minQuantity)} for ${symbol}.`,
    );
  }
  if (enforced && pair.maxQuantity !== undefined && compare(quantity, fromFixed8(pair.maxQuantity)) > 0) {
    throw invalidQuantity(
      pair,
      quantity,
      true,
      `Quantity ${formatDecimal(quantity)} is above the maximum ${formatFixed8(pair.maxQuantity)} for ${symbol}.`,
    );
  }
  if (enforced && !isMultiple(quantity, pair.stepSize)) {
    throw invalidQuantity(
      pair,
      quantity,
      true,
      `Quantity ${formatDecimal(quantity)} is not a multiple of the step size ${formatFixed8(pair.stepSize)} of ${symbol}.`,
    );
  }
  if (price === undefined && !enforced) return;
  const notional = multiply(quantity, price ?? reference);
  if (compare(notional, fromFixed8(pair.minNotional)) < 0) {
    const text = `Order notional value ${formatDecimal(notional)} is below the minimum ${formatFixed8(pair.minNotional)} for ${symbol}.`;
    throw invalidQuantity(pair, quantity, false, text);
  }
}

function invalidQuantity(pair: MarketPair, quantity: Decimal28, withMax: boolean, message: string): Rejection {
  const details = { quantity: formatDecimal(quantity), min_qty: formatFixed8(pair.minQuantity) };
  if (!withMax || pair.maxQuantity === undefined) return new Rejection("INVALID_QUANTITY", message, details);
  return new Rejection("INVALID_QUANTITY", message, { ...details, max_qty: formatFixed8(pair.maxQuantity) });
}

function isMultiple(quantity: Decimal28, step: Fixed8): boolean {
  if (step === 0n) return true;
  return quantity.scale <= 8
    ? (quantity.units * powerOfTen(8 - quantity.scale)) % step === 0n
    : quantity.units % (step * powerOfTen(quantity.scale - 8)) === 0n;
}

function executeMarket(
  state: ExchangeState,
  scope: Scope,
  agent: Agent,
  request: OrderRequest,
  reference: Decimal28,
): PlacementResult {
  const { symbol, side, quantity } = request;
  const execution = computeExecution(state, symbol, side, quantity, reference);
  const asset = payingAsset(symbol, side);
  const estimatedFee = round8(multiply(multiply(quantity, reference), FEE_RATE));
  const needed = side === "buy" ? add(multiply(quantity, fromFixed8(execution.price)), estimatedFee) : quantity;
  checkFunds(agent, asset, needed);
  if (scope.agent === undefined && state.quirks.ordersNeedAgent) throw missingAgent();
  if (execution.price <= 0n)
    throw new Rejection("VALIDATION_ERROR", "execution_price must be positive.", { field: "execution_price" });
  const moved = side === "buy" ? add8(execution.gross, execution.fee) : toFixed8(quantity);
  if (moved <= 0n || (side === "sell" && execution.gross <= execution.fee)) {
    throw new Rejection("VALIDATION_ERROR", "amount must be positive.", { field: "amount" });
  }
  const holding = holdingOf(agent, asset);
  if (holding.available < moved) {
    const required = formatFixed8(moved);
    throw new Rejection("INSUFFICIENT_BALANCE", `Not enough ${asset}. Required: ${required}`, { asset, required });
  }
  recordHoldings(state, agent);
  holding.available = subtract8(holding.available, moved);
  const order = settle(state, agent, createOrder(state, agent, request, undefined, ZERO8), quantity, execution);
  recordOrder(agent.history, order);
  return { order, execution, lockAmount: undefined };
}

function acceptPending(
  state: ExchangeState,
  scope: Scope,
  agent: Agent,
  request: OrderRequest,
  price: Decimal28,
): PlacementResult {
  const { symbol, side, type, quantity } = request;
  const asset = payingAsset(symbol, side);
  const needed = ORDER_KINDS[type].live.locks(side, quantity, price);
  checkFunds(agent, asset, needed);
  if (scope.agent === undefined && state.quirks.ordersNeedAgent) throw missingAgent();
  const units = toFixed8(needed);
  if (units <= 0n) throw new Rejection("VALIDATION_ERROR", "amount must be positive.", { field: "amount" });
  const order = createOrder(state, agent, request, toFixed8(price), units);
  lock(holdingOf(agent, asset), units);
  addToBooks(state.books, order);
  recordOrder(agent.history, order);
  state.orderChanged?.(order);
  return { order, execution: undefined, lockAmount: needed };
}

function checkFunds(agent: Agent, asset: string, needed: Decimal28): void {
  const available = availableBalance(agent, asset);
  if (compare(fromFixed8(available), needed) >= 0) return;
  const required = formatDecimal(needed);
  const has = formatFixed8(available);
  throw new Rejection("INSUFFICIENT_BALANCE", `Not enough ${asset}. Required: ${required}, Available: ${has}`, {
    asset,
    required,
    available: has,
  });
}

function createOrder(
  state: ExchangeState,
  agent: Agent,
  request: OrderRequest,
  price: Fixed8 | undefined,
  locked: Fixed8,
): Order {
  return {
    id: randomUuid(state.ids),
    sequence: state.counters.orders++,
    accountId: agent.accountId,
    agentId: agent.id,
    symbol: request.symbol,
    side: request.side,
    type: request.type,
    quantity: toFixed8(request.quantity),
    price,
    locked,
    status: "pending",
    fill: undefined,
    createdAt: state.now,
  };
}
