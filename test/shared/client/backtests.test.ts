// Reading and steering backtests through the client, against the exchange in both fidelities.
import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { NotFoundError, ServerError, ValidationError } from "../../../src/errors/index.ts";
import { brokenConnection } from "../../support/scripted.ts";
import { BOTH, NOBODY, setup, START } from "./researchSetup.ts";

describe.each(BOTH)("a running backtest (%s)", (fidelity) => {
  it("shows its market up to its clock", async () => {
    const { client, start, done } = await setup(fidelity);
    const id = await start();
    const { virtualTime } = await done(client.stepBacktest(id, { steps: 15 }));
    expect(virtualTime).toEqual(new Date("2026-01-05T00:15:00Z"));
    const price = await done(client.getBacktestPrice(id, "btcusdt"));
    expect([price.symbol, price.price?.toString(), price.virtualTime]).toEqual(["BTCUSDT", "61000", virtualTime]);
    const { prices, virtualTime: at } = await done(client.getBacktestPrices(id));
    expect([prices["BTCUSDT"]?.toString(), at]).toEqual(["61000", virtualTime]);
    const ticker = await done(client.getBacktestTicker(id, "BTCUSDT"));
    expect([ticker?.open.toString(), ticker?.high.toString(), ticker?.priceChange.toString()]).toEqual([
      "60000",
      "61000",
      "1000",
    ]);
    expect([ticker?.priceChangePct.toString(), ticker?.virtualTime]).toEqual(["1.67", virtualTime]);
    const candles = await done(client.getBacktestCandles(id, "BTCUSDT", { interval: "1m", limit: 3 }));
    expect(candles.map(({ time, close, tradeCount }) => [time.toISOString(), close.toString(), tradeCount])).toEqual([
      ["2026-01-05T00:00:00.000Z", "60000", 1],
      ["2026-01-05T00:10:00.000Z", "61000", 1],
    ]);
    expect((await done(client.getBacktestCandles(id, "BTCUSDT", { limit: 1 }))).map(({ time }) => time)).toEqual([
      candles[1]?.time,
    ]);
  });

  it("has no price, ticker or candles of a pair that it does not know", async () => {
    const { client, start, done } = await setup(fidelity);
    const id = await start();
    expect(await done(client.getBacktestPrice(id, "NOPEUSDT"))).toMatchObject({ symbol: "NOPEUSDT", price: null });
    expect(await done(client.getBacktestTicker(id, "NOPEUSDT"))).toBeNull();
    expect(await done(client.getBacktestCandles(id, "NOPEUSDT"))).toEqual([]);
  });

  it("shows its account, and cancels orders", async () => {
    const { client, start, done } = await setup(fidelity);
    const id = await start();
    await done(client.stepBacktest(id, { steps: 15 }));
    const bought = await done(client.placeBacktestOrder(id, { symbol: "BTCUSDT", side: "buy", quantity: "0.05" }));
    const waiting = await done(
      client.placeBacktestOrder(id, { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "1000" }),
    );
    const stop = await done(
      client.placeBacktestOrder(id, {
        symbol: "BTCUSDT",
        side: "sell",
        type: "stop_loss",
        quantity: "0.01",
        price: "500",
      }),
    );
    const orders = await done(client.listBacktestOrders(id));
    expect(orders.map(({ orderId, status, type }) => [orderId, status, type])).toEqual([
      [bought.orderId, "filled", "market"],
      [waiting.orderId, "pending", "limit"],
      [stop.orderId, "pending", "stop_loss"],
    ]);
    expect(orders[0]?.executedPrice?.toString()).toBe(bought.executedPrice?.toString());
    expect(orders[1]).toMatchObject({ executedPrice: null, fee: null, stopPrice: null });
    const open = await done(client.getOpenBacktestOrders(id));
    expect(open.map(({ orderId, price, stopPrice }) => [orderId, price?.toString(), stopPrice?.toString()])).toEqual([
      [waiting.orderId, "1000", undefined],
      [stop.orderId, "500", "500"],
    ]);

    const [trade, ...others] = await done(client.getBacktestTradeHistory(id));
    expect(others).toEqual([]);
    expect(trade).toMatchObject({ symbol: "BTCUSDT", side: "buy", type: "market", realizedPnl: null });
    expect(trade?.quoteAmount.toString()).toBe(trade?.price.times("0.05").toString());
    const [position] = await done(client.getBacktestPositions(id));
    expect([position?.symbol, position?.quantity.toString()]).toEqual(["BTCUSDT", "0.05"]);
    const portfolio = await done(client.getBacktestPortfolio(id));
    expect(portfolio.totalEquity.toString()).toBe(portfolio.availableCash.plus(portfolio.positionValue).toString());
    const lockedIn = async (asset: string): Promise<string | undefined> =>
      (await done(client.getBacktestBalance(id))).find((each) => each.asset === asset)?.locked.toString();
    expect([await lockedIn("USDT"), await lockedIn("BTC")]).toEqual(["610", "0.01"]);
    expect(await done(client.cancelBacktestOrder(id, waiting.orderId))).toEqual({
      orderId: waiting.orderId,
      cancelled: true,
    });
    expect([await lockedIn("USDT"), await lockedIn("BTC")]).toEqual(["0", "0.01"]);
    for (const orderId of [waiting.orderId, bought.orderId, NOBODY])
      expect((await done(client.cancelBacktestOrder(id, orderId))).cancelled).toBe(false);
    expect((await done(client.listBacktestOrders(id)))[1]?.status).toBe("cancelled");
  });

  it("is not running any more once it has ended, or before it has started", async () => {
    const { client, create, done, failed } = await setup(fidelity);
    const id = await create("one");
    const reads = (): readonly (() => Promise<unknown>)[] => [
      () => client.getBacktestPrice(id, "BTCUSDT"),
      () => client.getBacktestPrices(id),
      () => client.getBacktestTicker(id, "BTCUSDT"),
      () => client.getBacktestCandles(id, "BTCUSDT"),
      () => client.getBacktestBalance(id),
      () => client.getBacktestPositions(id),
      () => client.getBacktestPortfolio(id),
      () => client.listBacktestOrders(id),
      () => client.getOpenBacktestOrders(id),
      () => client.getBacktestTradeHistory(id),
      () => client.cancelBacktestOrder(id, NOBODY),
    ];
    const expectInactive = async (): Promise<void> => {
      for (const read of reads()) {
        const error = await failed(read());
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ code: "BACKTEST_NOT_FOUND", attempts: 1 });
        expect((error as NotFoundError).hint).toContain("or getBacktestResults() if it has ended");
      }
    };
    await expectInactive();
    await done(client.startBacktest(id));
    await done(client.batchStepFast(id, { steps: 1000 }));
    await expectInactive();
  });
});

