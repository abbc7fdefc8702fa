import { describe, expect, it } from "vitest";
import { manualMarket, type Fidelity, type ManualMarket } from "../../../src/exchange/index.ts";
import { fixed8, formatDecimal, subtract, add, sum, toDecimal28 } from "../../../src/exchange/base/amount.ts";
import { quirksOf } from "../../../src/exchange/base/quirks.ts";
import { Rejection } from "../../../src/exchange/base/rejection.ts";
import { createAgent, registerAccount } from "../../../src/exchange/engine/accounts/accounts.ts";
import { archiveAgent, deleteAgent } from "../../../src/exchange/engine/accounts/agents.ts";
import { resetAccount, restartAgent } from "../../../src/exchange/engine/accounts/reset.ts";
import { createExchangeState } from "../../../src/exchange/engine/createState.ts";
import { countPending, findOrder, ordersOf, tradesOf } from "../../../src/exchange/engine/history/history.ts";
import type { Account, Agent, OrderType, Scope } from "../../../src/exchange/engine/model.ts";
import { performanceOf } from "../../../src/exchange/engine/reports/performance.ts";
import { positionsOf } from "../../../src/exchange/engine/reports/portfolio.ts";
import { realisedOf, resultsOf, totalOf } from "../../../src/exchange/engine/reports/results.ts";
import { agentsOf } from "../../../src/exchange/engine/scope.ts";
import type { ExchangeState } from "../../../src/exchange/engine/state.ts";
import { cancelAll, cancelOrder } from "../../../src/exchange/engine/trading/cancel.ts";
import { createMonitor, type Monitor } from "../../../src/exchange/engine/trading/monitor.ts";
import { placeOrder } from "../../../src/exchange/engine/trading/place.ts";
import { createHandler, type Handler } from "../../../src/exchange/http/handle.ts";
import { formatRatio } from "../../../src/exchange/http/routes/format.ts";
import { allRoutes } from "../../../src/exchange/http/routes/index.ts";
import { DAY, HOUR, MINUTE } from "../../../src/exchange/time/units.ts";
import { cases } from "../../support/runtime.ts";
import { below, forEachSeed, pick } from "../../support/seeded.ts";
import { feesOf, figuresOf, realisedOf as walkRealised, Walk, winRateOf } from "./walkedFigures.ts";

const PRICES = { BTCUSDT: 50_000, DOGEUSDT: 0.125 } as const;
const SYMBOLS = ["BTCUSDT", "DOGEUSDT"] as const;
const UNIT = { BTCUSDT: 0.001, DOGEUSDT: 400 } as const;
const START = fixed8(1_000_000_000_000n);
const LOOSE = {
  max_position_size_pct: 100,
  daily_loss_limit_pct: 100,
  max_open_orders: 1e6,
  max_order_size_pct: 100,
  order_rate_limit: 1e6,
};
const DRAFT = {
  displayName: "a",
  startingBalance: START,
  llmModel: null,
  framework: null,
  strategyTags: [],
  riskProfile: LOOSE,
  color: null,
};
type Period = readonly [name: string, days: number | undefined];
const PERIODS: readonly [Period, ...Period[]] = [
  ["1d", 1],
  ["7d", 7],
  ["30d", 30],
  ["all", undefined],
];

/** Two accounts that trade at random. */
class Session {
  readonly state: ExchangeState;
  readonly walk: Walk;
  readonly accounts: readonly [Account, Account];
  readonly handler: Handler;
  readonly #random: () => number;
  readonly #market: ManualMarket;
  readonly #monitor: Monitor;
  #time = Date.UTC(2026, 0, 5, 0, 0, 30);

