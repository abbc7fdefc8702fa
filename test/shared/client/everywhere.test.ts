// A typical session with the exchange in process, and the same behind real sockets.
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  AgentExchangeClient,
  Decimal,
  InsufficientBalanceError,
  InvalidSymbolError,
  OrderError,
  OrderNotFoundError,
  OrderRejectedError,
} from "../../../src/index.ts";
import { createExchange } from "../../../src/exchange/index.ts";

const inProcess = createExchange({ seed: 42, rateLimits: false });
const connections = [
  ["in process", inProcess.connection],
  ["over loopback HTTP", { baseUrl: inject("serverUrl") }],
] as const;
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"];

describe.each(connections)("%s", (_name, connection) => {
  let client: AgentExchangeClient;

  beforeAll(async () => {
    const account = await AgentExchangeClient.register({ displayName: "day", startingBalance: "10000" }, connection);
    client = new AgentExchangeClient({ ...connection, apiKey: account.agentApiKey ?? "" });
  });
  afterAll(() => client.close());

  test("market data needs no key", async () => {
    const anyone = new AgentExchangeClient(connection);
    const { entries } = await anyone.marketSnapshot([...SYMBOLS, "NOSUCHUSDT"]);
    expect(entries.map(({ symbol, error }) => [symbol, error === null])).toEqual([
      ...SYMBOLS.map((symbol) => [symbol, true]),
      ["NOSUCHUSDT", false],
    ]);
    expect((await anyone.getAllPrices()).length).toBeGreaterThan(50);
    expect((await anyone.getCandles("BTCUSDT", { interval: "1m", limit: 1000 })).length).toBe(1000);
    expect((await anyone.getOrderbook("BTCUSDT", { depth: 5 })).bids).toHaveLength(5);
    expect((await anyone.getRecentTrades("ETHUSDT", { limit: 3 })).length).toBe(3);
    expect((await anyone.health()).status).toBe("ok");
    await anyone.close();
  });

  test("all four order types, and their final statuses", async () => {
    const bought = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
    expect(bought.status).toBe("filled");
    const { price } = await client.getPrice("BTCUSDT");
    const below = price.times("0.5").toFixed(2);
    const above = price.times("1.5").toFixed(2);
    const open = [
      await client.placeLimitOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001", price: below }),
      await client.placeStopLoss({ symbol: "BTCUSDT", side: "sell", quantity: "0.004", triggerPrice: below }),
      await client.placeTakeProfit({ symbol: "BTCUSDT", side: "sell", quantity: "0.004", triggerPrice: above }),
    ];
    expect((await client.getOpenOrders()).map(({ type }) => type).toSorted()).toEqual([
      "limit",
      "stop_loss",
      "take_profit",
    ]);
    const cancelled = await client.cancelOrder(open[1]?.orderId ?? "");
    expect(cancelled.unlockedAmount.toString()).toBe("0.004");
    await expect(client.cancelOrder(open[1]?.orderId ?? "")).rejects.toBeInstanceOf(OrderError);
    expect((await client.cancelAllOrders()).cancelledCount).toBe(2);
    const order = await client.waitForOrder(bought.orderId);
    expect(order.executedPrice?.eq(bought.executedPrice ?? 0)).toBe(true);
    await client.placeMarketOrder({ symbol: "BTCUSDT", side: "sell", quantity: new Decimal("0.01") });
    const sides: string[] = [];
    for await (const trade of client.iterateTradeHistory({ pageSize: 1 })) sides.push(trade.side);
    expect(sides).toEqual(["sell", "buy"]);
    const { balances, totalEquityUsdt } = await client.getBalance();
    expect(balances.every(({ locked }) => locked.isZero())).toBe(true);
    const { totalEquity, totalPnl } = await client.getPortfolio();
    expect(totalEquity.eq(totalEquityUsdt)).toBe(true);
    // The average price is stored with 8 decimals.
    expect(totalEquity.minus(10_000).minus(totalPnl).abs().lt("1e-6")).toBe(true);
  });

  test("rejections become the matching errors", async () => {
    const of = (symbol: string, side: "buy" | "sell", quantity: string): Promise<unknown> =>
      client.placeMarketOrder({ symbol, side, quantity }).catch((error: unknown) => error);
    expect(await of("BTCUSDT", "buy", "0.15")).toBeInstanceOf(OrderRejectedError);
    expect(await of("SOLUSDT", "sell", "1")).toBeInstanceOf(InsufficientBalanceError);
    expect(await of("NOSUCHUSDT", "buy", "1")).toBeInstanceOf(InvalidSymbolError);
    await expect(client.getOrder("00000000-0000-4000-8000-000000000000")).rejects.toBeInstanceOf(OrderNotFoundError);
  });

  test("agents are managed with every HTTP method, and have instructions that are not JSON", async () => {
    const account = await AgentExchangeClient.register({ displayName: "owner" }, connection);
    const owner = new AgentExchangeClient({ ...connection, apiKey: account.apiKey });
    const { agentId } = await owner.cloneAgent(account.agentId ?? "", { newName: "Two & a half" });
    expect((await owner.updateAgent(agentId, { color: null })).displayName).toBe("Two & a half");
    expect(await owner.getAgentSkill(agentId)).toContain("Two & a half");
    await expect(owner.updateFeedback(agentId, agentId, { status: "resolved" })).rejects.toMatchObject({
      code: "FEEDBACK_NOT_FOUND",
    });
    expect(await owner.deleteAgent(agentId)).toBeUndefined();
    expect((await owner.getAgents()).map(({ id }) => id)).toEqual([account.agentId]);
    await owner.close();
  });

  test("with an account's key or a token, orders belong to the account's agent", async () => {
    const account = await AgentExchangeClient.register({ displayName: "owner" }, connection);
    const { apiKey, apiSecret } = account;
    for (const credentials of [{ apiKey }, { apiKey, apiSecret, token: "login" }]) {
      const owner = new AgentExchangeClient({ ...connection, ...credentials });
      expect((await owner.placeMarketOrder({ symbol: "ETHUSDT", side: "buy", quantity: "0.01" })).status).toBe(
        "filled",
      );
      await owner.close();
    }
  });
});
