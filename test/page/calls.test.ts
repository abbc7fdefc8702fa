// What the page learns from its own requests: their times, failures and rate limits.
import { AuthenticationError, PermissionError } from "agentexchange";
import { beforeEach, expect, test } from "vitest";
import { createClient, getPrice } from "agentexchange/core";
import * as calls from "../../demo/src/state/calls.ts";
import * as answers from "../support/answers.ts";

beforeEach(() => calls.resetCalls("key"));

test("requests to one path that overtake each other keep their own times", async () => {
  const arrivals: ((response: Response) => void)[] = [];
  const watch = calls.recordRequests(() => new Promise((resolve) => arrivals.push(resolve)), 1);
  const client = createClient({ baseUrl: "https://exchange.example", retry: false, rateLimit: false, ...watch });
  const timings: calls.RequestTiming[] = [];
  const stop = calls.onRequest((timing) => timings.push(timing));
  const first = client.send(getPrice, "BTCUSDT");
  await expect.poll(() => arrivals.length).toBe(1);
  const between = performance.now();
  const second = client.send(getPrice, "BTCUSDT");
  await expect.poll(() => arrivals.length).toBe(2);
  arrivals[1]?.(answers.price());
  await second;
  const secondDone = performance.now();
  arrivals[0]?.(answers.price());
  await first;
  stop();
  await client.close();
  const [early, late] = timings;
  expect(early?.id).not.toBe(late?.id);
  // The one that was sent second ended first.
  expect(early?.sentAt).toBeGreaterThanOrEqual(between - 1);
  expect(early?.respondedAt).toBeLessThanOrEqual(secondDone + 1);
  expect(late?.sentAt).toBeLessThanOrEqual(between + 1);
  expect(late?.respondedAt).toBeGreaterThanOrEqual(secondDone - 1);
  expect(calls.traffic.peek()).toMatchObject({ requests: 2, retries: 0, errors: 0, latest: [true, true] });
});

test("the times of a client whose clock runs faster are real ones", () => {
  const { onResponse } = calls.recordRequests(() => Promise.reject(new Error("unused")), 60);
  const timings: calls.RequestTiming[] = [];
  const stop = calls.onRequest((timing) => timings.push(timing));
  const event = { id: 1, name: "getPrice", method: "GET", path: "/", attempt: 1, status: 200, code: null };
  onResponse({ ...event, waited: 600, took: 6000, headersTook: 3000 });
  stop();
  const phases = timings.map(({ queuedAt, sentAt, respondedAt, completedAt }) =>
    [sentAt - queuedAt, respondedAt - sentAt, completedAt - sentAt].map(Math.round),
  );
  expect(phases).toEqual([[10, 50, 100]]);
});

test("requests that the page ends do not count, failures of the service do", () => {
  const { onResponse } = calls.recordRequests(() => Promise.reject(new Error("unused")), 1);
  const event = { id: 1, name: "getPrice", method: "GET", path: "/", waited: 0, took: 5, headersTook: null } as const;
  onResponse({ ...event, attempt: 1, status: null, code: "ABORTED" });
  onResponse({ ...event, attempt: 1, status: null, code: "CLIENT_CLOSED" });
  onResponse({ ...event, attempt: 1, status: null, code: "CONNECTION_FAILED" });
  onResponse({ ...event, attempt: 2, status: 503, code: "SERVICE_UNAVAILABLE" });
  onResponse({ ...event, attempt: 1, status: 404, code: "INVALID_SYMBOL" });
  expect(calls.traffic.peek()).toMatchObject({ requests: 3, retries: 1, errors: 3, latest: [false, false, true] });
});

test("requests of a client that is closed do not count for the connection after it", async () => {
  const watch = calls.recordRequests(
    (_, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error))),
    1,
  );
  const client = createClient({ baseUrl: "https://exchange.example", retry: false, rateLimit: false, ...watch });
  const ended: (string | null)[] = [];
  const stop = calls.onRequest(({ code }) => ended.push(code));
  const sent = new Promise<void>((resolve) => {
    const stopSent = calls.onSent(() => (stopSent(), resolve()));
  });
  const price = client.send(getPrice, "BTCUSDT").catch(() => {});
  await sent;
  await client.close();
  await price;
  stop();
  expect(ended).toHaveLength(1);
  expect(calls.traffic.peek()).toMatchObject({ requests: 0, latest: [] });
});

test("rate limits are read for each tier", async () => {
  const headers = { "x-ratelimit-limit": "1200", "x-ratelimit-remaining": "1100" };
  const { fetch } = calls.recordRequests(() => Promise.resolve(new Response("", { headers })), 1);
  await fetch("https://exchange.example/api/v1/market/price/BTCUSDT", {});
  await fetch("https://exchange.example/api/v1/trade/orders", {});
  expect(calls.rateLimits.peek()).toEqual([
    { tier: "market data", limit: 1200, remaining: 1100 },
    { tier: "orders", limit: 1200, remaining: 1100 },
  ]);
});

test("a token is refused by what knows tokens, not by market data that is asked for without one", () => {
  const missing = new AuthenticationError("requires a token", { code: "INVALID_API_KEY", status: 401 });
  calls.resetCalls("token");
  calls.recordFailure("order book", missing);
  calls.recordFailure("balances", new PermissionError("not allowed", { code: "PERMISSION_DENIED", status: 403 }));
  expect(calls.keyRefused.peek()).toBe(null);
  expect(calls.isDenial(missing)).toBe(true);
  calls.recordFailure("balances", new AuthenticationError("expired", { code: "INVALID_TOKEN", status: 401 }));
  expect(calls.keyRefused.peek()).toBe("expired");
  // With a key, the same answer means that the key is wrong.
  calls.resetCalls("key");
  calls.recordFailure("balances", missing);
  expect(calls.keyRefused.peek()).toBe("requires a token");
});
