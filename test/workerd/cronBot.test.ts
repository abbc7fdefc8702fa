// The Worker of a cron bot: one order a tick, whatever triggers it, and what survives an eviction.
import { AgentExchangeClient, type ClientOptions } from "agentexchange";
import {
  createScheduledController,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { agents, alerts, buyAlways, fastClock, mandate, openExchange, telling, testBot } from "./support/testBot.ts";

const CRON = "0 * * * *";
const NOON = Date.UTC(2026, 0, 5, 12);
const HOUR = 3_600_000;

let lines: Record<string, unknown>[] = [];

beforeEach(() => {
  lines = [];
  const take = (line: string): void => void lines.push(JSON.parse(line) as Record<string, unknown>);
  vi.spyOn(console, "log").mockImplementation(take);
  vi.spyOn(console, "error").mockImplementation(take);
});

afterEach(() => {
  agents.clear();
  alerts.length = 0;
  vi.restoreAllMocks();
});

const agent = (name: string) => env.AGENT.getByName(name);
const scheduled = (scheduledTime: number, cron = CRON): Promise<void> =>
  testBot.scheduled(createScheduledController({ cron, scheduledTime }), env);

test("a tick that comes fifty times at once is one order", async () => {
  const { exchange, client } = await openExchange();
  agents.set("fifty", { client, mandate, strategy: buyAlways() });
  const reports = await Promise.all(
    Array.from({ length: 50 }, () => agent("fifty").tick({ scheduledTime: NOON, cron: CRON })),
  );
  expect(reports.filter(({ outcome }) => outcome === "ordered")).toHaveLength(1);
  expect(reports.filter(({ outcome }) => outcome === "skipped")).toHaveLength(49);
  expect(await new AgentExchangeClient(client).getTradeHistory()).toHaveLength(1);
  await evictDurableObject(agent("fifty"));
  await scheduled(NOON);
  expect(await new AgentExchangeClient(client).getTradeHistory()).toHaveLength(1);
  exchange.close();
});

test("without a client, an agent trades on an exchange of its own, and both survive an eviction", async () => {
  agents.set("own", { mandate, strategy: buyAlways() });
  await scheduled(NOON);
  const before = await agent("own").status();
  expect(before).toMatchObject({ problem: null, halted: false, used: { orders: 1 } });
  expect(before.runs).toMatchObject([{ outcome: "ordered", order: { symbol: "BTCUSDT", side: "buy" } }]);
  expect(before.portfolio?.positions).toMatchObject([{ symbol: "BTCUSDT", quantity: "0.001" }]);

  await evictDurableObject(agent("own"));
  await evictDurableObject(env.EXCHANGE.getByName("own"));
  const after = await agent("own").status();
  expect(after.runs).toEqual(before.runs);
  expect(after.portfolio?.positions).toMatchObject([{ symbol: "BTCUSDT", quantity: "0.001" }]);
  await scheduled(NOON);
  expect((await agent("own").status()).runs).toHaveLength(1);
});

test("calls at once open one account", async () => {
  agents.set("account", { mandate, strategy: buyAlways() });
  await Promise.all([
    agent("account").status(),
    agent("account").tick({ scheduledTime: NOON, cron: CRON }),
    agent("account").status(),
  ]);
  const { portfolio } = await agent("account").status();
  expect(portfolio?.positions).toHaveLength(1);
});

test("all agents are tried, and the trigger fails if one failed", async () => {
  const { client } = await openExchange();
  const failing = buyAlways(() => {
    throw new Error("no idea");
  });
  agents.set("bad", { client, mandate, strategy: failing });
  agents.set("good", { client, mandate, strategy: buyAlways() });
  await expect(scheduled(NOON)).rejects.toThrow(/^1 of 2 agents failed: bad: /);
  expect((await agent("good").status()).runs).toMatchObject([{ outcome: "ordered" }]);
  expect(lines).toHaveLength(2);
  expect(lines).toContainEqual(
    expect.objectContaining({ level: "error", event: "run", agent: "bad", outcome: "failed" }),
  );
  expect(lines).toContainEqual(expect.objectContaining({ level: "info", event: "run", agent: "good" }));
  expect(alerts).toMatchObject([{ agent: "bad", outcome: "failed", run: { outcome: "failed" } }]);
  // It has been told, and is not run again.
  await scheduled(NOON);
  expect(alerts).toHaveLength(1);
});

test.for<[string, () => Promise<void>]>([
  ["throws", () => Promise.reject(new Error(`no webhook ${env.ADMIN_TOKEN}`))],
  ["hangs", () => new Promise(() => {})],
])("a notify that %s is logged, and changes nothing else", async ([, how]) => {
  const { client } = await openExchange();
  const original = setTimeout;
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((callback: () => void, ms?: number) =>
    original(callback, ms === 10_000 ? 1 : ms)) as typeof setTimeout);
  telling.how = how;
  const failing = buyAlways(() => {
    throw new Error("no idea");
  });
  const name = `mute-${crypto.randomUUID()}`;
  agents.set(name, { client, mandate, strategy: failing });
  await expect(scheduled(NOON)).rejects.toThrow("no idea");
  telling.how = () => {};
  expect(lines).toContainEqual(expect.objectContaining({ event: "notify-failed", agent: name }));
  expect(JSON.stringify(lines)).not.toContain(env.ADMIN_TOKEN);
});