  constructor(fidelity: Fidelity, random: () => number) {
    this.#random = random;
    const clock = { now: () => this.#time, elapsed: () => this.#time, setTimeout: () => 0, clearTimeout: () => {} };
    const quotes = SYMBOLS.map((symbol) => [symbol, { price: PRICES[symbol], volume: "1e9", stepSize: 0 }] as const);
    this.#market = manualMarket(Object.fromEntries(quotes)).open(clock);
    this.state = createExchangeState(clock, this.#market, quirksOf(fidelity), 1);
    this.#monitor = createMonitor(this.state);
    this.#monitor.sweepsStillMarket = true;
    this.walk = new Walk(this.state);
    const register = (): Account => {
      const owner = { displayName: "a", email: undefined, password: undefined, startingBalance: START };
      const account = registerAccount(this.state, owner);
      for (const agent of agentsOf(this.state, { account, agent: undefined })) agent.riskProfile = LOOSE;
      createAgent(this.state, account, DRAFT);
      return account;
    };
    this.accounts = [register(), register()];
    this.handler = createHandler(this.state, this.#monitor, allRoutes(), {
      rateLimits: false,
      requireSignatures: false,
      corsOrigins: "*",
      clientAddress: undefined,
      trustProxy: false,
      onError: undefined,
    });
  }

  /** Everything that can be asked about: the accounts and their agents. */
  scopes(): Scope[] {
    return this.accounts.flatMap((account) => [
      { account, agent: undefined },
      ...agentsOf(this.state, { account, agent: undefined }).map((agent) => ({ account, agent })),
    ]);
  }

  act(): void {
    const random = this.#random;
    // Most activity is the first account's.
    const account = this.accounts[random() < 0.8 ? 0 : 1];
    const agents = agentsOf(this.state, { account, agent: undefined }).filter(({ status }) => status === "active");
    const agent = agents[below(random, agents.length)];
    this.#pass(random() < 0.06 ? below(random, 9 * DAY) : random() < 0.3 ? below(random, HOUR) : below(random, MINUTE));
    const what = random();
    try {
      if (what < 0.08) createAgent(this.state, account, DRAFT);
      else if (what < 0.24) this.#move();
      else if (what < 0.26) resetAccount(this.state, account, random() < 0.5 ? undefined : START);
      else if (agent !== undefined) this.#actAs(account, agent, what);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
    }
    this.walk.follow();
  }

  #actAs(account: Account, agent: Agent, what: number): void {
    const { state, walk } = this;
    const random = this.#random;
    if (what < 0.28) restartAgent(state, agent);
    else if (what < 0.29) archiveAgent(state, agent);
    else if (what < 0.3) deleteAgent(state, agent);
    else if (what < 0.31) cancelAll(state, { account, agent: random() < 0.5 ? undefined : agent });
    else if (what < 0.36) {
      const orders = walk.ordersOf({ account, agent }, { status: "pending" });
      const order = orders[below(random, orders.length)];
      if (order !== undefined) cancelOrder(state, order);
    } else this.#order({ account, agent });
  }

  #pass(ms: number): void {
    this.#time += ms;
    this.#monitor.catchUp(this.#time);
    this.walk.follow();
  }

  #move(): void {
    const symbol = pick(this.#random, SYMBOLS);
    this.#market.set(symbol, { price: (PRICES[symbol] * (0.9 + this.#random() * 0.2)).toFixed(6) });
    this.#monitor.sweep();
  }

  #order(scope: Scope): void {
    const random = this.#random;
    const symbol = pick(random, SYMBOLS);
    const type = pick<OrderType>(random, ["market", "market", "market", "limit", "stop_loss", "take_profit"]);
    placeOrder(this.state, scope, {
      symbol,
      side: pick(random, ["buy", "sell"]),
      type,
      quantity: toDecimal28(((1 + below(random, 20)) * UNIT[symbol]).toFixed(6)),
      price: type === "market" ? undefined : toDecimal28((PRICES[symbol] * (0.9 + random() * 0.2)).toFixed(6)),
    });
  }
}

/** The running figures of a scope in the form of `figuresOf`. */
function runningFigures(state: ExchangeState, scope: Scope, since: number, days: number | undefined): unknown {
  const { trades, fees, wins, losses, ...results } = resultsOf(state, scope, since);
  const figures = performanceOf(state, scope, since, days);
  const { averageWin, averageLoss, best, worst } = figures;
  return {
    ...figures,
    trades,
    fees: formatDecimal(totalOf(fees, trades)),
    realised: formatDecimal(realisedOf({ trades, fees, wins, losses, ...results })),
    winning: wins,
    losing: losses,
    averageWin: formatDecimal(averageWin),
    averageLoss: formatDecimal(averageLoss),
    best: formatDecimal(best),
    worst: formatDecimal(worst),
  };
}

function expectSameFigures({ state, walk }: Session, scope: Scope, random: () => number): void {
  const someTrade = walk.trades[below(random, walk.trades.length)];
  const times: (readonly [since: number, days: number | undefined])[] = PERIODS.map(([, days]) => [
    days === undefined ? Number.NEGATIVE_INFINITY : state.now - days * DAY,
    days,
  ]);
  // The limits of a period, too: a trade at its very start counts.
  if (someTrade !== undefined) times.push([someTrade.time, undefined], [someTrade.time + 1, undefined]);
  expect(times.map((period) => runningFigures(state, scope, ...period))).toEqual(
    times.map(([since, days]) => figuresOf(walk.currentTrades(scope, since), days)),
  );
}