describe.each(BOTH)("backtests that have ended (%s)", (fidelity) => {
  /** Ends a backtest that buys and sells when the price has risen. */
  async function trade({ client, start, done }: Awaited<ReturnType<typeof setup>>, label: string, quantity: string) {
    const id = await start(label);
    await done(client.stepBacktest(id, { steps: 2 }));
    await done(client.placeBacktestOrder(id, { symbol: "BTCUSDT", side: "buy", quantity }));
    await done(client.stepBacktest(id, { steps: 15 }));
    await done(client.placeBacktestOrder(id, { symbol: "BTCUSDT", side: "sell", quantity }));
    await done(client.stepBacktest(id, { steps: 1000 }));
    return id;
  }

  it("have a status, trades and a curve", async () => {
    const context = await setup(fidelity);
    const { client, agentId, done } = context;
    const id = await trade(context, "one", "0.05");
    const status = await done(client.getBacktestStatus(id));
    expect(status).toMatchObject({
      sessionId: id,
      agentId,
      strategyLabel: "one",
      status: "completed",
      candleInterval: 60,
      pairs: null,
      progressPct: 100,
      currentStep: 30,
      totalTrades: 2,
    });
    const { summary } = await done(client.getBacktestResults(id));
    expect(status.finalEquity?.toString()).toBe(summary.finalEquity.toString());
    const trades = await done(client.getBacktestTrades(id));
    expect(trades.map(({ sessionId, side, stopPrice }) => [sessionId, side, stopPrice])).toEqual([
      [id, "buy", null],
      [id, "sell", null],
    ]);
    expect([trades[0]?.realizedPnl.isZero(), trades[1]?.realizedPnl.gt(0)]).toEqual([true, true]);
    const page = await done(client.getBacktestTrades(id, { limit: 1, offset: 1 }));
    expect(page.map(({ tradeId }) => tradeId)).toEqual([trades[1]?.tradeId]);
    const curve = await done(client.getBacktestEquityCurve(id));
    expect(curve[0]?.simulatedAt).toEqual(new Date(START));
    expect(curve.at(-1)?.totalEquity.toString()).toBe(summary.finalEquity.toString());
    expect(await done(client.getBacktestEquityCurve(id, { interval: curve.length }))).toHaveLength(1);
  });

  it("can be listed, compared and searched for the best", async () => {
    const context = await setup(fidelity);
    const { client, stranger, agentId, create, done, failed } = context;
    const small = await trade(context, "small", "0.01");
    const large = await trade(context, "large", "0.1");
    const waiting = await create("waiting");
    const idsOf = async (query?: Parameters<typeof client.getBacktests>[0]): Promise<readonly string[]> =>
      (await done(client.getBacktests(query))).map(({ sessionId }) => sessionId);
    expect(await idsOf()).toEqual([waiting, large, small]);
    expect(await idsOf({ limit: 1, agentId })).toEqual([waiting]);
    expect(await idsOf({ status: "completed", sortBy: "roi_pct" })).toEqual([large, small]);
    expect(await idsOf({ strategyLabel: "small" })).toEqual([small]);
    expect(await done(stranger.getBacktests())).toEqual([]);

    const comparison = await done(client.compareBacktests([small, large]));
    expect([comparison.bestByRoi, comparison.recommendation]).toEqual([large, comparison.bestBySharpe]);
    expect(comparison.comparisons.map(({ strategyLabel }) => strategyLabel).toSorted()).toEqual(["large", "small"]);
    const best = await done(client.getBestBacktest());
    expect([best.sessionId, best.metric]).toEqual([large, "roi_pct"]);
    expect(await done(client.getBestBacktest({ metric: "total_pnl", strategyLabel: "small" }))).toMatchObject({
      sessionId: small,
      strategyLabel: "small",
    });
    expect(await failed(client.compareBacktests([small]))).toBeInstanceOf(ValidationError);
    expect(await failed(client.compareBacktests([small, NOBODY]))).toBeInstanceOf(NotFoundError);
    expect(await failed(client.getBestBacktest({ strategyLabel: "none" }))).toBeInstanceOf(NotFoundError);
    expect(await failed(client.getBacktestStatus(NOBODY))).toBeInstanceOf(NotFoundError);
    expect(await failed(stranger.getBacktestStatus(small))).toBeInstanceOf(NotFoundError);
  });
});

