// Unknown pairs are reported, and gaps are reported for each pair that was subscribed to.
import { describe, expect, test } from "vitest";
import type { Tick } from "../../../src/endpoints/index.ts";
import { InvalidSymbolError, ValidationError } from "../../../src/errors/index.ts";
import { manualMarket } from "../../../src/exchange/index.ts";
import { failure } from "../../support/drive.ts";
import { createHarness } from "./harness.ts";

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `S${String(index).padStart(2, "0")}USDT`);

describe("an unknown pair", () => {
  test.each(["observed", "declared"] as const)("ends its ticker immediately with an %s exchange", async (fidelity) => {
    const harness = await createHarness({ fidelity });
    const end = await failure(harness.clock, harness.stream.ticker("NOPEUSDT").next(), 1000);
    expect(end).toBeInstanceOf(InvalidSymbolError);
    expect(end).toMatchObject({ code: "INVALID_SYMBOL", symbol: "NOPEUSDT" });
    await harness.seconds(1);
    expect(harness.errors).toEqual([end]);
    expect([harness.stream.state, harness.sockets.open, harness.clock.pending]).toEqual(["idle", [], 0]);
  });

  test.each([
    ["BTCUSD", "BTCUSDT"],
    ["BTC", "BTCUSDT"],
    ["BTCUDST", "BTCUSDT"],
    ["ETHUSDC", "ETHUSDT"],
  ])("%s is reported with the suggestion %s", async (wrong, right) => {
    const { stream, clock } = await createHarness();
    expect(String(await failure(clock, stream.ticker(wrong).next(), 1000))).toContain(`Did you mean ${right}?`);
    expect(String(await failure(clock, stream.candles(wrong, "1m").next(), 1000))).toContain(`Did you mean ${right}?`);
    await stream.close();
  });

  test("ends iterators that include it, and no other subscription", async () => {
    const { stream, errors, price, seconds, clock, sockets } = await createHarness();
    const seen: string[] = [];
    stream.onTicker(["ETHUSDT", "NOPEUSDT"], ({ symbol }) => void seen.push(`handler ${symbol}`));
    stream.onTicker("all", ({ symbol }) => void seen.push(`all ${symbol}`));
    const good = stream.ticker(["BTCUSDT", "ETHUSDT"]);
    expect(await failure(clock, stream.ticker(["BTCUSDT", "NOPEUSDT"]).next(), 1000)).toMatchObject({
      symbol: "NOPEUSDT",
    });
    await seconds(2);
    price("ETHUSDT", "101");
    await seconds(2);
    expect(seen.toSorted()).toEqual(["all ETHUSDT", "handler ETHUSDT"]);
    expect((await good.next()).value?.symbol).toBe("ETHUSDT");
    expect([stream.state, errors.length, sockets.open.length]).toEqual(["live", 1, 1]);
    await stream.close();
  });

  test("is reported when it is added later; the list is requested once", async () => {
    const { stream, errors, requests, seconds, sockets } = await createHarness();
    stream.onTicker("BTCUSDT", () => {});
    await seconds(3);
    stream.onTicker("NOPEUSDT", () => {});
    await seconds(1);
    expect(errors).toMatchObject([{ symbol: "NOPEUSDT" }]);
    stream.onTicker(["NEITHERUSDT", "ETHUSDT"], () => {});
    await seconds(1);
    expect(errors).toMatchObject([{ symbol: "NOPEUSDT" }, { symbol: "NEITHERUSDT" }]);
    expect(requests.filter((path) => path.includes("/market/pairs"))).toHaveLength(1);
    await seconds(600);
    expect([errors.length, stream.state]).toEqual([2, "live"]);
    expect(sockets.open[0]?.sent).toContain('{"action":"unsubscribe","channel":"ticker","symbol":"NOPEUSDT"}');
    await stream.close();
  });

  test("is reported among many that share the channel of all", async () => {
    const market = manualMarket(Object.fromEntries(names(40).map((name) => [name, { price: "1" }])));
    const { stream, errors, price, seconds } = await createHarness({ market });
    const ticks: Tick[] = [];
    stream.onTicker([...names(35), "NOPEUSDT"], (tick) => void ticks.push(tick));
    await seconds(1);
    price("S01USDT", "2");
    await seconds(1);
    expect([errors.length, ticks.length]).toEqual([1, 1]);
    await stream.close();
  });

  test("is reported once REST responds again", async () => {
    const { stream, errors, seconds } = await createHarness({
      faults: ({ path, index }) => (path.includes("/market/") && index < 20 ? "5xx-before" : undefined),
    });
    stream.onTicker("NOPEUSDT", () => {});
    await seconds(300);
    expect(errors).toMatchObject([{ symbol: "NOPEUSDT" }]);
    await stream.close();
  });

  test("is not reported if it is listed without trades, or if the list is empty", async () => {
    const { stream, errors, seconds, client, exchange, apiKey } = await createHarness();
    await client.close();
    const { AgentExchangeClient } = await import("../../../src/client/index.ts");
    for (const pairs of [[], undefined]) {
      const quiet = new AgentExchangeClient({
        ...exchange.connection,
        apiKey,
        async fetch(url, init) {
          if (url.includes("/market/prices"))
            return Response.json({ prices: {}, timestamp: "2026-03-05T14:00:00Z", count: 0, stale: true });
          if (url.includes("/market/pairs") && pairs !== undefined) return Response.json({ pairs, total: 0 });
          return exchange.fetch(url, init);
        },
      });
      const other = quiet.openStream();
      other.on("error", (error) => void errors.push(error));
      other.onTicker("BTCUSDT", () => {});
      await seconds(60);
      expect([errors, other.state]).toEqual([[], "live"]);
      await quiet.close();
    }
    await stream.close();
  });

  test('cannot be "all" in upper case or in a list', async () => {
    const { stream } = await createHarness();
    expect(() => stream.onTicker("ALL", () => {})).toThrow(ValidationError);
    expect(() => stream.onTicker(["all"], () => {})).toThrow(/pass "all" alone/);
    await stream.close();
  });
});

