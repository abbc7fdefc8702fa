import { expect, test } from "vitest";
import { ConnectionError } from "../../../src/errors/index.ts";
import { virtualClock } from "../../../src/exchange/index.ts";
import { lazyCode } from "../../../src/transport/loadCode.ts";
import { quickClock } from "../../support/quickClock.ts";
import { unsteadyClock } from "../../support/unsteadyClock.ts";

test("code is loaded once, and again after a failure", async () => {
  let attempts = 0;
  const load = lazyCode(virtualClock(), "signing", async () => {
    attempts++;
    if (attempts === 1) throw new TypeError("Failed to fetch dynamically imported module");
    return "code";
  });
  const [first, second] = await Promise.allSettled([load(), load()]);
  expect(attempts).toBe(1);
  for (const { status, ...result } of [first, second]) {
    expect(status).toBe("rejected");
    expect(result).toMatchObject({ reason: { code: "CONNECTION_FAILED", retryable: true } });
  }
  await expect(load()).resolves.toBe("code");
  await expect(load()).resolves.toBe("code");
  expect(attempts).toBe(2);
});

test("the error says what could not be loaded", async () => {
  const cause = new TypeError("Failed to fetch dynamically imported module");
  const error: unknown = await lazyCode(virtualClock(), "signing", () => Promise.reject(cause))().catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error).toMatchObject({
    message: "The code for signing could not be loaded. Check the network, and try again.",
    cause,
  });
});

/** Clocks that tests and simulations give to a client, and what advances them. */
const clocks = {
  virtualClock() {
    const clock = virtualClock();
    return { clock, base: clock };
  },
  quickClock() {
    const clock = quickClock(0);
    return { clock, base: clock };
  },
  unsteadyClock() {
    const base = quickClock(0);
    return { clock: unsteadyClock(base, { offset: 11, rate: 1, steps: [] }), base };
  },
};

test.each(Object.entries(clocks))("no simulated time passes while code is loaded: %s", async (_name, create) => {
  const { clock, base } = create();
  const load = lazyCode(clock, "signing", () => new Promise<void>((resolve) => setTimeout(resolve, 50)));
  let loadedAt = Infinity;
  // As with orders: what a timer starts loads code a few promises later.
  const later = async (): Promise<void> => {
    for (let round = 0; round < 5; round++) await Promise.resolve();
    await load();
    loadedAt = base.elapsed();
  };
  base.setTimeout(() => void later(), 100);
  await base.advance(1000);
  expect(loadedAt).toBe(100);
});
