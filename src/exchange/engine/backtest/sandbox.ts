import { randomUuid, type RandomStream } from "../../base/random.ts";
import {
  compare,
  subtract,
  divide,
  add,
  round8,
  fromFixed8,
  sum,
  formatDecimal,
  multiply,
  roundPrice,
  ZERO,
  type Decimal28,
  type Fixed8,
} from "../../base/amount.ts";
import { Rejection } from "../../base/rejection.ts";
import type { OrderType, Side } from "../model.ts";
import { ORDER_KINDS } from "../orderKinds.ts";
import type { Sandbox, SandboxHolding, SandboxOrder, SandboxPosition, SandboxTrade, Snapshot } from "./model.ts";
import { DAY } from "../../time/units.ts";

const USDT = "USDT";
const BUY_FACTOR: Decimal28 = { units: 10_001n, scale: 4 };
const SELL_FACTOR: Decimal28 = { units: 9_999n, scale: 4 };

/** The constant slippage of backtests, in percent. */
export const SLIPPAGE_TEXT = "0.010000";

/** An order request in a backtest. */
export interface SandboxDraft {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Decimal28;
  readonly price: Decimal28 | undefined;
}

/** The terms of an execution. */
export interface ExecutionTerms {
  readonly feeRate: Decimal28;
  /** By the session's clock. */
  readonly time: number;
  /** Whether assets that were never bought can be sold (Q-B1). */
  readonly nakedSells: boolean;
  /** Names the trade; undefined if nobody reads its id. */
  readonly ids: RandomStream | undefined;
}

/** A position valued at the current price. */
export interface SandboxValue {
  readonly symbol: string;
  readonly quantity: Decimal28;
  readonly averagePrice: Decimal28;
  readonly currentPrice: Decimal28;
  readonly marketValue: Decimal28;
  readonly unrealised: Decimal28;
}

/** The value of the sandbox account. */
export interface SandboxPortfolio extends Omit<Snapshot, "time"> {
  readonly positions: readonly SandboxValue[];
}

export function openSandbox(startingBalance: Fixed8, afterFees: boolean): Sandbox {
  return {
    afterFees,
    wallet: new Map([[USDT, { free: fromFixed8(startingBalance), locked: ZERO }]]),
    positions: new Map(),
    orders: new Map(),
    pending: new Set(),
    trades: [],
    realised: ZERO,
    dayResult: { day: 0, realised: ZERO },
  };
}

function baseOf(symbol: string): string {
  return symbol.replaceAll(USDT, "");
}

export function holdingOf(sandbox: Sandbox, asset: string): SandboxHolding {
  let holding = sandbox.wallet.get(asset);
  if (holding === undefined) sandbox.wallet.set(asset, (holding = { free: ZERO, locked: ZERO }));
  return holding;
}

/** The holding that an order pays with. */
export function payingHolding(
  sandbox: Sandbox,
  { symbol, side }: Pick<SandboxDraft, "symbol" | "side">,
): SandboxHolding {
  return holdingOf(sandbox, side === "buy" ? USDT : baseOf(symbol));
}

function insufficientBalance(asset: string, required: Decimal28, available: Decimal28): Rejection {
  return new Rejection("INSUFFICIENT_BALANCE", `Insufficient ${asset} balance.`, {
    asset,
    required: formatDecimal(required),
    available: formatDecimal(available),
  });
}

/** Locks the funds of a pending order, computed at the current price instead of its own. */
export function lockFunds(sandbox: Sandbox, draft: SandboxDraft, price: Fixed8): Decimal28 {
  const amount = ORDER_KINDS[draft.type].backtest.locks(draft.side, draft.quantity, fromFixed8(price));
  const holding = payingHolding(sandbox, draft);
  if (compare(holding.free, amount) < 0)
    throw insufficientBalance(draft.side === "buy" ? USDT : baseOf(draft.symbol), amount, holding.free);
  lock(holding, amount);
  return amount;
}

function lock(holding: SandboxHolding, amount: Decimal28): void {
  holding.free = subtract(holding.free, amount);
  holding.locked = add(holding.locked, amount);
}

/** Releases the locked funds of an order. */
export function unlock(sandbox: Sandbox, order: SandboxOrder): void {
  const holding = payingHolding(sandbox, order);
  holding.free = add(holding.free, order.locked);
  holding.locked = subtract(holding.locked, order.locked);
}

/** The trade that filled an order. */
export function tradeOf({ trades }: Sandbox, { trade }: SandboxOrder): SandboxTrade | undefined {
  return trade === undefined ? undefined : trades[trade];
}