describe("a gap", () => {
  test('is reported for each pair that was subscribed to besides "all"', async () => {
    const { stream, sockets, gaps, price, seconds } = await createHarness();
    const last = new Map<string, string>();
    stream.onTicker("all", () => {});
    stream.onTicker("BTCUSDT", ({ price: value }) => void last.set("BTCUSDT", value.toString()));
    const ticks = stream.ticker("ETHUSDT");
    await seconds(2);
    sockets.down = true;
    sockets.open[0]?.end(1006);
    price("BTCUSDT", "120");
    await seconds(5);
    sockets.down = false;
    await seconds(61);
    expect(gaps.map(({ channel }) => channel)).toEqual(["ticker:all", "ticker:BTCUSDT", "ticker:ETHUSDT"]);
    expect(new Set(gaps.map(({ from }) => from.getTime())).size).toBe(1);
    expect(last.get("BTCUSDT")).toBe("120");
    await ticks.return();
    await stream.close();
  });

  test("is reported for each pair that shares the channel of all", async () => {
    const market = manualMarket(Object.fromEntries(names(40).map((name) => [name, { price: "1" }])));
    const { stream, sockets, gaps, seconds } = await createHarness({ market });
    stream.onTicker(names(31), () => {});
    await seconds(2);
    sockets.open[0]?.end(1006);
    await seconds(5);
    expect(gaps.map(({ channel }) => channel)).toEqual(["ticker:all", ...names(31).map((name) => `ticker:${name}`)]);
    await stream.close();
  });

  test("is reported if the channel is replaced during its outage", async () => {
    const { stream, sockets, gaps, price, seconds } = await createHarness();
    const ticks: string[] = [];
    // Ten channels fill a connection, so the channel of all needs another one.
    const pairs = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
    stream.onTicker(pairs, ({ symbol, price: value }) => void ticks.push(`${symbol} ${value.toString()}`));
    for (const symbol of pairs)
      for (const interval of ["1m", "5m"] as const) stream.onCandles(symbol, interval, () => {});
    stream.onOrders(() => {});
    await seconds(2);
    expect(sockets.open).toHaveLength(1);
    const [first] = sockets.all;
    sockets.down = true;
    first?.end(1006);
    price("BTCUSDT", "120");
    await seconds(3);
    sockets.down = false;
    stream.onTicker("all", () => {});
    await seconds(120);
    const reported = gaps.map(({ channel }) => channel).filter((channel) => channel.startsWith("ticker:"));
    expect(reported.toSorted()).toEqual(["ticker:BTCUSDT", "ticker:ETHUSDT", "ticker:SOLUSDT"]);
    expect(ticks).toContain("BTCUSDT 120");
    await stream.close();
  });

  test("has the right length if the clock is set back meanwhile", async () => {
    const harness = await createHarness();
    let back = 0;
    const { clock } = harness;
    await harness.client.close();
    const { AgentExchangeClient } = await import("../../../src/client/index.ts");
    const client = new AgentExchangeClient({
      ...harness.exchange.connection,
      WebSocket: harness.sockets.WebSocket,
      apiKey: harness.apiKey,
      clock: {
        now: () => clock.now() - back,
        elapsed: () => clock.elapsed(),
        setTimeout: (callback, milliseconds) => clock.setTimeout(callback, milliseconds),
        clearTimeout: (timer) => clock.clearTimeout(timer),
      },
    });
    const stream = client.openStream();
    const lengths: number[] = [];
    stream.on("gap", ({ from, to }) => void lengths.push(to.getTime() - from.getTime()));
    stream.onTicker("BTCUSDT", () => {});
    await harness.seconds(2);
    harness.sockets.down = true;
    harness.sockets.open[0]?.end(1006);
    back = 3_600_000;
    await harness.seconds(10);
    harness.sockets.down = false;
    await harness.seconds(61);
    expect(lengths).toHaveLength(1);
    expect(lengths[0]).toBeGreaterThanOrEqual(10_000);
    await client.close();
  });
});
