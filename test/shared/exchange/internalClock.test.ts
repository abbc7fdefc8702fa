import { describe, expect, it } from "vitest";
import { createInternalClock } from "../../../src/exchange/time/internalClock.ts";
import { createExchange, manualMarket, virtualClock, type ExchangeClock } from "../../../src/exchange/index.ts";
import { memoryStore } from "../../support/memoryStore.ts";
import { PAIRS } from "./scenes.ts";
import { START } from "./trader.ts";

const HOUR = 3_600_000;

/** A clock like the computer's: it runs on its own, can be set, and stops while the machine sleeps. */
function computer(): ExchangeClock & {
  readonly pass: (ms: number) => Promise<void>;
  readonly step: (ms: number) => void;
} {
  const virtual = virtualClock(START);
  let stepped = 0;
  return {
    now: () => virtual.now() + stepped,
    elapsed: () => virtual.elapsed(),
    setTimeout: (callback, ms) => virtual.setTimeout(callback, ms),
    clearTimeout: (timer) => virtual.clearTimeout(timer),
    pass: (ms) => virtual.advance(ms),
    step(ms) {
      stepped += ms;
    },
  };
}

describe("an exchange's time", () => {
  it("follows its clock forwards, even if it jumps", async () => {
    const base = computer();
    const { clock } = createInternalClock(base);
    for (const [passed, step] of [
      [1000, 0],
      [1, 8 * HOUR],
      [500, 30 * 24 * HOUR],
      [7, 3],
    ] as const) {
      await base.pass(passed);
      base.step(step);
      expect(clock.now()).toBe(base.now());
    }
    expect(clock.elapsed()).toBe(1508);
  });

  it("never goes back: it runs at half speed until a clock that was set back has caught up", async () => {
    const base = computer();
    const { clock } = createInternalClock(base);
    const before = clock.now();
    base.step(-10_000);
    expect(clock.now()).toBe(before);
    let last = before;
    for (let passed = 0; passed < 19_000; passed += 333) {
      await base.pass(333);
      expect(clock.now()).toBeGreaterThan(last);
      last = clock.now();
    }
    await base.pass(3000);
    expect(clock.now()).toBe(base.now());
    await base.pass(HOUR);
    expect(clock.now()).toBe(base.now());
  });

  it("continues at its own speed when a clock is set back by more than an hour, and follows it once it is corrected", async () => {
    const base = computer();
    const { clock } = createInternalClock(base);
    const before = clock.now();
    base.step(-30 * 24 * HOUR);
    await base.pass(HOUR);
    expect(clock.now()).toBe(before + HOUR);
    base.step(31 * 24 * HOUR);
    expect(clock.now()).toBe(base.now());
  });

  it("does not drift from a clock with whole milliseconds, however often it is read", async () => {
    const base = computer();
    const coarse: ExchangeClock = { ...base, now: () => Math.floor(base.now() / 16) * 16 };
    const { clock } = createInternalClock(coarse);
    for (let asked = 0; asked < 2000; asked++) {
      await Promise.resolve();
      if (asked % 10 === 0) await base.pass(1);
      expect(clock.now()).toBeLessThanOrEqual(base.now());
      expect(clock.now()).toBeGreaterThanOrEqual(coarse.now());
    }
  });
});

describe("an exchange that continues from a store", () => {
  it("has the time of its clock, however long replaying the journal took", async () => {
    const store = memoryStore();
    const base = computer();
    const open = (clock: ExchangeClock): ReturnType<typeof createExchange> =>
      createExchange({ clock, store, seed: 7, market: manualMarket(PAIRS) });
    await open(base).register();
    // Replaying the journal takes a while: each reading of the clock is a second later.
    const slow: ExchangeClock = {
      ...base,
      now() {
        base.step(1000);
        return base.now();
      },
    };
    const exchange = open(slow);
    expect(exchange.connection.clock.now()).toBe(base.now());
  });

  it("continues from its last time if the computer's clock was set back meanwhile", async () => {
    const store = memoryStore();
    const base = computer();
    const open = (): ReturnType<typeof createExchange> =>
      createExchange({ clock: base, store, seed: 7, market: manualMarket(PAIRS) });
    const first = open();
    await first.register();
    await base.pass(60_000);
    const told = first.connection.clock.now();
    first.close();
    base.step(-120_000);
    const second = open();
    expect(second.connection.clock.now()).toBeGreaterThanOrEqual(told);
    await base.pass(400_000);
    expect(second.connection.clock.now()).toBe(base.now());
  });
});