test.for([
  [new Map(), /no agents/],
  [new Map([["a b", {}]]), /"a b" cannot name an agent/],
])("invalid settings fail the trigger with one line before anything runs", async ([invalid, message]) => {
  for (const [name, settings] of invalid as Map<string, never>) agents.set(name, settings);
  await expect(scheduled(NOON)).rejects.toThrow(message);
  expect(lines).toMatchObject([{ level: "error", outcome: "failed", agent: null }]);
  expect(alerts).toMatchObject([{ agent: null, outcome: "failed", run: null }]);
});

test("a misspelt setting is told by name", async () => {
  agents.set("spelling", { mandate, strategy: buyAlways(), ...({ mandat: mandate } as object) });
  await expect(scheduled(NOON)).rejects.toThrow(
    'Agent "spelling" has the unknown setting "mandat". Did you mean "mandate"?',
  );
});

test("an object that cannot be reached makes the run fail, and somebody is told", async () => {
  const { client } = await openExchange();
  agents.set("unreachable", { client, mandate, strategy: buyAlways() });
  const refuse = () => Promise.reject(new Error("Spending limit reached: Durable Objects are off."));
  const refusing = { getByName: () => ({ tick: refuse }) } as unknown as typeof env.AGENT;
  await expect(testBot.scheduled({ cron: CRON, scheduledTime: NOON }, { ...env, AGENT: refusing })).rejects.toThrow(
    "1 of 1 agents failed: unreachable: Spending limit reached",
  );
  expect(alerts).toMatchObject([{ agent: "unreachable", outcome: "failed", run: null }]);
  expect(lines).toMatchObject([
    { level: "error", agent: "unreachable", reason: expect.stringContaining("limit") as string },
  ]);
  // The next trigger finds nothing of it.
  await scheduled(NOON);
  expect((await agent("unreachable").status()).runs).toMatchObject([{ outcome: "ordered" }]);
});

test("a halt survives an eviction, until somebody resumes", async () => {
  const { client } = await openExchange();
  agents.set("halted", { client, mandate, strategy: buyAlways() });
  await agent("halted").halt("strange prices");
  await evictDurableObject(agent("halted"));
  await scheduled(NOON);
  const halted = await agent("halted").status();
  expect(halted).toMatchObject({ halted: { reason: "strange prices" }, runs: [{ outcome: "refused", order: null }] });
  expect(await new AgentExchangeClient(client).getTradeHistory()).toEqual([]);

  await agent("halted").resume("Ada");
  await evictDurableObject(agent("halted"));
  await scheduled(NOON + HOUR);
  expect(await agent("halted").status()).toMatchObject({ halted: false, runs: [{ outcome: "ordered" }, {}] });
});

