// Uses every endpoint group in a fixed order: equal seeds must produce equal bytes in every runtime.

/** Expected digest of the tour with its default seed, in every runtime. */
export const DIGESTS = { declared: "a3b83d95", observed: "9c5ee230" };

/** FNV-1a, 32 bits. */
function digestOf(text) {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

const DEFINITION = {
  pairs: ["BTCUSDT", "ETHUSDT"],
  timeframe: "1h",
  entry_conditions: { rsi_below: 45 },
  exit_conditions: { take_profit_pct: 1, stop_loss_pct: 1 },
};
const RUN = "00000000-0000-4000-8000-00000000abcd";
const DAY = 86_400_000;

/** Digest of the exchange's responses, webhook deliveries and journal over the tour. */
export async function tour({ createExchange, randomWalkMarket, virtualClock }, fidelity, seed = 42) {
  const told = [];
  const statuses = [];
  const delivered = [];
  const exchange = createExchange({
    market: randomWalkMarket({ seed }),
    clock: virtualClock("2026-01-05T00:00:30Z"),
    seed,
    insecureKeys: true,
    fidelity,
    webhookFetch: async (url, { headers, body }) => {
      delivered.push([url, headers, body]);
      return new Response(null, { status: 200 });
    },
  });
  const headers = { "content-type": "application/json" };
  const call = async (method, path, body) => {
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await exchange.fetch(`http://exchange.test/api/v1${path}`, init);
    const text = await response.text();
    told.push([method, path, response.status, text]);
    statuses.push(response.status);
    const isJson = response.headers.get("content-type") === "application/json";
    return isJson ? JSON.parse(text) : text;
  };

  const opened = await call("POST", "/auth/register", { display_name: "Tour", starting_balance: "100000" });
  await call("POST", "/auth/login", { api_key: opened.api_key, api_secret: opened.api_secret });
  headers["x-api-key"] = opened.agent_api_key;
  const events = ["backtest.completed", "strategy.test.completed", "strategy.deployed"];
  const hook = await call("POST", "/webhooks", { url: "https://hooks.example.com/tour", events });
  await call("POST", `/webhooks/${hook.id}/test`);
  await call("POST", "/agents", { display_name: "Second", starting_balance: "500" });

  const { prices } = await call("GET", "/market/prices");
  for (const symbol of ["BTCUSDT", "ETHUSDT", "DOGEUSDT"]) {
    const price = Number(prices[symbol]);
    const quantity = (2000 / price).toFixed(5);
    await call("POST", "/trade/order", { symbol, side: "buy", type: "market", quantity });
    for (const [side, type, at] of [
      ["buy", "limit", 0.99],
      ["sell", "stop_loss", 0.98],
      ["sell", "take_profit", 1.01],
    ]) {
      const order = { symbol, side, type, quantity: (500 / price).toFixed(5), price: (price * at).toPrecision(6) };
      await call("POST", "/trade/order", order);
    }
  }

  const { strategy_id: strategy } = await call("POST", "/strategies", { name: "Dip", definition: DEFINITION });
  await call("POST", `/strategies/${strategy}/versions`, { definition: { ...DEFINITION, timeframe: "4h" } });
  await call("POST", `/strategies/${strategy}/deploy`, { version: 1 });
  const range = { start: "2025-11-01T00:00:00Z", end: "2025-12-01T00:00:00Z" };
  for (const version of [1, 2]) {
    const plan = { version, episodes: 2, episode_duration_days: 3, date_range: range };
    const { test_run_id: test } = await call("POST", `/strategies/${strategy}/test`, plan);
    await exchange.advance(300_000);
    await call("GET", `/strategies/${strategy}/tests/${test}`);
  }
  await call("GET", `/strategies/${strategy}/compare-versions?v1=1&v2=2`);

  await call("POST", "/training/runs", { run_id: RUN, config: { rate: 0.1 }, strategy_id: strategy });
  for (const [at, roi] of [1.5, -0.25, 2.125].entries()) {
    await call("POST", `/training/runs/${RUN}/episodes`, { episode_number: at + 1, roi_pct: roi });
  }
  await call("POST", `/training/runs/${RUN}/complete`);
  await call("GET", `/training/runs/${RUN}/learning-curve?metric=roi_pct`);

  const plan = { start_time: "2026-01-04T00:00:00Z", end_time: "2026-01-04T02:00:00Z", starting_balance: "10000" };
  const { session_id: session } = await call("POST", "/backtest/create", plan);
  await call("POST", `/backtest/${session}/start`);
  const order = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" };
  await call("POST", `/backtest/${session}/step`);
  await call("POST", `/backtest/${session}/trade/order`, order);
  await call("POST", `/backtest/${session}/step/batch`, { steps: 30 });
  await call("POST", `/backtest/${session}/trade/order`, { ...order, side: "sell" });
  await call("POST", `/backtest/${session}/step/batch/fast`, { steps: 1000 });
  await call("GET", `/backtest/${session}/results`);

  const returns = [0.01, -0.02, 0.03, 0.01, 0.02, 0.015, 0, 0.01, 0.02, -0.01];
  await call("POST", "/metrics/deflated-sharpe", { returns, num_trials: 5 });
  await exchange.advance(DAY);
  for (const path of [
    "/account/info",
    "/account/portfolio",
    "/account/positions",
    "/account/pnl",
    "/trade/orders?limit=500",

    "/trade/history",
    "/analytics/performance",
    "/analytics/portfolio/history?interval=1h",
    "/analytics/leaderboard",
    "/agents",
    "/webhooks",
    "/backtest/list",
    `/strategies/${strategy}`,
    "/training/runs",
    "/market/data-range",
    "/market/tickers",
    "/market/candles/ETHUSDT?interval=5m&limit=300",
    "/market/indicators/BTCUSDT?lookback=200",
    "/market/orderbook/BTCUSDT",
    "/market/trades/PEPEUSDT?limit=50",
  ]) {
    await call("GET", path);
  }
  await call("POST", "/account/reset", { confirm: true });
  const digest = digestOf(JSON.stringify([told, delivered, [...exchange.journal]]));
  exchange.close();
  return { digest, statuses, delivered: delivered.length };
}
