import type { Pair } from "../market/market.ts";
import { randomUuid } from "../base/random.ts";
import {
  compare,
  kept,
  plus,
  power,
  rounded,
  stored,
  textOfAmount,
  textOfStored,
  times,
  type Amount,
  type Stored,
} from "../base/amount.ts";
import { executionOf, FEE_RATE, lockAmount, type Execution } from "./execution.ts";
import type { Agent, Order, OrderType, Scope, Side } from "./model.ts";
import { Refusal } from "../base/rejection.ts";
import { checkRisk } from "./risk.ts";
import { settle } from "./settle.ts";
import { keepPast } from "./snapshots.ts";
import type { World } from "./world.ts";
import { availableOf, holdingOf, lock, paidWith } from "./wallet.ts";

/** An order as it is asked for, its numbers as they were written. */
export interface OrderRequest {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Amount;
  /** Limit or trigger price; market orders have none. */
  readonly price: Amount | undefined;
}

/** What became of it. */
export interface Placement {
  readonly order: Order;
  /** How a market order was carried out. */
  readonly execution: Execution | undefined;
  /** What a pending order set aside, unrounded. */
  readonly lockAmount: Amount | undefined;
}

/** Carries out a market order, or takes in one that waits. Refused orders leave no trace. */
export function placeOrder(world: World, scope: Scope, request: OrderRequest): Placement {
  const agent = tradingAgent(scope);
  if (agent === undefined) {
    throw world.quirks.ordersNeedAgent
      ? withoutAgent()
      : new Refusal("AGENT_NOT_FOUND", "The account has no agent to trade for it.");
  }
  const reference = checkRisk(world, agent, request.symbol, request.side, request.quantity);
  checkFilters(world, request, reference);
  return request.price === undefined
    ? fillAtOnce(world, scope, agent, request, reference)
    : takeIn(world, scope, agent, request, request.price);
}

/** The agent that trades for a scope: of a whole account the first one in service. */
export function tradingAgent({ account, agent }: Scope): Agent | undefined {
  return agent ?? account.agents.find((each) => each.status !== "archived");
}

function withoutAgent(): Refusal {
  return new Refusal(
    "DATABASE_ERROR",
    'Integrity error while creating order: null value in column "agent_id" of relation "orders" violates not-null constraint',
  );
}

/** The pair's own rules. */
function checkFilters(world: World, { symbol, quantity, price }: OrderRequest, reference: Amount): void {
  const pair = world.market.pair(symbol);
  if (pair === undefined || pair.status !== "active")
    throw new Refusal("INVALID_SYMBOL", `Trading pair '${symbol}' is not available.`, { symbol });
  const enforced = !world.quirks.filtersNotEnforced;
  if (compare(quantity, stored(pair.minQuantity)) < 0) {
    throw wrongQuantity(
      pair,
      quantity,
      true,
      `Quantity ${textOfAmount(quantity)} is below the minimum ${textOfStored(pair.minQuantity)} for ${symbol}.`,
    );
  }
  if (enforced && pair.maxQuantity !== undefined && compare(quantity, stored(pair.maxQuantity)) > 0) {
    throw wrongQuantity(
      pair,
      quantity,
      true,
      `Quantity ${textOfAmount(quantity)} is above the maximum ${textOfStored(pair.maxQuantity)} for ${symbol}.`,
    );
  }
  if (enforced && !isMultiple(quantity, pair.stepSize)) {
    throw wrongQuantity(
      pair,
      quantity,
      true,
      `Quantity ${textOfAmount(quantity)} is no multiple of the step size ${textOfStored(pair.stepSize)} of ${symbol}.`,
    );
  }
  if (price === undefined && !enforced) return;
  const notional = times(quantity, price ?? reference);
  if (compare(notional, stored(pair.minNotional)) < 0) {
    const text = `Order notional value ${textOfAmount(notional)} is below the minimum ${textOfStored(pair.minNotional)} for ${symbol}.`;
    throw wrongQuantity(pair, quantity, false, text);
  }
}