function expectSamePages({ state, walk }: Session, scope: Scope, random: () => number): void {
  const pages: unknown[] = [];
  const expected: unknown[] = [];
  for (const symbol of [undefined, ...SYMBOLS, "NONEUSDT"]) {
    const page = (total: number): [limit: number, offset: number] => [below(random, 12), below(random, total + 2)];
    for (const status of [undefined, "pending", "filled", "cancelled", "expired", "none"]) {
      const all = walk.ordersOf(scope, { symbol, status });
      const [limit, offset] = page(all.length);
      const { items, total } = ordersOf(state, scope, { symbol, status }, limit, offset);
      pages.push([items.map((each) => `${each.id} ${each.status}`), total]);
      expected.push([all.slice(offset, offset + limit).map((each) => `${each.id} ${each.status}`), all.length]);
    }
    for (const side of [undefined, "buy", "sell", "none"]) {
      const all = walk.tradesOf(scope, { symbol, side });
      const [limit, offset] = page(all.length);
      const { items, total } = tradesOf(state, scope, { symbol, side }, limit, offset);
      pages.push([items.map(({ id }) => id), total]);
      expected.push([all.slice(offset, offset + limit).map(({ id }) => id), all.length]);
    }
  }
  expect(pages).toEqual(expected);
}

/** The figures that an agent keeps, and its orders by id. */
function expectSameAgent({ state, walk }: Session, scope: Scope, agent: Agent): void {
  const { account } = scope;
  const realised = walkRealised(walk.currentTrades(scope, Number.NEGATIVE_INFINITY));
  const orders = walk.ordersOf(scope, {});
  expect([
    formatDecimal(toDecimal28(agent.realised.toString())),
    countPending(agent),
    orders.map(({ id }) => findOrder(state, account, id)),
  ]).toEqual([
    formatDecimal(toDecimal28(realised.units.toString())),
    orders.filter(({ status }) => status === "pending").length,
    orders,
  ]);
}

async function expectSameResponses(
  { state, walk, handler }: Session,
  scope: Scope,
  random: () => number,
): Promise<void> {
  const [period, days] = pick(random, PERIODS);
  const trades = walk.currentTrades(scope, days === undefined ? Number.NEGATIVE_INFINITY : state.now - days * DAY);
  const figures = figuresOf(trades, days);
  const get = async (path: string): Promise<unknown> => {
    const headers = { "x-api-key": (scope.agent ?? scope.account).key };
    const url = `http://exchange.test/api/v1${path}?period=${period}`;
    return (await handler.handle(new Request(url, { headers }))).json();
  };
  const { feesCountTwice, profitFactorZeroWithoutLosses } = state.quirks;
  const all = walk.currentTrades(scope, Number.NEGATIVE_INFINITY);
  const realised = walkRealised(feesCountTwice ? all : trades);
  const total = add(sum(positionsOf(state, scope).map((each) => each.unrealised)), realised);
  expect(await get("/account/pnl")).toMatchObject({
    realized_pnl: formatDecimal(realised),
    total_pnl: formatDecimal(total),
    fees_paid: formatDecimal(feesOf(trades)),
    net_pnl: formatDecimal(feesCountTwice ? subtract(total, feesOf(trades)) : total),
    winning_trades: figures["winning"],
    losing_trades: figures["losing"],
    win_rate: winRateOf(trades),
  });
  const factor = (figures["profitFactor"] ?? (profitFactorZeroWithoutLosses ? 0 : null)) as number | null;
  expect(await get("/analytics/performance")).toMatchObject({
    win_rate: formatRatio(figures["winRate"] as number),
    profit_factor: factor === null ? null : formatRatio(factor),
    avg_win: figures["averageWin"],
    avg_loss: figures["averageLoss"],
    total_trades: figures["closed"],
    avg_trades_per_day: formatRatio(figures["perDay"] as number),
    best_trade: figures["best"],
    worst_trade: figures["worst"],
    current_streak: figures["streak"],
  });
}

describe.each(["declared", "observed"] as const)("figures and pages (%s)", (fidelity) => {
  it("equal a walk over all orders and trades, after any activity", { timeout: 120_000 }, async () => {
    const seen = { trades: 0, wins: 0, expired: 0, deleted: 0 };
    await forEachSeed(cases(1000, 30), async (random) => {
      const session = new Session(fidelity, random);
      for (let count = 20 + below(random, 60); count > 0; count--) session.act();
      const scopes = session.scopes();
      for (const scope of scopes) {
        expectSameFigures(session, scope, random);
        expectSamePages(session, scope, random);
        if (scope.agent !== undefined) expectSameAgent(session, scope, scope.agent);
      }
      const some = scopes[below(random, scopes.length)];
      if (some !== undefined && some.agent?.status !== "archived") await expectSameResponses(session, some, random);
      const { trades, orders } = session.walk;
      const { state } = session;
      seen.trades += trades.length;
      seen.wins += trades.filter(({ realised }) => realised !== undefined && realised > 0n).length;
      seen.expired += orders.filter(({ status }) => status === "expired").length;
      seen.deleted += trades.filter(({ agentId }) => !state.agents.has(agentId)).length;
      const pending = orders.filter((each) => each.status === "pending" && state.agents.has(each.agentId));
      expect(state.books.byAge.size).toBe(pending.length);
    });
    // The sessions do what this test is about.
    for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(0);
  });
});