describe("only in observed fidelity", () => {
  it("comparing backtests without trades fails, which is explained", async () => {
    const { client, start, done, failed } = await setup("observed");
    const ids = [await start(), await start()];
    for (const id of ids) await done(client.stepBacktest(id, { steps: 1000 }));
    const error = await failed(client.compareBacktests(ids));
    expect(error).toBeInstanceOf(ServerError);
    expect((error as ServerError).hint).toContain("without a Sharpe ratio");
  });

  it("the results of an unknown session are empty", async () => {
    const { client, done } = await setup("observed");
    expect(await done(client.getBacktestTrades(NOBODY))).toEqual([]);
    expect(await done(client.getBacktestEquityCurve(NOBODY))).toEqual([]);
  });
});

describe("only in declared fidelity", () => {
  it("backtests without trades can be compared", async () => {
    const { client, start, done } = await setup("declared");
    const ids = [await start(), await start()];
    for (const id of ids) await done(client.stepBacktest(id, { steps: 1000 }));
    const { comparisons, bestBySharpe } = await done(client.compareBacktests(ids));
    expect([comparisons.map(({ sharpeRatio }) => sharpeRatio), bestBySharpe]).toEqual([[null, null], null]);
  });

  it("the results of an unknown session cannot be read", async () => {
    const { client, failed } = await setup("declared");
    expect(await failed(client.getBacktestTrades(NOBODY))).toBeInstanceOf(NotFoundError);
    expect(await failed(client.getBacktestEquityCurve(NOBODY))).toBeInstanceOf(NotFoundError);
  });
});

describe("a lost response", () => {
  async function setupLossy() {
    const context = await setup("declared");
    const { exchange, clock, apiKey } = context;
    const sent: string[] = [];
    const lossy = new AgentExchangeClient({
      ...exchange.connection,
      apiKey,
      clock,
      fetch: async (url, init) => {
        sent.push(`${init?.method}`);
        const response = await exchange.fetch(url, init);
        if (sent.length === 1) throw brokenConnection();
        return response;
      },
    });
    return { ...context, lossy, sent };
  }

  it("of a cancel is followed by another cancel", async () => {
    const { client, lossy, sent, start, done } = await setupLossy();
    const id = await start();
    await done(client.stepBacktest(id));
    const order = { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "1000" } as const;
    const { orderId } = await done(client.placeBacktestOrder(id, order));
    expect(await done(lossy.cancelBacktestOrder(id, orderId))).toEqual({ orderId, cancelled: false });
    expect(sent).toEqual(["DELETE", "DELETE"]);
    expect((await done(client.listBacktestOrders(id))).map(({ status }) => status)).toEqual(["cancelled"]);
  });

  it("of a change is not followed by another change", async () => {
    const { client, lossy, sent, done, failed } = await setupLossy();
    const { strategyId } = await done(client.createStrategy({ name: "dip", definition: { pairs: ["BTCUSDT"] } }));
    expect(await failed(lossy.updateStrategy(strategyId, { name: "dips" }))).toMatchObject({ name: "ConnectionError" });
    expect(sent).toEqual(["PUT"]);
    expect((await done(client.getStrategy(strategyId))).name).toBe("dips");
  });
});
