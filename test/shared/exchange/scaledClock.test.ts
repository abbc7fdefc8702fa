import { expect, test } from "vitest";
import { virtualClock } from "../../../src/exchange/index.ts";
import { scaledClock } from "../../../src/exchange/time/scaledClock.ts";

test("a scaled clock follows its base until it is set, and then runs at its speed from a given time", async () => {
  const base = virtualClock("2026-01-05T00:00:00Z");
  const clock = scaledClock(60, base);
  const start = base.now();
  await base.advance(1000);
  expect([clock.now(), clock.elapsed()]).toEqual([start + 1000, 1000]);
  clock.setTo(start - 86_400_000);
  await base.advance(1000);
  expect([clock.now(), clock.elapsed()]).toEqual([start - 86_400_000, 1000]);
  clock.run({ from: base.now() });
  expect(clock.now()).toBe(base.now());
  await base.advance(1000);
  expect([clock.now(), clock.elapsed()]).toEqual([start + 62_000, 61_000]);

  let fired = 0;
  clock.setTimeout(() => fired++, 60_000);
  const cleared = clock.setTimeout(() => fired++, 30_000);
  clock.clearTimeout(cleared);
  await base.advance(999);
  expect(fired).toBe(0);
  await base.advance(1);
  expect(fired).toBe(1);
});

test("a timer longer than the system's maximum does not fire early, and can be cleared at any time", async () => {
  const base = virtualClock(0);
  const delays: number[] = [];
  const watched = {
    ...base,
    setTimeout: (callback: () => void, ms: number): unknown => {
      delays.push(ms);
      return base.setTimeout(callback, ms);
    },
  };
  const clock = scaledClock(0.001, watched);
  clock.run();
  let fired = 0;
  clock.setTimeout(() => fired++, 86_400_000);
  const cleared = clock.setTimeout(() => fired++, 86_400_000);
  await base.advance(86_400_000_000 - 1);
  clock.clearTimeout(cleared);
  expect([fired, clock.now()]).toEqual([0, 86_399_999]);
  await base.advance(1);
  expect(fired).toBe(1);
  expect(Math.max(...delays)).toBeLessThan(2 ** 31);
});

test("a scaled clock changes its speed without a jump", async () => {
  const base = virtualClock(1_000_000);
  const clock = scaledClock(1, base);
  clock.setTo(0);
  await base.advance(500);
  clock.run();
  await base.advance(500);
  clock.run({ speed: 10 });
  expect([clock.now(), clock.elapsed()]).toEqual([500, 500]);
  await base.advance(500);
  expect([clock.now(), clock.elapsed()]).toEqual([5500, 5500]);
});
