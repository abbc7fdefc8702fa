// A stream that is dead says so, and comes back.
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Tick } from "../../../src/endpoints/index.ts";
import type { Clock } from "../../../src/transport/index.ts";
import { runtime } from "../../support/runtime.ts";
import { stage, type Stage } from "./stage.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

async function live(options: Parameters<typeof stage>[0] = {}): Promise<Stage & { readonly ticks: Tick[] }> {
  const scene = await stage(options);
  const ticks: Tick[] = [];
  scene.stream.onTicker("BTCUSDT", (tick) => void ticks.push(tick));
  await scene.seconds(1);
  expect(scene.stream.state).toBe("live");
  return { ...scene, ticks };
}

/** Until the stream is live again: the longest wait before the first try is a second. */
const back = async ({ seconds }: Stage): Promise<void> => seconds(2);

describe("a connection", () => {
  test.each([1000, 1001, 1005, 1006, 1011, 1012, 4401])("that is closed with %i is opened again", async (code) => {
    const scene = await live();
    scene.sockets.all[0]?.end(code);
    expect(scene.stream.state).toBe("stale");
    await back(scene);
    expect(scene.states).toEqual(["connecting", "live", "stale", "recovering", "live"]);
    expect(scene.sockets.open).toHaveLength(1);
    expect(scene.gaps).toMatchObject([{ channel: "ticker:BTCUSDT", from: new Date("2026-03-05T14:00:00Z") }]);
    await scene.stream.close();
  });

  test("on which nothing comes is stale after 45 s, and the probe is not answered", async () => {
    const scene = await live();
    const { stream, sockets, seconds } = scene;
    const [first] = sockets.all;
    if (first !== undefined) first.deaf = true;
    await seconds(33);
    expect([stream.state, first?.sent.length]).toEqual(["live", 1]);
    await seconds(1);
    expect([stream.state, first?.sent.length]).toEqual(["live", 2]); // asked again for what it has
    await seconds(9);
    expect(stream.state).toBe("live");
    await seconds(1);
    expect(stream.state).not.toBe("live");
    await back(scene);
    expect(stream.state).toBe("live");
    await stream.close();
  });

  test("that never opens is given up, too", async () => {
    const scene = await stage();
    const { stream, sockets, seconds } = scene;
    stream.onTicker("BTCUSDT", () => {});
    const [first] = sockets.all;
    if (first !== undefined) first.deaf = true;
    await seconds(44);
    expect([stream.state, sockets.all.length]).toEqual(["connecting", 1]);
    await seconds(3);
    expect([stream.state, sockets.all.length]).toEqual(["live", 2]);
    await stream.close();
  });

  test("is opened again later and later, by chance, and at once after it was good", async () => {
    const scene = await live();
    const { stream, sockets, seconds, clock, states } = scene;
    sockets.down = true;
    sockets.all[0]?.end(1006);
    const opened: number[] = [];
    for (let second = 0; second < 900; second++) {
      const before = sockets.all.length;
      await seconds(1);
      if (sockets.all.length > before) opened.push(clock.elapsed() / 1000);
    }
    const waits = opened.map((moment, index) => moment - (opened[index - 1] ?? 1));
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
    await back(scene);
    expect(stream.state).toBe("live");
    await stream.close();
  });

  test("that woke from sleep is asked at once whether it lives", async () => {
    const clock = sleepy();
    const scene = await stage({}, { clock });
    clock.below = scene.clock;
    const { stream, sockets, seconds } = scene;
    stream.onTicker("BTCUSDT", () => {});
    await seconds(12);
    const [first] = sockets.all;
    clock.slept += 3_600_000;
    await seconds(5);
    expect(first?.sent).toHaveLength(2);
    expect(scene.states).toEqual(["connecting", "live"]);
    if (first !== undefined) first.deaf = true;
    clock.slept += 3_600_000;
    await seconds(4);
    await seconds(12);
    expect(scene.states.slice(2, 3)).toEqual(["stale"]);
    await stream.close();
  });

  test.each(["online", "visibilitychange"])("is asked whether it lives when the page tells of %s", async (event) => {
    const page = runtime === "browser" ? globalThis : pretendPage();
    const scene = await live();
    const { stream, sockets, seconds } = scene;
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
  test("that falls silent while its price moves is no longer trusted", async () => {
    const scene = await live();
    const { stream, sockets, states, ticks, price, seconds } = scene;
    const [first] = sockets.all;
    price("BTCUSDT", "101");
    await seconds(20);
    expect(ticks).toHaveLength(1);
    // Pings and acknowledgements go on.
    scene.mute("ticker");
    price("BTCUSDT", "102");
    await seconds(120);
    expect(states).toContain("stale");
    expect(first?.isOpen).toBe(false);
    expect(ticks.at(-1)).toMatchObject({ source: "poll" });
    expect(ticks.at(-1)?.price.toString()).toBe("102");
    await stream.close();
  });

  test("that is quiet because nothing is traded stays live, and is asked about twice a minute", async () => {
    const { stream, states, requests, seconds } = await live();
    await seconds(3600);
    expect(states).toEqual(["connecting", "live"]);
    expect(requests.length).toBeLessThan(125);
    await stream.close();
  });

  test("that stays silent on new connections, too, is asked for by REST", async () => {
    const { stream, states, gaps, price, seconds, mute } = await live();
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

  test("of all pairs that loses one pair's last message gives its price all the same", async () => {
    const scene = await stage();
    const { stream, states, price, seconds } = scene;
    const last = new Map<string, string>();
    stream.onTicker("all", (tick) => void last.set(tick.symbol, tick.price.toString()));
    await seconds(20);
    scene.mute("ETHUSDT");
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

/** What a runtime without pages lacks. */
function pretendPage(): EventTarget {
  const page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  vi.stubGlobal("document", { visibilityState: "visible" });
  return page;
}

/** A clock that skips the time in which the machine slept: no timer fires in it. */
function sleepy(): Clock & { slept: number; below: Clock | undefined } {
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
