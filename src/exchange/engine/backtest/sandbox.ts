import { randomUuid, type RandomStream } from "../../base/random.ts";
import {
  compare,
  minus,
  over,
  plus,
  rounded,
  stored,
  sum,
  textOfAmount,
  times,
  toEightDigits,
  ZERO,
  type Amount,
  type Stored,
} from "../../base/amount.ts";
import { Refusal } from "../../base/rejection.ts";
import type { OrderType, Side } from "../model.ts";
import type { Sandbox, SandboxHolding, SandboxOrder, SandboxPosition, SandboxTrade, Snapshot } from "./session.ts";

const USDT = "USDT";
const DAY = 86_400_000;
const BUY_FACTOR: Amount = { units: 10_001n, scale: 4 };
const SELL_FACTOR: Amount = { units: 9_999n, scale: 4 };

/** The constant slippage of backtests, in percent. */
export const SLIPPAGE_TEXT = "0.010000";

/** What an order in a backtest says. */
export interface SandboxDraft {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Amount;
  readonly price: Amount | undefined;
}

/** What an order is carried out with. */
export interface Terms {
  readonly feeRate: Amount;
  /** By the session's clock. */
  readonly time: number;
  /** Q-B1: what was never bought can be sold. */
  readonly nakedSells: boolean;
  readonly ids: RandomStream;
}

/** A position at a price. */
export interface SandboxValue {
  readonly symbol: string;
  readonly quantity: Amount;
  readonly averagePrice: Amount;
  readonly currentPrice: Amount;
  readonly marketValue: Amount;
  readonly unrealised: Amount;
}

/** What the sandbox is worth. */
export interface SandboxPortfolio extends Omit<Snapshot, "time"> {
  readonly positions: readonly SandboxValue[];
}

