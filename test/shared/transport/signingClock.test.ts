// Signed requests are corrected if the clocks of client and platform differ.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { virtualClock } from "../../../src/exchange/time/clock.ts";
import { verifyRequest } from "../../../src/signing/index.ts";
import * as answers from "../../support/answers.ts";
import { driveSlowly } from "../../support/driveSlowly.ts";
import { failure } from "../../support/drive.ts";
import { withSlowSignatures } from "../../support/slowSignatures.ts";
import { errorResponse } from "../../support/scripted.ts";
import { start, order, secret, setUp, httpDate } from "./scriptedClient.ts";

/** A gateway that accepts each fresh signature once. Its clock is `skew` milliseconds ahead of the client's. */
function gateway(skew: number, dates = true) {
  const clock = virtualClock(start);
  const seen = new Set<string>();
  const signatures: string[] = [];
  const rejected: string[] = [];
  const executed: string[] = [];
  const state = { skew };
  const client = new AgentExchangeClient({
    apiKey: "ak_live_x",
    apiSecret: secret,
    signRequests: true,
    clock,
    fetch: async (url, init) => {
      const request = new Request(url, init);
      const now = clock.now() + state.skew;
      const headers: Record<string, string> = dates ? { date: httpDate(now) } : {};
      const signature = request.headers.get("x-signature") ?? "";
      signatures.push(signature);
      const { pathname } = new URL(url);
      if (!(await verifyRequest(request, secret, { now })) || seen.has(signature)) {
        rejected.push(pathname);
        return errorResponse(401, "INVALID_SIGNATURE", undefined, headers);
      }
      seen.add(signature);
      executed.push(pathname);
      const response =
        request.method === "POST"
          ? answers.placed()
          : pathname.includes("/market/")
            ? answers.price()
            : pathname.includes("/trade/")
              ? answers.orders()
              : answers.balance();
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      return response;
    },
  });
  return { clock, client, state, signatures, rejected, executed };
}

describe("signing with a clock that is off", () => {
  const offsets = [-3_600_000, -600_000, -45_000, 45_000, 119_000, 121_000, 600_000, 3_600_000, 40 * 86_400_000];

  test.each(offsets)("by %d ms is corrected within the first call", async (skew) => {
    for (const run of [
      (client: AgentExchangeClient): Promise<unknown> => client.getPrice("BTCUSDT"),
      (client: AgentExchangeClient): Promise<unknown> => client.getBalance(),
      (client: AgentExchangeClient): Promise<unknown> => client.getOpenOrders(),
      (client: AgentExchangeClient): Promise<unknown> => client.placeMarketOrder(order),
    ]) {
      const { clock, client, rejected, executed, signatures } = gateway(skew);
      await driveSlowly(clock, run(client));
      expect([rejected.length, executed.length]).toEqual([1, 1]);
      await driveSlowly(clock, Promise.all([run(client), run(client)]));
      expect([rejected.length, executed.length]).toEqual([1, 3]);
      expect(new Set(signatures).size).toBe(signatures.length);
    }
  });

  test("is corrected in each of many simultaneous calls, and each is executed once", async () => {
    const { clock, client, rejected, executed, signatures } = gateway(600_000);
    await driveSlowly(clock, Promise.all(Array.from({ length: 20 }, () => client.placeMarketOrder(order))));
    expect(executed).toHaveLength(20);
    expect(rejected.length).toBeLessThanOrEqual(20);
    expect(new Set(signatures).size).toBe(signatures.length);
  });

  test("is corrected each time the platform's clock is set", async () => {
    const { clock, client, state, executed, signatures } = gateway(0);
    for (const skew of [0, 600_000, -600_000, 0, -35_000, 7 * 86_400_000, 0]) {
      state.skew = skew;
      await driveSlowly(clock, client.placeMarketOrder(order));
      await clock.advance(1000);
    }
    expect(executed).toHaveLength(7);
    expect(new Set(signatures).size).toBe(signatures.length);
  });

  test("never repeats a signature, even if the platform's time goes back and forth over the same milliseconds", async () => {
    const { clock, client, state, signatures } = gateway(0);
    for (let round = 0; round < 300; round++) {
      state.skew = round % 2 === 0 ? 0 : -5000;
      await driveSlowly(clock, Promise.all([client.getBalance(), client.getBalance(), client.getBalance()]));
      await clock.advance(round % 2 === 0 ? 5000 : 0);
    }
    expect(signatures.length).toBeGreaterThanOrEqual(900);
    expect(new Set(signatures).size).toBe(signatures.length);
  });

  test("is not corrected if Date is hidden, or agrees with the signed time", async () => {
    for (const { clock, client, signatures } of [gateway(600_000, false)]) {
      expect(await failure(clock, client.getBalance())).toMatchObject({ code: "INVALID_SIGNATURE", attempts: 1 });
      expect(signatures).toHaveLength(1);
    }
    const { clock, client, server } = setUp(
      () => errorResponse(401, "INVALID_SIGNATURE", undefined, { date: httpDate(Date.parse(start)) }),
      { apiSecret: secret, signRequests: true },
    );
    expect(await failure(clock, client.getBalance())).toMatchObject({ code: "INVALID_SIGNATURE", attempts: 1 });
    expect(server.sent).toHaveLength(1);
  });

  test("no simulated time passes while a request is signed", async () => {
    let sentAt = Infinity;
    const { clock, client } = setUp(
      () => {
        sentAt = clock.elapsed();
        return answers.balance();
      },
      { apiSecret: secret, signRequests: true },
    );
    await withSlowSignatures(async () => {
      const balance = client.getBalance();
      await clock.advance(1000);
      await balance;
    });
    expect(sentAt).toBe(0);
  });

  test("is corrected only once per call", async () => {
    let ahead = 0;
    const { clock, client, server } = setUp(
      () =>
        errorResponse(401, "INVALID_SIGNATURE", undefined, { date: httpDate(Date.parse(start) + (ahead += 600_000)) }),
      { apiSecret: secret, signRequests: true },
    );
    expect(await failure(clock, client.placeMarketOrder(order))).toMatchObject({
      code: "INVALID_SIGNATURE",
      attempts: 2,
    });
    expect(server.sent).toHaveLength(2);
  });

  test("a client that does not sign does not retry after a 401", async () => {
    const { clock, client, server } = setUp(() =>
      errorResponse(401, "INVALID_API_KEY", undefined, { date: httpDate(Date.parse(start) + 600_000) }),
    );
    expect(await failure(clock, client.getBalance())).toMatchObject({ code: "INVALID_API_KEY", attempts: 1 });
    expect(server.sent).toHaveLength(1);
  });

  test("the date of a cached response is ignored", async () => {
    const { clock, client, server } = setUp(
      (_sent, index) => {
        const headers =
          index === 1 ? { date: "Thu, 05 Mar 2026 11:00:00 GMT", age: "10811" } : { date: httpDate(clock.now()) };
        const response = answers.price();
        for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
        return response;
      },
      { apiSecret: secret, signRequests: true },
    );
    for (let call = 0; call < 3; call++) await driveSlowly(clock, client.getPrice("BTCUSDT"));
    const times = server.sent.map(({ headers }) => Number(headers["x-timestamp"]));
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(5000);
  });
});
