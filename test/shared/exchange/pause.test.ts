import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/index.ts";
import {
  createExchange,
  manualMarket,
  randomWalkMarket,
  virtualClock,
  type ExchangeClock,
} from "../../../src/exchange/index.ts";
import { PAIRS } from "./scenes.ts";
import { open, send, START, trader } from "./trader.ts";
import { HOOK, setup } from "./webhookReceiver.ts";

const HOUR = 3_600_000;
const STARTED = new Date(START).getTime();

/** A clock like the system's: it runs on its own and cannot be advanced. */
function plain(clock: ExchangeClock): ExchangeClock {
  return {
    now: () => clock.now(),
    elapsed: () => clock.elapsed(),
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
}

describe("while time is paused", () => {
  it("prices do not move and requests are answered; resuming continues from there", async () => {
    const exchange = open({ market: randomWalkMarket({ seed: 3 }) });
    const twin = open({ market: randomWalkMarket({ seed: 3 }) });
    const prices = async (of: typeof exchange): Promise<unknown> =>
      (await send(of, "GET", "/api/v1/market/prices")).json;
    await exchange.advance(5000);
    await twin.advance(5000);
    const before = await prices(exchange);
    exchange.pause();
    await exchange.advance(HOUR);
    expect(await prices(exchange)).toEqual(before);
    expect(exchange.connection.clock.now()).toBe(STARTED + 5000);
    exchange.resume();
    expect(await prices(exchange)).toEqual(before);
    await exchange.advance(60_000);
    await twin.advance(60_000);
    expect(await prices(exchange)).toEqual(await prices(twin));
    expect(await prices(exchange)).not.toEqual(before);
  });

  it("no sweep fills an order, except an explicit one", async () => {
    const exchange = open({ market: manualMarket(PAIRS) });
    const owner = await trader(exchange);
    const limit = { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "49000" };
    const pending = async (): Promise<number> => (await owner.get("/trade/orders/open")).json.orders.length;
    await owner.order(limit);
    exchange.pause();
    exchange.market.set("BTCUSDT", { price: "48000" });
    await exchange.advance(HOUR);
    expect(await pending()).toBe(1);
    exchange.resume();
    await exchange.advance(2000);
    expect(await pending()).toBe(0);
    await owner.order({ ...limit, price: "47000" });
    exchange.pause();
    exchange.market.set("BTCUSDT", { price: "46000" });
    expect(exchange.sweep()).toBe(1);
  });

  it("webhook deliveries wait", async () => {
    const { exchange, owner, received } = await setup();
    const { json } = await owner.send("POST", "/webhooks", { ...HOOK, events: ["strategy.deployed"] });
    await owner.send("POST", `/webhooks/${json.id}/test`);
    exchange.pause();
    await exchange.advance(HOUR);
    expect(received).toHaveLength(0);
    exchange.resume();
    await exchange.advance(1000);
    expect(received).toHaveLength(1);
  });

  it("responses arrive after their latency, including those to logins", async () => {
    const clock = virtualClock(START);
    const exchange = createExchange({ clock, latency: 50, market: manualMarket(PAIRS) });
    const account = await exchange.register();
    exchange.pause();
    await exchange.advance(HOUR);
    let answered = false;
    const client = new AgentExchangeClient({
      ...exchange.connection,
      apiKey: account.accountKey,
      apiSecret: account.apiSecret,
      token: "login",
    });
    const price = client.getPrice("BTCUSDT").then((answer) => {
      answered = true;
      return answer;
    });
    await clock.advance(49);
    expect(answered).toBe(false);
    await clock.advance(200);
    expect((await price).price.toString()).toBe("50000");
    exchange.resume();
    await client.close();
  });

  it("calling pause() or resume() twice has no effect, nor does resume() without a pause", async () => {
    const exchange = open({ market: manualMarket(PAIRS) });
    const { clock } = exchange.connection;
    exchange.resume();
    await exchange.advance(1000);
    exchange.pause();
    await exchange.advance(1000);
    exchange.pause();
    await exchange.advance(1000);
    exchange.resume();
    exchange.resume();
    await exchange.advance(1000);
    expect(clock.now()).toBe(STARTED + 2000);
    expect(clock.elapsed()).toBe(2000);
  });

  it("timers of its clock keep their remaining time", async () => {
    const clock = virtualClock(START);
    const exchange = createExchange({ clock: plain(clock), market: manualMarket(PAIRS) });
    const inside = exchange.connection.clock;
    const seen: string[] = [];
    const note = (name: string): void => void seen.push(`${name} at ${inside.now() - STARTED}`);
    inside.setTimeout(() => note("early"), 50);
    inside.setTimeout(() => note("late"), 100);
    const cleared = inside.setTimeout(() => note("cleared"), 90);
    await clock.advance(60);
    exchange.pause();
    inside.setTimeout(() => note("new"), 10);
    inside.clearTimeout(cleared);
    await clock.advance(HOUR);
    expect(seen).toEqual(["early at 50"]);
    exchange.resume();
    await clock.advance(60);
    expect(seen).toEqual(["early at 50", "new at 70", "late at 100"]);
    expect(clock.pending).toBe(0);
    await expect(exchange.advance(1)).rejects.toThrow("virtual clock");
  });

  it("a fork runs, from the time at which the original is paused", async () => {
    const clock = virtualClock(START);
    for (const given of [clock, plain(clock)]) {
      const exchange = createExchange({ clock: given, market: manualMarket(PAIRS) });
      await exchange.register();
      const stood = exchange.connection.clock.now();
      exchange.pause();
      await clock.advance(HOUR);
      const fork = exchange.fork();
      expect(fork.connection.clock.now()).toBe(stood);
      await (given === clock ? fork : clock).advance(1000);
      expect(fork.connection.clock.now()).toBe(stood + 1000);
      expect(exchange.connection.clock.now()).toBe(stood);
    }
  });
});
