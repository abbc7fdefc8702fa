import { expect, test } from "vitest";
import { virtualClock, type VirtualClock } from "../../../src/exchange/index.ts";
import { Heartbeat } from "../../../src/stream/heartbeat.ts";
import type { Clock } from "../../../src/transport/index.ts";

interface Setup {
  readonly clock: VirtualClock;
  readonly heartbeat: Heartbeat;
  /** Seconds at which probes were sent. */
  readonly probes: number[];
  /** Seconds at which the connection was declared dead. */
  readonly deaths: number[];
  /** Since when a reply is awaited. */
  waitingSince: number | undefined;
  /** Milliseconds that the machine has slept. */
  slept: number;
  readonly seconds: (count: number) => Promise<void>;
}

function setUp(): Setup {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const sleepy: Clock = {
    now: () => clock.now() + setup.slept,
    elapsed: () => clock.elapsed() + setup.slept,
    setTimeout: (callback, milliseconds) => clock.setTimeout(callback, milliseconds),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
  const at = (): number => clock.elapsed() / 1000;
  const setup: Setup = {
    clock,
    heartbeat: new Heartbeat({
      clock: sleepy,
      waitingSince: () => setup.waitingSince,
      probe: () => {
        setup.probes.push(at());
        setup.waitingSince ??= sleepy.elapsed();
      },
      onDead: () => setup.deaths.push(at()),
    }),
    probes: [],
    deaths: [],
    waitingSince: undefined,
    slept: 0,
    seconds: (count) => clock.advance(count * 1000),
  };
  setup.heartbeat.start();
  return setup;
}

test("probes after 35 s of silence and declares the connection dead after 45 s", async () => {
  const { probes, deaths, seconds, clock } = setUp();
  await seconds(34.9);
  expect(probes).toEqual([]);
  await seconds(10);
  expect([probes, deaths]).toEqual([[35], []]);
  await seconds(60);
  expect([probes, deaths, clock.pending]).toEqual([[35], [45], 0]);
});

test("messages postpone both", async () => {
  const { heartbeat, probes, deaths, seconds } = setUp();
  await seconds(30);
  heartbeat.heard();
  expect(heartbeat.lastHeardAt).toBe(30_000);
  await seconds(34);
  expect(probes).toEqual([]);
  await seconds(2);
  expect([probes, deaths]).toEqual([[65], []]);
  heartbeat.stop();
});

test("reads the clock once per interval, so that lastHeardAt is at most 2 s early", async () => {
  const { heartbeat, seconds } = setUp();
  for (let index = 0; index < 300; index++) {
    await seconds(0.1);
    heartbeat.heard();
  }
  expect(heartbeat.lastHeardAt).toBeGreaterThanOrEqual(28_000);
  expect(heartbeat.lastHeardAt).toBeLessThanOrEqual(30_000);
  heartbeat.stop();
});

test("a request without a reply for 10 s ends a connection on which other messages arrive", async () => {
  const setup = setUp();
  await setup.seconds(5);
  setup.waitingSince = setup.clock.elapsed();
  for (let second = 0; second < 12; second++) {
    await setup.seconds(1);
    setup.heartbeat.heard();
  }
  expect([setup.deaths, setup.probes]).toEqual([[15], []]);
});

test("a reply in time keeps the connection", async () => {
  const setup = setUp();
  setup.waitingSince = 0;
  await setup.seconds(9);
  setup.heartbeat.heard();
  setup.waitingSince = undefined;
  await setup.seconds(30);
  expect(setup.deaths).toEqual([]);
  setup.heartbeat.stop();
});

test("probes immediately after the machine slept", async () => {
  const setup = setUp();
  await setup.seconds(1);
  setup.slept = 3_600_000;
  await setup.seconds(10);
  expect([setup.probes, setup.deaths]).toEqual([[2], []]);
  await setup.seconds(2);
  expect(setup.deaths).toEqual([12]);
});

test("gives a request another 10 s after the machine slept", async () => {
  const setup = setUp();
  setup.waitingSince = 0;
  await setup.seconds(1);
  setup.slept = 3_600_000;
  await setup.seconds(10);
  expect([setup.probes, setup.deaths]).toEqual([[], []]);
  await setup.seconds(2);
  expect(setup.deaths).toEqual([12]);
});

test("stops without leaving a timer, and can be started again", async () => {
  const { heartbeat, clock, deaths, probes, seconds } = setUp();
  await seconds(3);
  heartbeat.stop();
  expect(clock.pending).toBe(0);
  await seconds(100);
  expect([probes, deaths]).toEqual([[], []]);
  heartbeat.start();
  await seconds(34);
  expect(probes).toEqual([]);
  await seconds(2);
  expect(probes).toEqual([138]);
  heartbeat.stop();
});
