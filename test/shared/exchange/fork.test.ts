import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createExchange,
  manualMarket,
  randomWalkMarket,
  systemClock,
  virtualClock,
} from "../../../src/exchange/index.ts";
import { cases } from "../../support/runtime.ts";
import { Actor, deeds, digestOf, PAIRS } from "./scenes.ts";
import { open, send, START, trader } from "./trader.ts";

const BUY = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" };

describe("a fork", () => {
  it("has the same state and the same future as the original", async () => {
    await fc.assert(
      fc.asyncProperty(deeds, deeds, fc.boolean(), async (past, future, moving) => {
        const exchange = createExchange({
          seed: 7,
          clock: virtualClock(START),
          rateLimits: false,
          market: moving ? randomWalkMarket({ seed: 7 }) : manualMarket(PAIRS),
          webhookFetch: () => Promise.reject(new TypeError("nobody listens")),
        });
        const actor = new Actor(exchange);
        await actor.register();
        for (const deed of past) await actor.do(deed);
        const fork = exchange.fork();
        const twin = actor.on(fork);
        const before = await digestOf(exchange, actor);
        expect(await digestOf(fork, twin)).toBe(before);
        // Neither sees what happens to the other.
        for (const deed of future) await twin.do(deed);
        expect(await digestOf(exchange, actor)).toBe(before);
        const later = await digestOf(fork, twin);
        for (const deed of future) await actor.do(deed);
        expect(await digestOf(fork, twin)).toBe(later);
      }),
      { seed: 20260109, numRuns: cases(50, 5) },
    );
  });

  it("has its own virtual clock", async () => {
    const exchange = open({ market: manualMarket(PAIRS) });
    await exchange.advance(60_000);
    const fork = exchange.fork();
    expect(fork.connection.clock.now()).toBe(exchange.connection.clock.now());
    await fork.advance(5000);
    expect(fork.connection.clock.now() - exchange.connection.clock.now()).toBe(5000);
    await exchange.advance(7000);
    expect(fork.connection.clock.now() - exchange.connection.clock.now()).toBe(-2000);
  });

  it("runs on the system's clock if the original does", async () => {
    const exchange = createExchange({ market: manualMarket(PAIRS), clock: systemClock });
    const { apiKey } = await exchange.register();
    const fork = exchange.fork();
    expect(Math.abs(fork.connection.clock.now() - systemClock.now())).toBeLessThan(1000);
    const balance = await send(fork, "GET", "/api/v1/account/balance", undefined, { "x-api-key": apiKey });
    expect(balance.status).toBe(200);
    await expect(fork.advance(1)).rejects.toThrow("advance() needs a virtual clock");
  });

  it("shows an alternative outcome", async () => {
    const exchange = open({ market: manualMarket(PAIRS) });
    const bot = await trader(exchange);
    const fork = exchange.fork();
    const bought = await send(fork, "POST", "/api/v1/trade/order", BUY, { "x-api-key": bot.apiKey });
    expect(bought.status).toBe(201);
    fork.market.set("BTCUSDT", { price: "60000" });
    const { json } = await send(fork, "GET", "/api/v1/account/portfolio", undefined, { "x-api-key": bot.apiKey });
    expect(Number(json.total_equity)).toBeGreaterThan(10_000);
    expect(Number((await bot.get("/account/portfolio")).json.total_equity)).toBe(10_000);
    expect((await bot.get("/market/price/BTCUSDT")).json).toMatchObject({ price: "50000" });
  });

  it("delivers no webhooks, and can be forked itself", async () => {
    const delivered: string[] = [];
    const exchange = open({
      market: manualMarket(PAIRS),
      webhookFetch: async (url) => {
        delivered.push(url);
        return new Response(null);
      },
    });
    const bot = await trader(exchange);
    const hook = { url: "https://hooks.example.com/x", events: ["backtest.completed"] };
    const { json } = await bot.send("POST", "/webhooks", hook);
    const path = `/api/v1/webhooks/${(json as unknown as { readonly id: string }).id}/test`;
    await bot.send("POST", path.replace("/api/v1", ""));
    const grandchild = exchange.fork().fork();
    expect((await send(grandchild, "POST", path, undefined, { "x-api-key": bot.apiKey })).status).toBe(200);
    await grandchild.advance(60_000);
    expect(delivered).toEqual([]);
    await exchange.advance(60_000);
    expect(delivered).toEqual(["https://hooks.example.com/x"]);
  });
});
