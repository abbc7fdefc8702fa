// The engine of the arena, without a page: agents that trade on an exchange whose time it moves.
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { Arena } from "../../demo/src/state/arena/arena.ts";
import { Curve, MAX_POINTS } from "../../demo/src/state/arena/curve.ts";
import * as arenaRun from "../../demo/src/state/arena/run.ts";
import { dailyReturn, MIN_RETURNS, standingOf } from "../../demo/src/state/arena/ranking.ts";
import { initialSettings } from "../../demo/src/state/arena/strategies.ts";
import {
  KINDS,
  type AgentSettings,
  type ArenaEvent,
  type ArenaSettings,
  type ArenaView,
} from "../../demo/src/state/arena/types.ts";
import { compareRuns } from "../../demo/src/state/arena/whatIf.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ALL: ArenaSettings = { seed: 7, period: 15 * MINUTE, agents: KINDS.map((kind) => initialSettings(kind)) };
const KIB = 1024;
const breathe = (): Promise<void> => Promise.resolve();
const never = new AbortController().signal;

const only = (agent: AgentSettings, settings: Partial<ArenaSettings> = {}): ArenaSettings => ({
  ...ALL,
  ...settings,
  agents: [agent],
});

/** What must be the same in two runs: everything but random identifiers of requests. */
function factsOf({ now, ticks, nextTick, agents, events }: ArenaView): unknown {
  return {
    now,
    ticks,
    nextTick,
    agents: agents.map(({ equity, curve, usedToday, orders, refusals, last }) => [
      equity.toFixed(),
      curve,
      usedToday.toFixed(),
      orders,
      refusals,
      last,
    ]),
    events: events.map(({ call, ...event }) => ({ ...event, reason: call?.reason, input: call?.input })),
  };
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes after a full garbage collection. */
async function heapSize(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    // What a weak reference has been asked for stays until the end of the task.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  return getHeapStatistics().used_heap_size;
}

async function steps(arena: Arena, count: number): Promise<Arena> {
  for (let step = 0; step < count; step++) await arena.step(breathe);
  return arena;
}

test("the same seed, agents and time give the same run, in steps or in pieces", async () => {
  const stepped = await steps(await Arena.open(ALL), 13);
  const moved = await Arena.open(ALL);
  for (let piece = 0; piece < 90; piece++) await moved.advance(2 * MINUTE, breathe);
  expect(stepped.now).toBe(moved.now);
  expect(factsOf(moved.view())).toEqual(factsOf(stepped.view()));
  const view = stepped.view();
  expect(view.ticks).toBe(13);
  expect(view.events.filter(({ kind }) => kind === "fill").length).toBeGreaterThan(13);
  const other = await steps(await Arena.open({ ...ALL, seed: 8 }), 13);
  expect(factsOf(other.view())).not.toEqual(factsOf(view));
  for (const arena of [stepped, moved, other]) arena.close();
});

test("an agent places at most one order a tick, and each fill knows the call that made it", async () => {
  const arena = await Arena.open(ALL);
  let before = arena.view();
  for (let step = 0; step < 8; step++) {
    await arena.step(breathe);
    const view = arena.view();
    for (const [index, { orders }] of view.agents.entries())
      expect(orders - (before.agents[index]?.orders ?? 0)).toBeLessThanOrEqual(1);
    before = view;
  }
  const fills = before.events.filter(({ kind }) => kind === "fill");
  expect(fills).not.toEqual([]);
  for (const { call, symbol, agent, time } of fills) {
    expect(call?.agent).toBe(ALL.agents[agent]?.name);
    expect(call?.input["symbol"]).toBe(symbol);
    expect(call?.reason).not.toBe("");
    expect(call?.request).toEqual({ line: "POST /api/v1/trade/order", status: 201 });
    expect(call?.answer).toContain('"order_id"');
    expect(call?.time).toBeLessThanOrEqual(time);
  }
  arena.close();
});

test("the mandate refuses what is beyond it, in one line for all refusals in a row", async () => {
  const agent = initialSettings("dollarCostAverage", "Saver");
  const arena = await Arena.open(only({ ...agent, limits: { ...agent.limits, maxPerDay: "50" } }));
  await steps(arena, 6);
  const { agents, events } = arena.view();
  expect(agents[0]).toMatchObject({ orders: 2, refusals: 4, last: { outcome: "refused" } });
  expect(Number(agents[0]?.usedToday)).toBeLessThanOrEqual(50);
  expect(events[0]).toMatchObject({ kind: "refused", times: 4 });
  expect(events[0]?.call?.answer).toContain("maxPerDay");
  expect(events[0]?.call?.request).toBeNull();
  expect(events.filter(({ kind }) => kind === "fill")).toHaveLength(2);
  arena.close();
});

test("a halted agent places nothing until it is resumed", async () => {
  const arena = await steps(await Arena.open(only(initialSettings("dollarCostAverage"))), 1);
  await arena.halt(0, "halted at the page");
  await steps(arena, 2);
  expect(arena.view().agents[0]).toMatchObject({ orders: 1, halted: "halted at the page" });
  await arena.resume(0);
  await steps(arena, 2);
  expect(arena.view().agents[0]).toMatchObject({ orders: 3, halted: null });
  arena.close();
});

test("the mock model calls tools, and decides the same with the same seed", async () => {
  const run = async (seed: number): Promise<ArenaView> => {
    const arena = await steps(await Arena.open(only(initialSettings("modelDriven"), { seed })), 20);
    const view = arena.view();
    arena.close();
    return view;
  };
  const view = await run(7);
  expect(factsOf(await run(7))).toEqual(factsOf(view));
  const [call] = view.events.flatMap((event) => event.call ?? []);
  expect(call?.method).toMatch(/^place(Market|Limit)Order$/);
  expect(call?.reason).toMatch(/USDT (is|rises)/);
  expect(view.agents[0]?.last?.reason).not.toMatch(/turns|refused/);
});

test("an unchanged fork goes on exactly like the arena, alone or with all", async () => {
  const arena = await steps(await Arena.open(ALL), 6);
  const earlier = new Set(arena.view().events.map(({ id }) => id));
  const fork = arena.fork();
  const alone = arena.fork({ only: 0 });
  expect(fork.view().events).toEqual([]);
  for (const one of [arena, fork, alone]) await one.advance(2 * HOUR + 7 * MINUTE, breathe);
  const view = arena.view();
  const fillsOf = (events: readonly ArenaEvent[]): readonly unknown[] =>
    events
      .filter(({ id, kind }) => kind === "fill" && !earlier.has(id))
      .map(({ agent, time, symbol, quantity, call }) => [agent, time, symbol, quantity, call?.input, call?.reason]);
  const fills = fillsOf(view.events);
  expect(fills.filter((fill) => (fill as readonly unknown[])[0] === 0).length).toBeGreaterThan(5);
  expect(fillsOf(fork.view().events)).toEqual(fills);
  expect(factsOf({ ...fork.view(), events: [] })).toEqual(factsOf({ ...view, events: [] }));
  expect(fillsOf(alone.view().events)).toEqual(fillsOf(view.events.filter(({ agent }) => agent === 0)));
  expect(factsOf({ ...alone.view(), events: [] })).toEqual(
    factsOf({ ...view, agents: view.agents.slice(0, 1), events: [] }),
  );
  for (const one of [arena, fork, alone]) one.close();
});

test("what if nothing changes, an agent stops, has other settings, or places one order", async () => {
  const saver = initialSettings("dollarCostAverage", "Saver");
  const arena = await steps(await Arena.open(only(saver)), 3);
  const before = factsOf(arena.view());
  const same = await compareRuns(arena, 0, { kind: "nothing" }, HOUR, never);
  expect(same).toMatchObject({ isIdentical: true, originalFills: 4, changedFills: 4, refusal: null });
  expect(same.changed).toEqual(same.original);

  const stopped = await compareRuns(arena, 0, { kind: "stop" }, HOUR, never);
  expect(stopped).toMatchObject({ isIdentical: false, originalFills: 4, changedFills: 0 });
  expect(stopped.onlyOriginal).toHaveLength(4);

  const settings = { ...saver, values: { amount: "40" } };
  const shares: number[] = [];
  const other = await compareRuns(arena, 0, { kind: "settings", settings }, HOUR, never, (share) => shares.push(share));
  expect(other.onlyChanged).toHaveLength(4);
  expect(other.changedEquity.eq(other.originalEquity)).toBe(false);
  expect(shares).toEqual([0.25, 0.5, 0.75, 1]);

  const input = { symbol: "ETHUSDT", side: "buy", quantity: "0.1" };
  const order = await compareRuns(arena, 0, { kind: "order", tool: "placeMarketOrder", input }, HOUR, never);
  expect(order.refusal).toBeNull();
  expect(order.onlyChanged).toMatchObject([{ symbol: "ETHUSDT", call: { reason: "placed by hand" } }]);

  const large = { kind: "order", tool: "placeMarketOrder", input: { ...input, quantity: "9" } } as const;
  const refused = await compareRuns(arena, 0, large, HOUR, never);
  expect(refused.isIdentical).toBe(true);
  expect(refused.refusal).toContain("mandate");

  // Whatever was tried, the arena is where it was.
  expect(factsOf(arena.view())).toEqual(before);
  const aborted = AbortSignal.abort(new Error("cancelled"));
  await expect(compareRuns(arena, 0, { kind: "nothing" }, HOUR, aborted)).rejects.toThrow("cancelled");
  arena.close();
});

test("a curve keeps a bounded number of equally spaced points, and the newest one", () => {
  const curve = new Curve();
  for (let time = 0; time < 10_000; time++) {
    curve.add({ time, value: time });
    expect(curve.points.at(-1)?.time).toBe(time);
  }
  const { points, spaced } = curve;
  expect(points.length).toBeLessThanOrEqual(MAX_POINTS + 1);
  expect(points.length).toBeGreaterThan(MAX_POINTS / 2);
  expect(points[0]?.time).toBe(0);
  expect(new Set(spaced.slice(1).map(({ time }, index) => time - (spaced[index]?.time ?? 0))).size).toBe(1);
  const copy = new Curve(curve);
  copy.add({ time: 10_000, value: 0 });
  expect(curve.points).toEqual(points);
});

test("the events of a long run are bounded, and so is what a moment of it costs", async () => {
  const agent = initialSettings("dollarCostAverage");
  const limits = { ...agent.limits, maxPerDay: "5000" };
  const arena = await Arena.open(only({ ...agent, values: { amount: "6" }, limits }, { period: MINUTE }));
  await steps(arena, 260);
  const { agents, events } = arena.view();
  expect(agents[0]?.orders).toBeGreaterThan(200);
  expect(events).toHaveLength(200);

  // It shares nothing with what the arena keeps 200 orders later.
  const moments: Arena[] = [];
  const keepMoment = (): void => void moments.push(arena.fork());
  // A variable of the test itself could keep it in memory.
  const dropMoment = (): void => moments.pop()?.close();
  keepMoment();
  await steps(arena, 200);
  const heapBefore = await heapSize();
  dropMoment();
  expect(heapBefore - (await heapSize())).toBeLessThan(450 * KIB);
  arena.close();
}, 240_000);

test("a daily return has an interval that contains it, and is wider with fewer points", () => {
  const points = (count: number, drift: number): { time: number; value: number }[] => {
    let value = 10_000;
    return Array.from({ length: count }, (_, index) => {
      value *= 1 + drift + Math.sin(index * 1.7) * 0.004 + Math.sin(index * 0.37) * 0.002;
      return { time: index * HOUR, value };
    });
  };
  expect(dailyReturn(points(MIN_RETURNS, 0))).toBeNull();
  const short = dailyReturn(points(60, 0));
  const long = dailyReturn(points(500, 0));
  const rising = dailyReturn(points(500, 0.01));
  if (short === null || long === null || rising === null) throw new Error("There are enough points.");
  for (const { mean, low, high } of [short, long, rising]) {
    expect(low).toBeLessThanOrEqual(mean);
    expect(high).toBeGreaterThanOrEqual(mean);
  }
  expect(short.high - short.low).toBeGreaterThan(long.high - long.low);
  expect(rising.mean).toBeCloseTo(0.24 + long.mean, 2);
  expect(dailyReturn(points(500, 0))).toEqual(long);
  expect(standingOf(long, rising, false)).toBe("lower");
  expect(standingOf(short, long, false)).toBe("alike");
  expect(standingOf(long, null, false)).toBe("unknown");
  expect(standingOf(rising, rising, true)).toBe("first");
});

test("what the views show changes while each move of the time takes long", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  await arenaRun.open();
  vi.spyOn(Arena.prototype, "advance").mockImplementation(() => {
    vi.advanceTimersByTime(200);
    return Promise.resolve();
  });
  const stop = arenaRun.followArena();
  arenaRun.running.value = true;
  const views = new Set<unknown>();
  for (let frame = 0; frame < 20; frame++) {
    await vi.advanceTimersByTimeAsync(100);
    views.add(arenaRun.view.value);
  }
  expect(views.size).toBeGreaterThan(5);
  arenaRun.pause();
  stop();
  await vi.advanceTimersByTimeAsync(1000);
  vi.restoreAllMocks();
  vi.useRealTimers();
});
