// The timestamps that requests are signed with.
import { expect, test, vi } from "vitest";
import { virtualClock } from "../../../src/exchange/time/clock.ts";
import { createServerTime } from "../../../src/transport/serverTime.ts";
import { createTimestamps } from "../../../src/transport/timestamps.ts";

const COUNT = 20_000;

let lookups = 0;

class CountingMap<Key, Value> extends Map<Key, Value> {
  override get(key: Key): Value | undefined {
    lookups++;
    return super.get(key);
  }

  override has(key: Key): boolean {
    lookups++;
    return super.has(key);
  }
}

test("each is used once, and finding the next one takes no longer the more there are", async () => {
  const clock = virtualClock("2026-03-05T14:00:10Z");
  vi.stubGlobal("Map", CountingMap);
  const next = createTimestamps(clock, createServerTime(clock));
  vi.unstubAllGlobals();
  const taken: number[] = [];
  // More than one a millisecond, for a long time: they run ahead of the clock, up to the limit of a burst.
  for (let index = 0; index < COUNT; index++) {
    taken.push(next());
    if (index % 100 === 0) await clock.advance(1);
  }
  expect(new Set(taken).size).toBe(COUNT);
  expect(lookups).toBeGreaterThanOrEqual(COUNT);
  expect(lookups).toBeLessThan(8 * COUNT);
});