test("the mandate's limits hold across ticks and evictions", async () => {
  const { client } = await openExchange();
  agents.set("limited", { client, mandate: { ...mandate, maxOrdersPerDay: 1 }, strategy: buyAlways() });
  await scheduled(NOON);
  await evictDurableObject(agent("limited"));
  await scheduled(NOON + HOUR);
  expect(await agent("limited").status()).toMatchObject({
    used: { orders: 1 },
    runs: [{ outcome: "refused", order: null }, { outcome: "ordered" }],
  });
});

test("the alarm is a schedule of its own: one run a slot, and always the next alarm", async () => {
  const { client } = await openExchange();
  agents.set("alarm", { client, mandate, strategy: buyAlways(), every: HOUR });
  const { nextTick } = await agent("alarm").status();
  const slot = Math.floor(Date.now() / HOUR) * HOUR;
  expect(Date.parse(nextTick ?? "")).toBeGreaterThan(slot);
  expect(Date.parse(nextTick ?? "") % HOUR).toBe(0);
  expect(await runDurableObjectAlarm(agent("alarm"))).toBe(true);
  // At least once means that it may come again.
  expect(await runDurableObjectAlarm(agent("alarm"))).toBe(true);
  const status = await agent("alarm").status();
  expect(status.runs).toHaveLength(1);
  expect(status.runs[0]?.tick.scheduledTime).toBeLessThanOrEqual(Date.now());
  expect(Date.parse(status.nextTick ?? "")).toBeGreaterThan(Date.now());
});

test("a lost alarm is set again when the object wakes", async () => {
  const { client } = await openExchange();
  agents.set("lost", { client, mandate, strategy: buyAlways(), every: HOUR });
  await agent("lost").status();
  await runInDurableObject(agent("lost"), (_, state) => state.storage.deleteAlarm());
  expect((await agent("lost").status()).nextTick).toBeNull();
  await evictDurableObject(agent("lost"));
  expect((await agent("lost").status()).nextTick).not.toBeNull();
});

test("an alarm whose run fails fails, and has set the next one", async () => {
  const { client } = await openExchange();
  const failing = buyAlways(() => {
    throw new Error("no idea");
  });
  agents.set("failing", { client, mandate, strategy: failing, every: HOUR });
  await agent("failing").status();
  await expect(runDurableObjectAlarm(agent("failing"))).rejects.toThrow("no idea");
  expect(alerts).toMatchObject([{ agent: "failing", outcome: "failed" }]);
  expect((await agent("failing").status()).nextTick).not.toBeNull();
});

test("without a schedule of its own, an agent has no alarm", async () => {
  const { client } = await openExchange();
  agents.set("calm", { client, mandate, strategy: buyAlways() });
  expect((await agent("calm").status()).nextTick).toBeNull();
  expect(await runDurableObjectAlarm(agent("calm"))).toBe(false);
});

test("the next tick is known from the cron expressions that came, as long as they come", async () => {
  const { client } = await openExchange();
  agents.set("next", { client, mandate, strategy: buyAlways() });
  const hour = Math.floor(Date.now() / HOUR) * HOUR;
  // A schedule that should have come since is no longer one.
  await scheduled(hour - 24 * HOUR, "7 * * * *");
  expect((await agent("next").status()).nextTick).toBeNull();
  await scheduled(hour, CRON);
  expect((await agent("next").status()).nextTick).toBe(new Date(hour + HOUR).toISOString());
});

