import { seeded } from "../../support/seeded.ts";

/** One random step of a session: a request of the first or the second account, or time that passes. */
export type ResearchStep =
  | { readonly wait: number }
  | { readonly actor: 0 | 1; readonly method: string; readonly path: string; readonly body?: unknown };

export interface ResearchScript {
  next(): ResearchStep;
  /** Takes ids and prices from a response, so that later requests refer to them. */
  learn(response: string): void;
  /** Requests that read everything that is known. */
  reads(): readonly ResearchStep[];
}

const NAMES = ["session_id", "order_id", "strategy_id", "test_run_id", "run_id", "id"] as const;
type Name = (typeof NAMES)[number];
const ID = /"(session_id|order_id|strategy_id|test_run_id|run_id|id)":"([0-9a-f-]{36})"/g;
const PRICE = /"([A-Z]+USDT)":"([\d.]+)"/g;
const TYPES = ["market", "market", "limit", "limit", "stop_loss", "take_profit"];
const PAIRS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
const READS = [
  "/trade/orders",
  "/trade/orders/open",
  "/trade/history",
  "/account/balance",
  "/account/positions",
  "/account/portfolio",
  "/market/prices",
  "/market/price/BTCUSDT",
  "/market/price/NOPEUSDT",
  "/market/ticker/NOPEUSDT",
  "/market/ticker/BTCUSDT",
  "/market/candles/ETHUSDT?interval=300&limit=5",
  "/status",
  "/results",
  "/results/equity-curve?interval=3",
  "/results/trades?limit=50",
];
const LISTS = [
  "/backtest/list?limit=20",
  "/backtest/list?sort_by=roi_pct",
  "/backtest/best?metric=total_trades",
  "/strategies?limit=20",
  "/training/runs",
  "/webhooks",
  "/account/mode",
  "/market/data-range",
];
const STRATEGY_READS = ["", "/tests", "/test-results", "/versions", "/versions/1", "/compare-versions?v1=1&v2=2"];
const EVENTS = ["backtest.completed", "strategy.test.completed", "strategy.deployed"];

