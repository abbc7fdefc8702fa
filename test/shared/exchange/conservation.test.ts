import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { manualMarket, virtualClock, type Fidelity, type ManualMarket } from "../../../src/exchange/index.ts";
import { registerAccount } from "../../../src/exchange/engine/accounts/accounts.ts";
import { fixed8, toDecimal28 } from "../../../src/exchange/base/amount.ts";
import { cancelAll, cancelOrder } from "../../../src/exchange/engine/trading/cancel.ts";
import type { Agent, Order, OrderType, Side, Trade } from "../../../src/exchange/engine/model.ts";
import { countPending } from "../../../src/exchange/engine/history/history.ts";
import { accountOf } from "../../../src/exchange/engine/scope.ts";
import { createMonitor, type Monitor } from "../../../src/exchange/engine/trading/monitor.ts";
import { placeOrder, type OrderRequest } from "../../../src/exchange/engine/trading/place.ts";
import { Rejection } from "../../../src/exchange/base/rejection.ts";
import { createExchangeState } from "../../../src/exchange/engine/createState.ts";
import type { ExchangeState } from "../../../src/exchange/engine/state.ts";
import { quirksOf } from "../../../src/exchange/base/quirks.ts";

const SYMBOLS = ["BTCUSDT", "DOGEUSDT"] as const;
const START = fixed8(1_000_000_000_000n);
const LOOSE = {
  max_position_size_pct: 100,
  daily_loss_limit_pct: 100,
  max_open_orders: 1e6,
  max_order_size_pct: 100,
  order_rate_limit: 1e6,
};

interface OrderEvent {
  readonly kind: "order";
  readonly symbol: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: number;
  readonly price: number;
}

type Event =
  | OrderEvent
  | { readonly kind: "price"; readonly symbol: number; readonly price: number }
  | { readonly kind: "sweep" }
  | { readonly kind: "cancelAll" }
  | { readonly kind: "cancel"; readonly which: number };

const symbol = fc.nat({ max: SYMBOLS.length - 1 });
const share = fc.integer({ min: 70, max: 130 });
const order = fc.record({
  kind: fc.constant("order" as const),
  symbol,
  side: fc.constantFrom<Side>("buy", "sell"),
  type: fc.constantFrom<OrderType>("market", "limit", "stop_loss", "take_profit"),
  quantity: fc.integer({ min: 1, max: 40_000 }),
  price: share,
});
const events: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: order },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("price" as const), symbol, price: share }) },
    { weight: 2, arbitrary: fc.constant({ kind: "sweep" as const }) },
    { weight: 1, arbitrary: fc.constant({ kind: "cancelAll" as const }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("cancel" as const), which: fc.nat() }) },
  ),
  { minLength: 5, maxLength: 60 },
);

const BASE = [50_000, 0.12345] as const;
const UNIT = [0.00001, 3.7] as const;

const symbolOf = (at: number): string => SYMBOLS[at] ?? SYMBOLS[0];
const priceText = (at: number, percent: number): string => ((BASE[at] ?? 1) * percent * 0.01).toFixed(6);

class Scene {
  readonly state: ExchangeState;
  readonly agent: Agent;
  readonly #market: ManualMarket;
  readonly #monitor: Monitor;

  constructor(fidelity: Fidelity) {
    const clock = virtualClock(0);
    this.#market = manualMarket({
      BTCUSDT: { price: "50000", volume: "1000", stepSize: 0 },
      DOGEUSDT: { price: "0.12345", volume: "10000000", stepSize: 0 },
    }).open(clock);
    this.state = createExchangeState(clock, this.#market, quirksOf(fidelity), 1);
    const account = registerAccount(this.state, {
      displayName: "a",
      email: undefined,
      password: undefined,
      startingBalance: START,
    });
    this.agent = this.state.agents.get(account.agentIds[0] ?? "") as Agent;
    this.agent.riskProfile = LOOSE;
    this.#monitor = createMonitor(this.state);
  }

  apply(event: Event): void {
    const scope = { account: accountOf(this.state, this.agent), agent: this.agent };
    switch (event.kind) {
      case "price":
        this.#market.set(symbolOf(event.symbol), { price: priceText(event.symbol, event.price) });
        break;
      case "sweep":
        this.#monitor.sweep();
        break;
      case "cancelAll":
        attempt(() => cancelAll(this.state, scope));
        break;
      case "cancel": {
        const some = ordersOf(this.agent).at(event.which % Math.max(1, ordersOf(this.agent).length));
        if (some !== undefined) attempt(() => cancelOrder(this.state, some));
        break;
      }
      case "order":
        attempt(() => placeOrder(this.state, scope, requestOf(event)));
    }
  }
}