function wrongQuantity(pair: Pair, quantity: Amount, withMost: boolean, message: string): Refusal {
  const details = { quantity: textOfAmount(quantity), min_qty: textOfStored(pair.minQuantity) };
  if (!withMost || pair.maxQuantity === undefined) return new Refusal("INVALID_QUANTITY", message, details);
  return new Refusal("INVALID_QUANTITY", message, { ...details, max_qty: textOfStored(pair.maxQuantity) });
}

function isMultiple(quantity: Amount, step: Stored): boolean {
  if (step === 0n) return true;
  return quantity.scale <= 8
    ? (quantity.units * power(8 - quantity.scale)) % step === 0n
    : quantity.units % (step * power(quantity.scale - 8)) === 0n;
}

function fillAtOnce(world: World, scope: Scope, agent: Agent, request: OrderRequest, reference: Amount): Placement {
  const { symbol, side, quantity } = request;
  const execution = executionOf(world, symbol, side, quantity, reference);
  const asset = paidWith(symbol, side);
  const estimatedFee = rounded(times(times(quantity, reference), FEE_RATE), 8, "half-away");
  const needed = side === "buy" ? plus(times(quantity, stored(execution.price)), estimatedFee) : quantity;
  checkFunds(agent, asset, needed);
  if (scope.agent === undefined && world.quirks.ordersNeedAgent) throw withoutAgent();
  if (execution.price <= 0n)
    throw new Refusal("VALIDATION_ERROR", "execution_price must be positive.", { field: "execution_price" });
  const moved = side === "buy" ? execution.gross + execution.fee : kept(quantity);
  if (moved <= 0n || (side === "sell" && execution.gross <= execution.fee)) {
    throw new Refusal("VALIDATION_ERROR", "amount must be positive.", { field: "amount" });
  }
  const holding = holdingOf(agent, asset);
  if (holding.available < moved) {
    const required = textOfStored(moved);
    throw new Refusal("INSUFFICIENT_BALANCE", `Not enough ${asset}. Required: ${required}`, { asset, required });
  }
  keepPast(world, agent);
  holding.available -= moved;
  const order = createOrder(world, agent, request, undefined, 0n);
  settle(world, order, quantity, execution);
  return { order, execution, lockAmount: undefined };
}

function takeIn(world: World, scope: Scope, agent: Agent, request: OrderRequest, price: Amount): Placement {
  const { symbol, side, quantity } = request;
  const asset = paidWith(symbol, side);
  const needed = lockAmount(side, quantity, price);
  checkFunds(agent, asset, needed);
  if (scope.agent === undefined && world.quirks.ordersNeedAgent) throw withoutAgent();
  const units = kept(needed);
  if (units <= 0n) throw new Refusal("VALIDATION_ERROR", "amount must be positive.", { field: "amount" });
  const order = createOrder(world, agent, request, kept(price), units);
  lock(holdingOf(agent, asset), units);
  agent.pending++;
  world.pending.add(order);
  agent.account.history.opened(order);
  world.orderChanged?.(order);
  return { order, execution: undefined, lockAmount: needed };
}

function checkFunds(agent: Agent, asset: string, needed: Amount): void {
  const available = availableOf(agent, asset);
  if (compare(stored(available), needed) >= 0) return;
  const required = textOfAmount(needed);
  const has = textOfStored(available);
  throw new Refusal("INSUFFICIENT_BALANCE", `Not enough ${asset}. Required: ${required}, Available: ${has}`, {
    asset,
    required,
    available: has,
  });
}

function createOrder(
  world: World,
  agent: Agent,
  request: OrderRequest,
  price: Stored | undefined,
  locked: Stored,
): Order {
  const order: Order = {
    id: randomUuid(world.ids),
    sequence: world.nextSequence++,
    account: agent.account,
    agent,
    symbol: request.symbol,
    side: request.side,
    type: request.type,
    quantity: kept(request.quantity),
    price,
    locked,
    status: "pending",
    fill: undefined,
    createdAt: world.now,
  };
  return order;
}