/** Random requests to backtests, strategies, test runs, training and webhooks. `since`: a time that has candles. */
export function researchScript(seed: number, since: number): ResearchScript {
  const random = seeded(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const oneOf = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  const ids: Record<Name, string[]> = {
    session_id: [],
    order_id: [],
    strategy_id: [],
    test_run_id: [],
    run_id: [],
    id: [],
  };
  const prices = new Map<string, number>();
  const known = (name: Name): string =>
    (random() < 0.8 ? ids[name].at(-1) : undefined) ?? oneOf(ids[name]) ?? "unknown";
  const timestamp = (minutes: number): string => new Date(since + minutes * 60_000).toISOString();
  const request = (method: string, path: string, body?: unknown): ResearchStep => ({
    actor: random() < 0.96 ? 0 : 1,
    method,
    path,
    ...(body === undefined ? {} : { body }),
  });
  const get = (path: string): ResearchStep => request("GET", path);
  const post = (path: string, body?: unknown): ResearchStep => request("POST", path, body);

  const startBacktest = (): ResearchStep => post(`/backtest/${ids.session_id.at(-1) ?? "unknown"}/start`);
  const next: (() => ResearchStep)[] = [];

  function createBacktest(): ResearchStep {
    next.unshift(startBacktest);
    return post("/backtest/create", {
      start_time: timestamp(below(20) + (random() < 0.3 ? random() : 0)),
      end_time: timestamp(25 + below(oneOf([30, 1000, 3000]))),
      starting_balance: oneOf(["10000", "123456.789"]),
      candle_interval: oneOf([60, 60, 300]),
      strategy_label: oneOf(["a", "b"]),
      ...(random() < 0.5 ? { pairs: PAIRS.slice(0, 1 + below(3)) } : {}),
      ...(random() < 0.3 ? { fee_rate: oneOf(["0", "0.0025"]) } : {}),
    });
  }

  function order(): ResearchStep {
    const type = oneOf(TYPES);
    const symbol = oneOf(PAIRS);
    const price = (random() < 0.9 ? 0.99 + random() * 0.02 : random() * 2) * (prices.get(symbol) ?? 1);
    return post(`/backtest/${known("session_id")}/trade/order`, {
      symbol,
      side: random() < 0.6 ? "buy" : "sell",
      type,
      quantity: ((random() * oneOf([500, 5000, 20_000])) / (prices.get(symbol) ?? 1)).toFixed(2 + below(7)),
      ...(type === "market" || random() < 0.05 ? {} : { price: price.toFixed(below(5)) }),
    });
  }

  const strategy = (): Record<string, unknown> => ({
    name: `strategy ${below(100)}`,
    definition: {
      pairs: PAIRS.slice(0, 1 + below(2)),
      timeframe: oneOf(["1m", "5m", "1h"]),
      entry_conditions: oneOf([{ price_above_ema: 9 }, { rsi_below: 60 }, { bb_below_lower: true }]),
      exit_conditions: oneOf([{ trailing_stop_pct: 0.3 }, { max_hold_candles: 7 }, { take_profit_pct: 0.2 }]),
      position_size_pct: 5 + below(40),
    },
  });
  const test = (): ResearchStep =>
    post(`/strategies/${known("strategy_id")}/test`, {
      version: 1 + below(1.1),
      date_range: { start: timestamp(0), end: timestamp(oneOf([600, 3000])) },
      episodes: 1 + below(12),
      episode_duration_days: 1,
    });
  const train = (): ResearchStep =>
    post("/training/runs", {
      run_id: `00000000-0000-4000-8000-${String(below(1e12)).padStart(12, "0")}`,
      config: { rate: 0.1, layers: [1, 2], note: null },
    });
  const subscribe = (): ResearchStep =>
    post("/webhooks", { url: "https://example.com/hook", events: EVENTS.slice(0, 1 + below(3)) });

  const backtestPath = (rest: string): string => `/backtest/${known("session_id")}${rest}`;
  const strategyPath = (rest: string): string => `/strategies/${known("strategy_id")}${rest}`;
  const runPath = (rest: string): string => `/training/runs/${known("run_id")}${rest}`;
  const fast = (): unknown => ({ steps: 1 + below(100), include_intermediate_trades: random() < 0.5 });
  const episode = (): unknown => ({ episode_number: 1 + below(9), roi_pct: random() * 9 - 4, reward_sum: below(5) });
  const steps: readonly (readonly [weight: number, make: () => ResearchStep])[] = [
    [2, createBacktest],
    [0.5, startBacktest],
    [24, order],
    [4, () => post(backtestPath("/step"))],
    [6, () => post(backtestPath("/step/batch"), { steps: 1 + below(30) })],
    [6, () => post(backtestPath("/step/batch/fast"), fast())],
    [3, () => request("DELETE", backtestPath(`/trade/order/${known("order_id")}`))],
    [8, () => get(backtestPath(oneOf(READS)))],
    [0.5, () => post(backtestPath("/cancel"))],
    [4, () => get(oneOf(LISTS))],
    [1, () => get(`/backtest/compare?sessions=${known("session_id")},${known("session_id")}`)],
    [1, () => post("/strategies", strategy())],
    [1, () => post(strategyPath("/versions"), strategy())],
    [2, test],
    [4, () => get(strategyPath(`/tests/${known("test_run_id")}`))],
    [2, () => get(strategyPath(oneOf(STRATEGY_READS)))],
    [1, () => post(strategyPath(oneOf(["/deploy", "/undeploy"])), { version: 1 })],
    [0.5, () => request("PUT", strategyPath(""), { description: `note ${below(100)}` })],
    [0.3, () => request("DELETE", strategyPath(""))],
    [0.5, () => post(strategyPath(`/tests/${known("test_run_id")}/cancel`))],
    [1, () => post("/strategies/compare", { strategy_ids: [known("strategy_id"), known("strategy_id")] })],
    [0.5, train],
    [3, () => post(runPath("/episodes"), episode())],
    [1, () => post(runPath("/complete"))],
    [1, () => get(runPath(oneOf(["", "/learning-curve?window=3"])))],
    [0.5, () => get(`/training/compare?run_ids=${known("run_id")},${known("run_id")}`)],
    [0.5, subscribe],
    [1, () => request("PUT", `/webhooks/${known("id")}`, { active: random() < 0.7 })],
    [1, () => post(`/webhooks/${known("id")}/test`)],
    [8, () => ({ wait: below(oneOf([50, 500, 2000, 20_000, 120_000, random() < 0.1 ? 9_000_000 : 100])) })],
  ];
  const total = steps.reduce((sum, [weight]) => sum + weight, 0);
  // Most of what can happen needs one of each.
  next.push(subscribe, createBacktest, () => post("/strategies", strategy()), test, train);

  return {
    next() {
      const begin = next.shift();
      if (begin !== undefined) return begin();
      let chosen = random() * total;
      const [, make = order] = steps.find(([weight]) => (chosen -= weight) < 0) ?? [];
      return make();
    },
    learn(response) {
      for (const [, symbol = "", price] of response.matchAll(PRICE)) prices.set(symbol, Number(price));
      for (const [, name, id = ""] of response.matchAll(ID)) {
        // Other objects that have an `id` are of no use.
        if (name === "id" && !response.includes('"secret"')) continue;
        const list = ids[name as Name];
        if (!list.includes(id)) list.push(id);
      }
    },
    reads: () => [
      ...LISTS.map(get),
      ...ids.session_id.flatMap((id) => READS.map((path) => get(`/backtest/${id}${path}`))),
      ...ids.strategy_id.flatMap((id) => STRATEGY_READS.map((path) => get(`/strategies/${id}${path}`))),
      ...ids.test_run_id.map((id) => get(`/strategies/${ids.strategy_id[0]}/tests/${id}`)),
      ...ids.run_id.flatMap((id) => [get(`/training/runs/${id}`), get(`/training/runs/${id}/learning-curve`)]),
    ],
  };
}
