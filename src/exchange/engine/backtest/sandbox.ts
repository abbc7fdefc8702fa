import { randomUuid, type RandomStream } from "../../base/random.ts";
import {
  compare,
  subtract,
  divide,
  add,
  HUNDRED,
  round,
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
import { Tree } from "../../collections/tree.ts";
import { valuesOf } from "../../collections/valuesOf.ts";
import { baseOf } from "../../market/pairs.ts";
import type { Holding, OrderType, Side } from "../model.ts";
import { ORDER_KINDS } from "../orderKinds.ts";
import { chargesOf, MIN_SLIPPAGE, slippedPrice } from "../trading/execution.ts";
import { afterPurchase, afterSale, BACKTEST_POSITIONS, type FillAmounts } from "../trading/positions.ts";
import { holdingIn, payingAsset, QUOTE_ASSET } from "../wallet.ts";
import type { Sandbox, SandboxOrder, SandboxPosition, SandboxTrade, Snapshot } from "./model.ts";
import { countTrade, noTotals } from "./totals.ts";
import { DAY } from "../../time/units.ts";

const NO_POSITION = { quantity: ZERO, totalCost: ZERO, averagePrice: ZERO, paid: ZERO, realised: ZERO };
/** The result of selling what was never bought. */
const NO_RESULT: Decimal28 = { units: 0n, scale: 8 };

/** The constant slippage of backtests, in percent. */
export const SLIPPAGE_TEXT: string = formatDecimal(round(multiply(MIN_SLIPPAGE, HUNDRED), 6));

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
    wallet: new Map([[QUOTE_ASSET, { available: fromFixed8(startingBalance), locked: ZERO }]]),
    positions: new Map(),
    orders: new Tree(),
    orderNumbers: new Tree(),
    pending: new Tree(),
    books: new Map(),
    quietTimes: new Map(),
    trades: new Tree(),
    totals: noTotals(),
    realised: ZERO,
    dayResult: { day: 0, realised: ZERO },
  };
}

function cashOf({ wallet }: Sandbox): Holding<Decimal28> {
  return holdingIn(wallet, QUOTE_ASSET, ZERO);
}

function insufficientBalance(asset: string, required: Decimal28, available: Decimal28): Rejection {
  return new Rejection("INSUFFICIENT_BALANCE", `Insufficient ${asset} balance.`, {
    asset,
    required: formatDecimal(required),
    available: formatDecimal(available),
  });
}

/** Locks the funds of a pending order, computed at the current price instead of its own. */
export function lockFunds(sandbox: Sandbox, { symbol, side, type, quantity }: SandboxDraft, price: Fixed8): Decimal28 {
  const amount = ORDER_KINDS[type].backtest.locks(side, quantity, fromFixed8(price));
  const asset = payingAsset(symbol, side);
  const holding = holdingIn(sandbox.wallet, asset, ZERO);
  if (compare(holding.available, amount) < 0) throw insufficientBalance(asset, amount, holding.available);
  holding.available = subtract(holding.available, amount);
  holding.locked = add(holding.locked, amount);
  return amount;
}

/** Releases the locked funds of an order. */
export function unlock(sandbox: Sandbox, { symbol, side, locked }: SandboxOrder): void {
  const holding = holdingIn(sandbox.wallet, payingAsset(symbol, side), ZERO);
  holding.available = add(holding.available, locked);
  holding.locked = subtract(holding.locked, locked);
}

/** Up to `limit` trades from a number on, oldest first. */
export function tradesOf({ trades }: Sandbox, from?: number, limit?: number): readonly SandboxTrade[] {
  return valuesOf(trades, from, limit);
}

/** The trade that filled an order. */
export function tradeOf({ trades }: Sandbox, { trade }: SandboxOrder): SandboxTrade | undefined {
  return trade === undefined ? undefined : trades.get(trade);
}

/** Executes an order at a price, with slippage and fee. Returns the number of its trade. Rejects it if funds are missing. */
export function execute(sandbox: Sandbox, draft: SandboxDraft, reference: Fixed8, terms: ExecutionTerms): number {
  const { symbol, side, type, quantity } = draft;
  const price = slippedPrice(side, fromFixed8(reference), MIN_SLIPPAGE);
  const { gross, fee } = chargesOf(quantity, price, terms.feeRate, "half-away");
  const realised =
    side === "buy" ? buy(sandbox, draft, { price, gross, fee }) : sell(sandbox, draft, { price, gross, fee }, terms);
  const trade = {
    id: terms.ids === undefined ? "" : randomUuid(terms.ids),
    symbol,
    side,
    type,
    quantity,
    price,
    gross,
    fee,
    realised,
    triggerPrice: ORDER_KINDS[type].priceIs === "trigger" ? draft.price : undefined,
    time: terms.time,
  };
  const number = sandbox.trades.size;
  sandbox.trades.set(number, trade);
  countTrade(sandbox.totals, trade);
  return number;
}

function buy(sandbox: Sandbox, { symbol, quantity }: SandboxDraft, amounts: FillAmounts): undefined {
  const cash = cashOf(sandbox);
  const cost = add(amounts.gross, amounts.fee);
  if (compare(cash.available, cost) < 0) throw insufficientBalance(QUOTE_ASSET, cost, cash.available);
  const before = sandbox.positions.get(symbol) ?? { symbol, ...NO_POSITION };
  sandbox.positions.set(symbol, { ...before, ...afterPurchase(before, quantity, amounts, BACKTEST_POSITIONS) });
  cash.available = subtract(cash.available, cost);
  const base = holdingIn(sandbox.wallet, baseOf(symbol), ZERO);
  base.available = add(base.available, quantity);
}

/** Books a sale and returns its PnL. */
function sell(
  sandbox: Sandbox,
  { symbol, quantity }: SandboxDraft,
  amounts: FillAmounts,
  { nakedSells, time }: ExecutionTerms,
): Decimal28 {
  const before = sandbox.positions.get(symbol);
  const base = holdingIn(sandbox.wallet, baseOf(symbol), ZERO);
  const isCovered =
    compare(base.available, quantity) >= 0 ||
    (nakedSells && (before === undefined || compare(before.quantity, quantity) >= 0));
  if (!isCovered) throw insufficientBalance(baseOf(symbol), quantity, base.available);
  const sale = before && afterSale(before, quantity, amounts, BACKTEST_POSITIONS);
  const byAverage = sale?.byAverage ?? NO_RESULT;
  const realised = (sandbox.afterFees ? sale?.exact : sale?.byAverage) ?? NO_RESULT;
  if (before !== undefined)
    sandbox.positions.set(symbol, { ...before, ...sale?.after, realised: add(before.realised, realised) });
  recordResult(sandbox, realised, byAverage, time);
  base.available = subtract(base.available, quantity);
  const cash = cashOf(sandbox);
  cash.available = add(cash.available, subtract(amounts.gross, amounts.fee));
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
  const { available, locked } = cashOf(sandbox);
  const cash = add(available, locked);
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
