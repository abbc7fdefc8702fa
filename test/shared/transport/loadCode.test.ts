import { expect, test } from "vitest";
import { ConnectionError } from "../../../src/errors/index.ts";
import { virtualClock } from "../../../src/exchange/index.ts";
import { lazyCode } from "../../../src/transport/loadCode.ts";

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

test("no simulated time passes while code is loaded", async () => {
  const clock = virtualClock();
  const load = lazyCode(clock, "signing", () => new Promise<void>((resolve) => setTimeout(resolve, 50)));
  let loadedAt = Infinity;
  clock.setTimeout(() => void load().then(() => (loadedAt = clock.elapsed())), 100);
  await clock.advance(1000);
  expect(loadedAt).toBe(100);
});
