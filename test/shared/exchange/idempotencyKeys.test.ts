// To whom keys belong, how long they are kept, and that they survive restarts and forks.
import { describe, expect, it } from "vitest";
import {
  createExchange,
  manualMarket,
  virtualClock,
  type Exchange,
  type ManualMarket,
} from "../../../src/exchange/index.ts";
import { memoryStore, type MemoryStore } from "../../support/memoryStore.ts";
import { cases } from "../../support/runtime.ts";
import { backtest, DAWN } from "./backtests.ts";
import { boundless, open, send, START, trader, type Answer, type Trader } from "./trader.ts";
import {
  BUY,
  LIMIT,
  TOO_LARGE,
  setup,
  type Placed,
  place,
  replayedOf,
  shown,
  codeOf,
  market,
} from "./idempotencySetup.ts";

const DAY = 86_400_000;

describe("keys", () => {
  it("belong to the agent, whether named by its key, by X-Agent-Id or as the account's first agent", async () => {
    const { exchange, bot } = await setup();
    const { json: second } = await bot.send("POST", "/agents", { display_name: "Second" });
    const { json } = await place(bot, BUY, "a");
    const account = { "x-api-key": bot.accountKey };
    const { json: login } = await send(exchange, "POST", "/api/v1/auth/login", {
      api_key: bot.accountKey,
      api_secret: bot.apiSecret,
    });
    const headers = { "idempotency-key": "a" };
    const same: readonly Record<string, string>[] = [
      account,
      { ...account, "x-agent-id": bot.agentId },
      { ...account, "x-agent-id": bot.agentId.toUpperCase() },
      { authorization: `Bearer ${login.token}` },
    ];
    for (const who of same) {
      const answer = await send(exchange, "POST", "/api/v1/trade/order", BUY, { ...headers, ...who });
      expect(shown(answer)).toEqual([201, "true", json]);
    }
    const other = await place(bot, BUY, "a", { ...account, "x-agent-id": second.agent_id });
    expect([other.status, replayedOf(other)]).toEqual([201, "false"]);
    const stranger = await place(await trader(exchange), BUY, "a");
    expect([stranger.status, replayedOf(stranger)]).toEqual([201, "false"]);
  });

  it("survive a new API key of the agent, but not its deletion", async () => {
    const { bot } = await setup();
    const account = { "x-api-key": bot.accountKey };
    await place(bot, BUY, "a");
    const { json } = await bot.send("POST", `/agents/${bot.agentId}/regenerate-key`, undefined, account);
    expect(replayedOf(await place(bot, BUY, "a", { "x-api-key": json.api_key }))).toBe("true");
    await bot.send("POST", "/agents", { display_name: "Second" }, account);
    await bot.send("DELETE", `/agents/${bot.agentId}`, undefined, account);
    expect(replayedOf(await place(bot, BUY, "a", account))).toBe("false");
  });

  it("are kept for a day", async () => {
    const { exchange, bot } = await setup();
    const { json } = await place(bot, BUY, "a");
    await place(bot, TOO_LARGE, "b");
    await exchange.advance(DAY - 1);
    expect(replayedOf(await place(bot, BUY, "a"))).toBe("true");
    await exchange.advance(1);
    const later = await place(bot, { ...BUY, quantity: "0.02" }, "a");
    expect([later.status, replayedOf(later)]).toEqual([201, "false"]);
    expect(later.json.order_id).not.toBe(json.order_id);
    expect(replayedOf(await place(bot, TOO_LARGE, "b"))).toBe("false");
  });

  it("are kept up to 10 000 per agent", { timeout: 120_000 }, async () => {
    const count = cases(10_000, 200);
    const exchange = open({ market });
    const bot = await boundless(exchange, "1000");
    for (let at = 0; at <= count; at++) await place(bot, TOO_LARGE, `k${at}`);
    expect(replayedOf(await place(bot, TOO_LARGE, "k1"))).toBe("true");
    expect(replayedOf(await place(bot, TOO_LARGE, `k${count}`))).toBe("true");
    expect(replayedOf(await place(bot, TOO_LARGE, "k0"))).toBe(count === 10_000 ? "false" : "true");
  });

  it("also work in a backtest", async () => {
    const exchange = open({ market: manualMarket({ BTCUSDT: { price: "50000" } }), clock: virtualClock(DAWN) });
    await exchange.advance(2 * 3_600_000);
    const bot = await trader(exchange);
    const { id } = await backtest(bot, 60);
    await bot.send("POST", `/backtest/${id}/step`);
    const order = (headers: Record<string, string>, body: unknown = { ...BUY, quantity: "0.001" }): Promise<Answer> =>
      bot.send("POST", `/backtest/${id}/trade/order`, body, headers);
    const first = await order({ "idempotency-key": "a" });
    expect([first.status, replayedOf(first)]).toEqual([200, "false"]);
    const account = { "idempotency-key": "a", "x-api-key": bot.accountKey };
    for (const headers of [{ "idempotency-key": "a" }, account])
      expect(shown(await order(headers))).toEqual([200, "true", first.json]);
    expect(codeOf(await order({ "idempotency-key": "a" }, BUY))).toEqual([422, "IDEMPOTENCY_KEY_REUSED", "false"]);
    expect((await bot.get(`/backtest/${id}/trade/orders`)).json.count).toBe(1);
    await bot.send("POST", `/backtest/${id}/cancel`);
    expect(replayedOf(await order({ "idempotency-key": "a" }))).toBe("true");
    expect(replayedOf(await order({ "idempotency-key": "b" }))).toBe("false");
  });
});