/** Executes an order at a price, with slippage and fee. Rejects it if funds are missing. */
export function execute(sandbox: Sandbox, draft: SandboxDraft, price: Fixed8, terms: ExecutionTerms): SandboxTrade {
  const { symbol, side, type, quantity } = draft;
  const executed = round8(multiply(fromFixed8(price), side === "buy" ? BUY_FACTOR : SELL_FACTOR));
  const gross = round8(multiply(quantity, executed));
  const fee = round8(multiply(gross, terms.feeRate));
  const realised =
    side === "buy"
      ? buy(sandbox, draft, executed, add(gross, fee))
      : sell(sandbox, draft, executed, subtract(gross, fee), terms);
  const cash = holdingOf(sandbox, USDT);
  const base = holdingOf(sandbox, baseOf(symbol));
  if (side === "buy") {
    cash.free = subtract(cash.free, add(gross, fee));
    base.free = add(base.free, quantity);
  } else {
    base.free = subtract(base.free, quantity);
    cash.free = add(cash.free, subtract(gross, fee));
  }
  const triggerPrice = ORDER_KINDS[type].priceIs === "trigger" ? draft.price : undefined;
  const id = terms.ids === undefined ? "" : randomUuid(terms.ids);
  const trade = {
    id,
    symbol,
    side,
    type,
    quantity,
    price: executed,
    gross,
    fee,
    realised,
    triggerPrice,
    time: terms.time,
  };
  sandbox.trades.push(trade);
  return trade;
}

function buy(sandbox: Sandbox, { symbol, quantity }: SandboxDraft, executed: Decimal28, cost: Decimal28): undefined {
  const { free } = holdingOf(sandbox, USDT);
  if (compare(free, cost) < 0) throw insufficientBalance(USDT, cost, free);
  const before = sandbox.positions.get(symbol);
  const position: SandboxPosition = before ?? {
    symbol,
    quantity: ZERO,
    totalCost: ZERO,
    averagePrice: ZERO,
    paid: ZERO,
    realised: ZERO,
  };
  position.quantity = add(position.quantity, quantity);
  // The cost is not rounded, the payment is.
  position.totalCost = add(position.totalCost, multiply(quantity, executed));
  position.paid = add(position.paid, cost);
  position.averagePrice = round8(divide(position.totalCost, position.quantity));
  if (before === undefined) sandbox.positions.set(symbol, position);
}

/** Books a sale and returns its PnL. */
function sell(
  sandbox: Sandbox,
  { symbol, quantity }: SandboxDraft,
  executed: Decimal28,
  proceeds: Decimal28,
  terms: ExecutionTerms,
): Decimal28 {
  const position = sandbox.positions.get(symbol);
  const { free } = holdingOf(sandbox, baseOf(symbol));
  const isCovered = terms.nakedSells
    ? position === undefined || compare(position.quantity, quantity) >= 0 || compare(free, quantity) >= 0
    : compare(free, quantity) >= 0;
  if (!isCovered) throw insufficientBalance(baseOf(symbol), quantity, free);
  const noResult = { units: 0n, scale: 8 };
  if (position === undefined) {
    recordResult(sandbox, noResult, noResult, terms.time);
    return noResult;
  }
  const closed = compare(position.quantity, quantity) < 0 ? position.quantity : quantity;
  const byAverage = round8(multiply(closed, subtract(executed, position.averagePrice)));
  const remaining = subtract(position.quantity, closed);
  const paid =
    remaining.units === 0n ? position.paid : round8(divide(multiply(position.paid, closed), position.quantity));
  const realised = sandbox.afterFees ? subtract(proceeds, paid) : byAverage;
  position.quantity = remaining;
  position.totalCost = multiply(position.quantity, position.averagePrice);
  position.paid = subtract(position.paid, paid);
  position.realised = add(position.realised, realised);
  recordResult(sandbox, realised, byAverage, terms.time);
  return realised;
}

function recordResult(sandbox: Sandbox, realised: Decimal28, byAverage: Decimal28, time: number): void {
  sandbox.realised = add(sandbox.realised, realised);
  const day = Math.floor(time / DAY);
  if (sandbox.dayResult.day !== day) sandbox.dayResult = { day, realised: ZERO };
  sandbox.dayResult.realised = add(sandbox.dayResult.realised, byAverage);
}

/** The cost of one unit of a position. */
export function averageOf({ afterFees }: Sandbox, { quantity, averagePrice, paid }: SandboxPosition): Decimal28 {
  return afterFees && quantity.units > 0n ? roundPrice(divide(paid, quantity)) : averagePrice;
}

/** Positions with a quantity above zero. */
export function openPositions(sandbox: Sandbox): readonly SandboxPosition[] {
  return [...sandbox.positions.values()].filter((position) => position.quantity.units > 0n);
}

/** Cash and positions at their prices; a pair without a price counts as zero. */
export function portfolioOf(sandbox: Sandbox, priceOf: (symbol: string) => Fixed8 | undefined): SandboxPortfolio {
  const { free, locked } = holdingOf(sandbox, USDT);
  const cash = add(free, locked);
  const positions = openPositions(sandbox).map((position): SandboxValue => {
    const { symbol, quantity } = position;
    const averagePrice = averageOf(sandbox, position);
    const price = priceOf(symbol);
    const currentPrice = price === undefined ? ZERO : fromFixed8(price);
    const marketValue = multiply(quantity, currentPrice);
    const unrealised = subtract(marketValue, sandbox.afterFees ? position.paid : multiply(quantity, averagePrice));
    return { symbol, quantity, averagePrice, currentPrice, marketValue, unrealised };
  });
  const positionValue = sum(positions.map((position) => position.marketValue));
  return {
    equity: add(cash, positionValue),
    cash,
    positionValue,
    unrealised: sum(positions.map((position) => position.unrealised)),
    realised: sandbox.realised,
    positions,
  };
}