export function openSandbox(startingBalance: Stored, afterFees: boolean): Sandbox {
  return {
    afterFees,
    wallet: new Map([[USDT, { free: stored(startingBalance), locked: ZERO }]]),
    positions: new Map(),
    orders: new Map(),
    pending: new Set(),
    watched: undefined,
    quiet: new Map(),
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

/** The asset that an order pays with. */
export function payingHolding(
  sandbox: Sandbox,
  { symbol, side }: Pick<SandboxDraft, "symbol" | "side">,
): SandboxHolding {
  return holdingOf(sandbox, side === "buy" ? USDT : baseOf(symbol));
}

function insufficient(asset: string, required: Amount, available: Amount): Refusal {
  return new Refusal("INSUFFICIENT_BALANCE", `Insufficient ${asset} balance.`, {
    asset,
    required: textOfAmount(required),
    available: textOfAmount(available),
  });
}

/** What an order that waits sets aside: it is reckoned at the current price, not at its own. */
export function lockFor(sandbox: Sandbox, draft: SandboxDraft, price: Stored): Amount {
  const amount = draft.side === "buy" ? times(draft.quantity, stored(price)) : draft.quantity;
  const holding = payingHolding(sandbox, draft);
  if (compare(holding.free, amount) < 0)
    throw insufficient(draft.side === "buy" ? USDT : baseOf(draft.symbol), amount, holding.free);
  lock(holding, amount);
  return amount;
}

function lock(holding: SandboxHolding, amount: Amount): void {
  holding.free = minus(holding.free, amount);
  holding.locked = plus(holding.locked, amount);
}

/** Sets free what an order had set aside. */
export function unlock(sandbox: Sandbox, order: SandboxOrder): void {
  const holding = payingHolding(sandbox, order);
  holding.free = plus(holding.free, order.locked);
  holding.locked = minus(holding.locked, order.locked);
}

/** Carries an order out at a price, with slippage and fee; refuses it when funds are missing. */
export function execute(sandbox: Sandbox, draft: SandboxDraft, price: Stored, terms: Terms): SandboxTrade {
  const { symbol, side, type, quantity } = draft;
  const executed = rounded(times(stored(price), side === "buy" ? BUY_FACTOR : SELL_FACTOR), 8, "half-away");
  const gross = rounded(times(quantity, executed), 8, "half-away");
  const fee = rounded(times(gross, terms.feeRate), 8, "half-away");
  const realised =
    side === "buy"
      ? bought(sandbox, draft, executed, plus(gross, fee))
      : sold(sandbox, draft, executed, minus(gross, fee), terms);
  const cash = holdingOf(sandbox, USDT);
  const base = holdingOf(sandbox, baseOf(symbol));
  if (side === "buy") {
    cash.free = minus(cash.free, plus(gross, fee));
    base.free = plus(base.free, quantity);
  } else {
    base.free = minus(base.free, quantity);
    cash.free = plus(cash.free, minus(gross, fee));
  }
  const triggerPrice = type === "stop_loss" || type === "take_profit" ? draft.price : undefined;
  const id = randomUuid(terms.ids);
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

function bought(sandbox: Sandbox, { symbol, quantity }: SandboxDraft, executed: Amount, cost: Amount): undefined {
  const { free } = holdingOf(sandbox, USDT);
  if (compare(free, cost) < 0) throw insufficient(USDT, cost, free);
  const before = sandbox.positions.get(symbol);
  const position: SandboxPosition = before ?? {
    symbol,
    quantity: ZERO,
    totalCost: ZERO,
    averagePrice: ZERO,
    paid: ZERO,
    realised: ZERO,
  };
  position.quantity = plus(position.quantity, quantity);
  // What the position cost is not rounded, what was paid for it is.
  position.totalCost = plus(position.totalCost, times(quantity, executed));
  position.paid = plus(position.paid, cost);
  position.averagePrice = rounded(over(position.totalCost, position.quantity), 8, "half-away");
  if (before === undefined) sandbox.positions.set(symbol, position);
}

/** The PnL of a sale that brings `proceeds`. */
function sold(
  sandbox: Sandbox,
  { symbol, quantity }: SandboxDraft,
  executed: Amount,
  proceeds: Amount,
  terms: Terms,
): Amount {
  const position = sandbox.positions.get(symbol);
  const { free } = holdingOf(sandbox, baseOf(symbol));
  const isCovered = terms.nakedSells
    ? position === undefined || compare(position.quantity, quantity) >= 0 || compare(free, quantity) >= 0
    : compare(free, quantity) >= 0;
  if (!isCovered) throw insufficient(baseOf(symbol), quantity, free);
  const nothing = { units: 0n, scale: 8 };
  if (position === undefined) {
    book(sandbox, nothing, nothing, terms.time);
    return nothing;
  }
  const closed = compare(position.quantity, quantity) < 0 ? position.quantity : quantity;
  const byAverage = rounded(times(closed, minus(executed, position.averagePrice)), 8, "half-away");
  const left = minus(position.quantity, closed);
  const paid =
    left.units === 0n ? position.paid : rounded(over(times(position.paid, closed), position.quantity), 8, "half-away");
  const realised = sandbox.afterFees ? minus(proceeds, paid) : byAverage;
  position.quantity = left;
  position.totalCost = times(position.quantity, position.averagePrice);
  position.paid = minus(position.paid, paid);
  position.realised = plus(position.realised, realised);
  book(sandbox, realised, byAverage, terms.time);
  return realised;
}

function book(sandbox: Sandbox, realised: Amount, byAverage: Amount, time: number): void {
  sandbox.realised = plus(sandbox.realised, realised);
  const day = Math.floor(time / DAY);
  if (sandbox.dayResult.day !== day) sandbox.dayResult = { day, realised: ZERO };
  sandbox.dayResult.realised = plus(sandbox.dayResult.realised, byAverage);
}

/** What a unit of a position cost. */
export function averageOf({ afterFees }: Sandbox, { quantity, averagePrice, paid }: SandboxPosition): Amount {
  return afterFees && quantity.units > 0n ? toEightDigits(over(paid, quantity)) : averagePrice;
}

/** Positions that hold anything. */
export function openPositions(sandbox: Sandbox): readonly SandboxPosition[] {
  return [...sandbox.positions.values()].filter((position) => position.quantity.units > 0n);
}

/** Cash and positions at their prices; a pair without a price counts nothing. */
export function portfolioOf(sandbox: Sandbox, priceOf: (symbol: string) => Stored | undefined): SandboxPortfolio {
  const { free, locked } = holdingOf(sandbox, USDT);
  const cash = plus(free, locked);
  const positions = openPositions(sandbox).map((position): SandboxValue => {
    const { symbol, quantity } = position;
    const averagePrice = averageOf(sandbox, position);
    const price = priceOf(symbol);
    const currentPrice = price === undefined ? ZERO : stored(price);
    const marketValue = times(quantity, currentPrice);
    const unrealised = minus(marketValue, sandbox.afterFees ? position.paid : times(quantity, averagePrice));
    return { symbol, quantity, averagePrice, currentPrice, marketValue, unrealised };
  });
  const positionValue = sum(positions.map((position) => position.marketValue));
  return {
    equity: plus(cash, positionValue),
    cash,
    positionValue,
    unrealised: sum(positions.map((position) => position.unrealised)),
    realised: sandbox.realised,
    positions,
  };
}