describe("after a restart, and on a fork", () => {
  const reopen = (store: MemoryStore): Exchange<ManualMarket> => {
    const copy = memoryStore();
    copy.origin = store.origin;
    copy.entries.push(...store.entries);
    return createExchange({ store: copy, seed: 7, clock: virtualClock(START), rateLimits: false, market });
  };
  const on = (exchange: Exchange, bot: Trader, body: unknown, key: string): Promise<Placed> =>
    send(exchange, "POST", "/api/v1/trade/order", body, { "x-api-key": bot.apiKey, "idempotency-key": key });

  it("every stored reply is there, byte for byte, and no other", async () => {
    const store = memoryStore();
    const exchange = createExchange({ store, seed: 7, clock: virtualClock(START), rateLimits: false, market });
    const bot = await trader(exchange);
    const kept: readonly (readonly [string, unknown, Placed])[] = [
      ["filled", BUY, await place(bot, BUY, "filled")],
      ["rejected", TOO_LARGE, await place(bot, TOO_LARGE, "rejected")],
      ["pending", LIMIT, await place(bot, LIMIT, "pending")],
    ];
    await place(bot, { ...BUY, side: "hold" }, "undecided");
    await bot.send("DELETE", `/trade/order/${kept[2]?.[2].json.order_id}`);
    exchange.market.set("BTCUSDT", { price: "45000" });
    // Rejected now, although the journal does not have the orders that caused it.
    for (let at = 0; at < 100; at++) await bot.order({ ...LIMIT, price: "0.01" });
    const busy = await place(bot, BUY, "busy");
    expect(busy.json.error.details.reason).toBe("rate_limit_exceeded");
    const again = reopen(store);
    const fork = exchange.fork();
    for (const other of [again, fork, reopen(store).fork()]) {
      for (const [key, body, { status, json }] of [...kept, ["busy", BUY, busy] as const])
        expect(shown(await on(other, bot, body, key))).toEqual([status, "true", json]);
      expect(codeOf(await on(other, bot, TOO_LARGE, "filled"))).toEqual([422, "IDEMPOTENCY_KEY_REUSED", "false"]);
      expect(replayedOf(await on(other, bot, LIMIT, "undecided"))).toBe("false");
    }
  });

  it("a key still expires a day after its order", async () => {
    const store = memoryStore();
    const exchange = createExchange({ store, seed: 7, clock: virtualClock(START), rateLimits: false, market });
    const bot = await trader(exchange);
    await place(bot, BUY, "a");
    await exchange.advance(DAY / 2);
    await place(bot, BUY, "b");
    const again = reopen(store);
    await again.advance(DAY / 2);
    expect(replayedOf(await on(again, bot, BUY, "a"))).toBe("false");
    expect(replayedOf(await on(again, bot, BUY, "b"))).toBe("true");
    // The entries of the new order and of the old one with the same key can both be replayed.
    const entries = [...again.journal].filter((entry) => entry.kind === "command");
    expect(entries.filter(({ idempotencyKey }) => idempotencyKey === "a")).toHaveLength(2);
  });

  it("repeated orders leave no entries", async () => {
    const { exchange, bot } = await setup();
    await place(bot, BUY, "a");
    await place(bot, TOO_LARGE, "b");
    const { length } = exchange.journal;
    await place(bot, BUY, "a");
    await place(bot, TOO_LARGE, "b");
    await place(bot, LIMIT, "a");
    expect(exchange.journal).toHaveLength(length);
    expect(exchange.journal.at(-1)).toMatchObject({
      kind: "refusal",
      agentId: bot.agentId,
      idempotencyKey: "b",
      status: 400,
    });
    // Rejected requests do not fill the store.
    await place(bot, { ...TOO_LARGE, note: "x".repeat(100_000) }, "c");
    expect(JSON.stringify(exchange.journal.at(-1)).length).toBeLessThan(1000);
  });
});
