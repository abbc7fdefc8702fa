// Rate limits of a client: waiting, rejecting or sending everything.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { ClientClosedError } from "../../../src/errors/index.ts";
import { virtualClock } from "../../../src/exchange/index.ts";
import * as answers from "../../support/answers.ts";
import { drive, failure } from "../../support/drive.ts";
import { rateServer } from "../../support/rateServer.ts";
import { errorResponse, scripted } from "../../support/scripted.ts";

describe("through a client", () => {
  const start = new Date("2026-03-05T14:00:10Z");
  const orders = (): Response => answers.orders();

  function counted(options: ConstructorParameters<typeof AgentExchangeClient>[0] = {}) {
    const clock = virtualClock(start);
    const platform = rateServer(clock);
    const server = scripted(({ path }) => {
      if (!path.startsWith("/api/v1/trade/")) return path.includes("/market/") ? answers.price() : answers.balance();
      const { isRejected, headers, retryAfter } = platform.arrive();
      const details = { limit: 100, window_seconds: 60, retry_after_seconds: retryAfter };
      if (isRejected)
        return errorResponse(429, "RATE_LIMIT_EXCEEDED", details, { ...headers, "retry-after": String(retryAfter) });
      const response = orders();
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      return response;
    }, clock);
    return {
      clock,
      platform,
      server,
      client: new AgentExchangeClient({ apiKey: "ak_live_x", clock, fetch: server.fetch, ...options }),
    };
  }

  test("250 simultaneous calls take three windows and are never rejected", async () => {
    const { clock, platform, client } = counted({ timeout: 200_000 });
    await drive(clock, Promise.all(Array.from({ length: 250 }, () => client.listOrders())));
    expect([...platform.counts.values()]).toEqual([100, 100, 50]);
    expect(clock.pending).toBe(0);
  });

  test("market data is never limited, and each tier has its own limit", async () => {
    const { clock, client } = counted();
    const flood = Array.from({ length: 100 }, () => client.listOrders());
    const others = [...Array.from({ length: 2000 }, () => client.getPrice("BTCUSDT")), client.getBalance()];
    await Promise.all([...flood, ...others]);
    expect(clock.elapsed()).toBe(0);
  });

  test("a 429 pauses the whole tier for the time that the platform asks for", async () => {
    const { clock, server, client, platform } = counted({ timeout: 100_000 });
    for (let index = 0; index < 100; index++) platform.arrive(); // another program spent it
    const first = client.listOrders();
    await clock.advance(100);
    const others = Array.from({ length: 5 }, () => client.listOrders());
    await clock.advance(49_000);
    expect(server.sent).toHaveLength(1);
    await drive(clock, Promise.all([first, ...others]));
    expect(server.sent).toHaveLength(7);
    expect(platform.rejections).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test("\"throw\" reports the platform's rejections like the client's own", async () => {
    const { clock, server, client, platform } = counted({ rateLimit: "throw" });
    for (let index = 0; index < 100; index++) platform.arrive();
    expect(await failure(clock, client.listOrders())).toMatchObject({
      status: 429,
      retryAfter: 50,
      limit: 100,
      attempts: 1,
    });
    expect(await failure(clock, client.listOrders())).toMatchObject({
      status: null,
      code: "RATE_LIMIT_EXCEEDED",
      attempts: 0,
    });
    expect(server.sent).toHaveLength(1);
  });

  test("false sends every request, and retries after a rejection", async () => {
    const { clock, server, client, platform } = counted({ rateLimit: false, timeout: 100_000 });
    await drive(clock, Promise.all(Array.from({ length: 120 }, () => client.listOrders())));
    expect(platform.rejections).toHaveLength(20);
    expect(server.sent).toHaveLength(140);
  });

  test("market data that is rejected nevertheless is retried after the delay that the platform asks for", async () => {
    const clock = virtualClock(start);
    const server = scripted(
      (_sent, index) => (index < 2 ? errorResponse(429, "HTTP_429", {}, { "retry-after": "7" }) : answers.price()),
      clock,
    );
    await drive(clock, new AgentExchangeClient({ clock, fetch: server.fetch }).getPrice("BTCUSDT"));
    expect(server.sent.map(({ at }) => at)).toEqual([0, 7000, 14_000]);
  });

  test("a rejected request that cannot wait reports its number of attempts", async () => {
    const { clock, client, platform } = counted({ timeout: 5000 });
    for (let index = 0; index < 100; index++) platform.arrive();
    const error = await failure(clock, client.listOrders());
    expect(error).toMatchObject({ code: "RATE_LIMIT_EXCEEDED", retryAfter: 50, attempts: 1 });
    expect((error as Error).message).toContain("The platform rejected the request.");
  });

  test("a failed login does not count as a request of the call", async () => {
    const clock = virtualClock(start);
    const broken = new AgentExchangeClient({
      clock,
      fetch: () => Promise.reject(new Error("never")),
      rateLimit: "throw",
      token: () => Promise.reject(new Error("no token")),
    });
    for (let index = 0; index < 150; index++) await expect(broken.listOrders()).rejects.toThrow("no token");
  });

  test("close() rejects waiting calls and clears the timers", async () => {
    const { clock, client } = counted({ timeout: 100_000 });
    const calls = Array.from({ length: 120 }, () => client.listOrders());
    const results = Promise.allSettled(calls);
    await clock.advance(1000);
    await client.close();
    const left = (await results).filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
    expect(left).toHaveLength(20);
    for (const { reason } of left) expect(reason).toBeInstanceOf(ClientClosedError);
    expect(clock.pending).toBe(0);
  });
});
