// Dead connections are detected, reported and replaced.
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Tick } from "../../../src/endpoints/index.ts";
import type { Clock } from "../../../src/transport/index.ts";
import { runtime } from "../../support/runtime.ts";
import { createHarness, type Harness } from "./harness.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

async function createLive(
  options: Parameters<typeof createHarness>[0] = {},
): Promise<Harness & { readonly ticks: Tick[] }> {
  const harness = await createHarness(options);
  const ticks: Tick[] = [];
  harness.stream.onTicker("BTCUSDT", (tick) => void ticks.push(tick));
  await harness.seconds(1);
  expect(harness.stream.state).toBe("live");
  return { ...harness, ticks };
}

/** Waits until the stream is live again: the first reconnect is delayed by at most a second. */
const reconnect = async ({ seconds }: Harness): Promise<void> => seconds(2);

describe("a connection", () => {
  test.each([1000, 1001, 1005, 1006, 1011, 1012, 4401])("reconnects after it was closed with %i", async (code) => {
    const harness = await createLive();
    harness.sockets.all[0]?.end(code);
    expect(harness.stream.state).toBe("stale");
    await reconnect(harness);
    expect(harness.states).toEqual(["connecting", "live", "stale", "recovering", "live"]);
    expect(harness.sockets.open).toHaveLength(1);
    expect(harness.gaps).toMatchObject([{ channel: "ticker:BTCUSDT", from: new Date("2026-03-05T14:00:00Z") }]);
    await harness.stream.close();
  });

  test("is stale after 45 s of silence if the probe is not answered", async () => {
    const harness = await createLive();
    const { stream, sockets, seconds } = harness;
    const [first] = sockets.all;
    if (first !== undefined) first.isBroken = true;
    await seconds(33);
    expect([stream.state, first?.sent.length]).toEqual(["live", 1]);
    await seconds(1);
    expect([stream.state, first?.sent.length]).toEqual(["live", 2]); // the probe
    await seconds(9);
    expect(stream.state).toBe("live");
    await seconds(1);
    expect(stream.state).not.toBe("live");
    await reconnect(harness);
    expect(stream.state).toBe("live");
    await stream.close();
  });

  test("is given up if it never opens", async () => {
    const harness = await createHarness();
    const { stream, sockets, seconds } = harness;
    sockets.hung = true;
    stream.onTicker("BTCUSDT", () => {});
    await seconds(44);
    expect([stream.state, sockets.all.length]).toEqual(["connecting", 1]);
    sockets.hung = false;
    await seconds(3);
    expect([stream.state, sockets.all.length]).toEqual(["live", 2]);
    await stream.close();
  });

  test("reconnects with jittered exponential backoff, which a stable connection resets", async () => {
    const harness = await createLive();
    const { stream, sockets, seconds, clock, states } = harness;
    sockets.down = true;
    sockets.all[0]?.end(1006);
    const opened: number[] = [];
    for (let second = 0; second < 900; second++) {
      const before = sockets.all.length;
      await seconds(1);
      if (sockets.all.length > before) opened.push(clock.elapsed() / 1000);
    }
    const waits = opened.map((second, index) => second - (opened[index - 1] ?? 1));
    expect(waits[0]).toBeLessThanOrEqual(1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(61);
    expect(Math.max(...waits)).toBeGreaterThan(30);
    expect(waits.length).toBeGreaterThan(20);
    expect(states).toEqual(["connecting", "live", "stale"]);
    sockets.down = false;
    await seconds(61);
    expect(stream.state).toBe("live");
    await seconds(61);
    sockets.all.at(-1)?.end(1006);
    await reconnect(harness);
    expect(stream.state).toBe("live");
    await stream.close();
  });

  test("is probed immediately after the machine slept", async () => {
    const clock = createSleepyClock();
    const harness = await createHarness({}, { clock });
    clock.below = harness.clock;
    const { stream, sockets, seconds } = harness;
    stream.onTicker("BTCUSDT", () => {});
    await seconds(12);
    const [first] = sockets.all;
    clock.slept += 3_600_000;
    await seconds(5);
    expect(first?.sent).toHaveLength(2);
    expect(harness.states).toEqual(["connecting", "live"]);
    if (first !== undefined) first.isBroken = true;
    clock.slept += 3_600_000;
    await seconds(4);
    await seconds(12);
    expect(harness.states.slice(2, 3)).toEqual(["stale"]);
    await stream.close();
  });

  test.each(["online", "visibilitychange"])("is probed when the page emits %s", async (event) => {
    const page = runtime === "browser" ? globalThis : stubPage();
    const harness = await createLive();
    const { stream, sockets, seconds } = harness;
    page.dispatchEvent(new Event(event));
    await seconds(0);
    expect(sockets.all[0]?.sent).toHaveLength(2);
    sockets.down = true;
    sockets.all[0]?.end(1006);
    await seconds(120);
    sockets.down = false;
    const before = sockets.all.length;
    page.dispatchEvent(new Event(event));
    await seconds(0);
    expect([sockets.all.length, stream.state]).toEqual([before + 1, "live"]);
    await stream.close();
    page.dispatchEvent(new Event(event));
    await seconds(60);
    expect(sockets.all).toHaveLength(before + 1);
  });
});

describe("a ticker", () => {
  test("that is silent although its price has changed is renewed", async () => {
    const harness = await createLive();
    const { stream, sockets, states, ticks, price, seconds } = harness;
    const [first] = sockets.all;
    price("BTCUSDT", "101");
    await seconds(20);
    expect(ticks).toHaveLength(1);
    // Pings and acknowledgements still arrive.
    harness.mute("ticker");
    price("BTCUSDT", "102");
    await seconds(120);
    expect(states).toContain("stale");
    expect(first?.isOpen).toBe(false);
    expect(ticks.at(-1)).toMatchObject({ source: "poll" });
    expect(ticks.at(-1)?.price.toString()).toBe("102");
    await stream.close();
  });

  test("without trades stays live, at two requests per minute", async () => {
    const { stream, states, requests, seconds } = await createLive();
    await seconds(3600);
    expect(states).toEqual(["connecting", "live"]);
    expect(requests.length).toBeLessThan(125);
    await stream.close();
  });

  test("that stays silent on new connections is polled over REST", async () => {
    const { stream, states, gaps, price, seconds, mute } = await createLive();
    mute("ticker");
    const last: string[] = [];
    stream.onTicker("BTCUSDT", (tick) => void last.push(tick.price.toString()));
    for (let minute = 0; minute < 60; minute++) {
      price("BTCUSDT", String(200 + minute));
      await seconds(60);
    }
    expect(last.length).toBeGreaterThan(50);
    expect(states.filter((state) => state === "stale").length).toBeLessThan(10);
    expect(gaps.length).toBeLessThan(10);
    await stream.close();
  });

  test("of all pairs delivers the price of a pair whose last message was lost", async () => {
    const harness = await createHarness();
    const { stream, states, price, seconds } = harness;
    const last = new Map<string, string>();
    stream.onTicker("all", (tick) => void last.set(tick.symbol, tick.price.toString()));
    await seconds(20);
    harness.mute("ETHUSDT");
    price("ETHUSDT", "99");
    for (let second = 0; second < 120; second++) {
      price("BTCUSDT", String(1000 + second));
      await seconds(1);
    }
    expect(last.get("ETHUSDT")).toBe("99");
    expect(states).toEqual(["connecting", "live"]);
    await stream.close();
  });
});

/** Adds the page globals that this runtime does not have. */
function stubPage(): EventTarget {
  const page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  vi.stubGlobal("document", { visibilityState: "visible" });
  return page;
}

/** A clock that jumps over the time in which the machine slept; no timer fires meanwhile. */
function createSleepyClock(): Clock & { slept: number; below: Clock | undefined } {
  const clock = {
    slept: 0,
    below: undefined as Clock | undefined,
    now: () => (clock.below?.now() ?? 0) + clock.slept,
    elapsed: () => (clock.below?.elapsed() ?? 0) + clock.slept,
    setTimeout: (callback: () => void, milliseconds: number) => clock.below?.setTimeout(callback, milliseconds),
    clearTimeout: (timer: unknown) => clock.below?.clearTimeout(timer),
  };
  return clock;
}
