// Periodic work: when it runs, when it rests, and that nothing is left of it.
import { computed, signal } from "@preact/signals";
import { AuthenticationError, PermissionError } from "agentexchange";
import { getPrice } from "agentexchange/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { failures, keyRefused, recordFailure } from "../../demo/src/state/calls.ts";
import { health } from "../../demo/src/state/health.ts";
import { link } from "../../demo/src/state/connection.ts";
import { poll } from "../../demo/src/state/poll.ts";
import { browser, openDesk, show, withoutPage, type Desk } from "./pageState.ts";

withoutPage();

let desk: Desk;
let chance = 0;
let stop = (): void => {};

beforeEach(async () => {
  chance = 0;
  vi.spyOn(Math, "random").mockImplementation(() => chance);
  desk = await openDesk();
});

afterEach(() => {
  stop();
  desk.close();
  show(true);
  vi.restoreAllMocks();
});

/** Milliseconds between the starts of rounds. */
function gaps(starts: readonly number[]): number[] {
  return starts.slice(1).map((start, index) => Math.round(start - (starts[index] ?? 0)));
}

test("a round starts at once and then each period, and stopping leaves no timer, no listener and no request", async () => {
  const [timers, listeners] = [vi.getTimerCount(), browser.listening];
  const aborted: boolean[] = [];
  let rounds = 0;
  stop = poll({
    name: "count",
    period: 1000,
    async task(client, abort) {
      rounds++;
      await client.send(getPrice, "BTCUSDT", { signal: abort });
      abort.addEventListener("abort", () => aborted.push(true));
    },
  });
  await desk.pass(0);
  expect(rounds).toBe(1);
  await desk.pass(3500);
  expect(rounds).toBe(4);
  stop();
  await desk.pass(0);
  expect(aborted.length).toBeGreaterThan(0);
  expect([vi.getTimerCount(), browser.listening]).toEqual([timers, listeners]);
  await desk.pass(10_000);
  expect(rounds).toBe(4);
});

test("a round that takes longer than the period is not overtaken by the next", async () => {
  let [running, most, rounds] = [0, 0, 0];
  stop = poll({
    name: "slow",
    period: 1000,
    async task() {
      rounds++;
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      running--;
    },
  });
  await desk.pass(21_000);
  expect([most, rounds]).toEqual([1, 5]);
});

test("what it depends on aborts the round and starts another; what the task reads does not", async () => {
  const [pair, other] = [signal("BTCUSDT"), signal(0)];
  const seen: string[] = [];
  const aborts: AbortSignal[] = [];
  stop = poll({
    name: "pair",
    period: 60_000,
    depends: () => pair.value,
    task(_client, abort) {
      seen.push(`${pair.value} ${other.value}`);
      aborts.push(abort);
      return Promise.resolve();
    },
  });
  await desk.pass(0);
  other.value = 1;
  pair.value = "ETHUSDT";
  await desk.pass(0);
  expect(seen).toEqual(["BTCUSDT 0", "ETHUSDT 1"]);
  expect(aborts.map(({ aborted }) => aborted)).toEqual([true, false]);
  await desk.pass(60_000);
  expect(seen.length).toBe(3);
});

test("nothing runs while the page is hidden, and at once when it is seen again", async () => {
  let rounds = 0;
  stop = poll({ name: "hidden", period: 1000, task: () => Promise.resolve(void rounds++) });
  await desk.pass(500);
  show(false);
  await desk.pass(60_000);
  expect(rounds).toBe(1);
  show(true);
  await desk.pass(0);
  expect(rounds).toBe(2);
});

test.for([
  [0, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]],
  [0.5, [1000, 1500, 3000, 6000, 12_000, 22_500, 22_500, 22_500]],
] as const)(
  "with the chance %d, rounds that fail wait longer and longer, until one succeeds",
  async ([random, waits]) => {
    chance = random;
    const starts: number[] = [];
    let works = true;
    stop = poll({
      name: "failing",
      period: 1000,
      task() {
        starts.push(performance.now());
        return works ? Promise.resolve() : Promise.reject(new Error("out of order"));
      },
    });
    await desk.pass(500);
    works = false;
    await desk.pass(waits.reduce((sum, wait) => sum + wait, 0));
    expect(gaps(starts)).toEqual(waits);
    expect(failures.peek().map(({ action }) => action)).toContain("failing");
    works = true;
    await desk.pass(40_000);
    expect(gaps(starts).at(-1)).toBe(1000);
  },
);

test("while nobody answers, one probe asks for all, and a network that is back is asked at once", async () => {
  const starts: number[] = [];
  const task = async (client: Desk["client"], abort: AbortSignal): Promise<void> => {
    starts.push(performance.now());
    await client.send(getPrice, "BTCUSDT", { signal: abort });
  };
  const stops = ["one", "two", "three"].map((name) => poll({ name, period: 1000, task }));
  stop = () => stops.forEach((end) => end());
  await desk.pass(2500);
  expect(health.value).toBe("connected");
  desk.setDown(true);
  await desk.pass(120_000);
  expect(health.value).toBe("unreachable");
  // 2, 4, 8 and 16 s, then each 30 s, for all three loops together.
  expect(desk.probes()).toBeLessThanOrEqual(8);
  expect(desk.probes()).toBeGreaterThanOrEqual(5);
  const [count, probes] = [starts.length, desk.probes()];
  desk.setDown(false);
  browser.dispatchEvent(new Event("online"));
  await desk.pass(1000);
  expect(desk.probes()).toBe(probes + 1);
  expect(starts.length).toBeGreaterThanOrEqual(count + 3);
});

test("a refused key stops what needs an account and nothing else; a read that is denied stops itself only", async () => {
  const rounds = { account: 0, prices: 0, denied: 0 };
  const isRefused = computed(() => keyRefused.value !== null);
  const count = (name: keyof typeof rounds, error?: Error) => () => {
    rounds[name]++;
    return error === undefined ? Promise.resolve() : Promise.reject(error);
  };
  const denied = new PermissionError("The caller may not call getPortfolio.", { code: "FORBIDDEN", status: 403 });
  const stops = [
    poll({ name: "account", period: 1000, needsAccount: true, task: count("account") }),
    poll({ name: "prices", period: 1000, task: count("prices") }),
    poll({ name: "denied", period: 1000, needsAccount: true, task: count("denied", denied) }),
  ];
  stop = () => stops.forEach((end) => end());
  await desk.pass(7500);
  expect(isRefused.value).toBe(false);
  expect(rounds).toEqual({ account: 8, prices: 8, denied: 1 });
  recordFailure("account", new AuthenticationError("Unknown key.", { code: "INVALID_API_KEY", status: 401 }));
  await desk.pass(60_000);
  expect(rounds).toEqual({ account: 8, prices: 68, denied: 1 });
});

test("a link without an account is asked for nothing that needs one", async () => {
  const current = link.peek();
  if (current === null) throw new Error("There is no link.");
  link.value = { ...current, hasAccount: false };
  let rounds = 0;
  stop = poll({ name: "account", period: 1000, needsAccount: true, task: () => Promise.resolve(void rounds++) });
  await desk.pass(5000);
  expect(rounds).toBe(0);
  link.value = current;
  await desk.pass(0);
  expect(rounds).toBe(1);
});