test("given cron expressions tell the next tick before the first one came", async () => {
  const { client } = await openExchange();
  agents.set("given", { client, mandate, strategy: buyAlways(), crons: [CRON, "0 0 31 2 *"] });
  expect((await agent("given").status()).nextTick).toBe(
    new Date((Math.floor(Date.now() / HOUR) + 1) * HOUR).toISOString(),
  );
});

test("a lost answer is told, and the next tick finds the order before it trades", async () => {
  const clock = fastClock(NOON, 200);
  const { exchange, client } = await openExchange({ clock });
  let isRefusing = false;
  const fetch: ClientOptions["fetch"] = async (url, init) => {
    if (isRefusing) throw new Error("Spending limit reached.");
    const response = await exchange.fetch(url, init);
    if (init.method !== "POST") return response;
    isRefusing = true;
    throw new Error("Network connection lost.");
  };
  agents.set("lossy", { client: { ...client, fetch }, mandate, strategy: buyAlways() });
  await scheduled(NOON);
  expect(alerts).toMatchObject([{ agent: "lossy", outcome: "unknown" }]);
  expect((await agent("lossy").status()).runs).toMatchObject([{ outcome: "unknown", order: null }]);

  await evictDurableObject(agent("lossy"));
  isRefusing = false;
  agents.set("lossy", { client, mandate, strategy: buyAlways() });
  await scheduled(NOON + HOUR);
  const [first, second] = (await new AgentExchangeClient(client).getTradeHistory()).toReversed();
  expect((await agent("lossy").status()).runs).toMatchObject([
    {
      outcome: "ordered",
      order: { id: second?.orderId },
      reconciled: [{ tick: { scheduledTime: NOON, cron: CRON }, order: { id: first?.orderId } }],
    },
    { outcome: "unknown" },
  ]);
});

test("an object that dies in the middle of a run fails the trigger; its tick runs again when its lease is over", async () => {
  const clock = fastClock(NOON, 1);
  const { client } = await openExchange({ clock });
  let isDeciding = false;
  const hanging = buyAlways(() => {
    isDeciding = true;
    return new Promise(() => {});
  });
  agents.set("dying", { client, mandate, strategy: hanging });
  const triggered = scheduled(NOON).catch((error: unknown) => error);
  await vi.waitFor(() => expect(isDeciding).toBe(true));
  await runInDurableObject(agent("dying"), (_, state) => state.abort("killed")).catch(() => {});
  expect(String(await triggered)).toMatch(/^Error: 1 of 1 agents failed: dying: /);
  expect(alerts).toMatchObject([{ agent: "dying", outcome: "failed", run: null }]);

  agents.set("dying", { client, mandate, strategy: buyAlways() });
  expect(await agent("dying").tick({ scheduledTime: NOON, cron: CRON })).toMatchObject({ why: "running" });
  clock.skip(91_000);
  expect(await agent("dying").tick({ scheduledTime: NOON, cron: CRON })).toMatchObject({ outcome: "ordered" });
  expect(await new AgentExchangeClient(client).getTradeHistory()).toHaveLength(1);
});

test("no line and no alert contains a secret", async () => {
  const { client } = await openExchange();
  const key = "ak_live_canary_0123456789";
  const leaking = buyAlways(() => {
    throw new Error(`key ${key}`);
  });
  agents.set("canary", { client: { ...client, apiKey: key }, mandate, strategy: leaking });
  await expect(scheduled(NOON)).rejects.toThrow("1 of 1");
  // A secret that the client does not know.
  const careless = buyAlways(() => {
    throw new Error(`token ${env.ADMIN_TOKEN}`);
  });
  agents.set("canary", { client, mandate, strategy: careless });
  await expect(scheduled(NOON + HOUR)).rejects.toThrow("token [redacted]");
  const told = JSON.stringify([lines, alerts, await agent("canary").status()]);
  expect(told).toContain("[redacted]");
  for (const secret of [key, env.ADMIN_TOKEN]) expect(told).not.toContain(secret);
});