const ordersOf = ({ history }: Agent): readonly Order[] => history.orders.entries().map(([, each]) => each);
const tradesOf = ({ history }: Agent): readonly Trade[] => history.trades.entries().map(([, each]) => each);

function requestOf({ symbol: at, side, type, quantity, price }: OrderEvent): OrderRequest {
  return {
    symbol: symbolOf(at),
    side,
    type,
    quantity: toDecimal28((quantity * (UNIT[at] ?? 1)).toFixed(9)),
    price: type === "market" ? undefined : toDecimal28(priceText(at, price)),
  };
}

/** Rejections are expected; any other error fails the test. */
function attempt(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
  }
}

function expectConserved(state: ExchangeState, agent: Agent): void {
  const expected = new Map<string, bigint>([["USDT", START]]);
  const add = (asset: string, units: bigint): void => void expected.set(asset, (expected.get(asset) ?? 0n) + units);
  for (const { symbol: pair, side, quantity, gross, fee } of tradesOf(agent)) {
    const sign = side === "buy" ? 1n : -1n;
    add("USDT", -sign * gross - fee);
    add(pair.slice(0, -4), sign * quantity);
  }
  for (const [asset, { available, locked }] of agent.wallet) {
    expect(available + locked, asset).toBe(expected.get(asset) ?? 0n);
    expect(available >= 0n && locked >= 0n, `${asset} ${available} / ${locked}`).toBe(true);
  }
  const pending = ordersOf(agent).filter((each) => each.status === "pending");
  expect(state.books.byAge.size).toBe(pending.length);
  expect(countPending(agent)).toBe(pending.length);
}

/** Without quirks, every lock belongs to a pending order. */
function expectLocksAccountedFor(agent: Agent): void {
  const pending = ordersOf(agent).filter((each) => each.status === "pending");
  for (const [asset, { locked }] of agent.wallet) {
    const held = pending.filter((each) => (each.side === "buy" ? "USDT" : each.symbol.slice(0, -4)) === asset);
    const sum = held.reduce((total, each) => total + each.locked, 0n);
    expect(sum, asset).toBe(locked);
  }
}

/** Every order ended at most once: with one trade if it was filled, with none otherwise. */
function expectExclusive(agent: Agent): void {
  const traded = new Set(tradesOf(agent).map((trade) => trade.orderId));
  expect(traded.size).toBe(tradesOf(agent).length);
  for (const each of ordersOf(agent)) expect(traded.has(each.id), each.status).toBe(each.status === "filled");
}

describe.each(["declared", "observed"] as const)("random trading (%s)", (fidelity) => {
  it("conserves money per asset, keeps locks non-negative and ends each order once", () => {
    fc.assert(
      fc.property(events, (list) => {
        const scene = new Scene(fidelity);
        for (const event of list) {
          scene.apply(event);
          expectConserved(scene.state, scene.agent);
        }
        expectExclusive(scene.agent);
      }),
      { seed: 20260105, numRuns: 300 },
    );
  });
});

describe("without quirks", () => {
  it("attributes every lock to a pending order", () => {
    fc.assert(
      fc.property(events, (list) => {
        const scene = new Scene("declared");
        for (const event of list) {
          scene.apply(event);
          expectLocksAccountedFor(scene.agent);
        }
      }),
      { seed: 20260106, numRuns: 200 },
    );
  });
});
