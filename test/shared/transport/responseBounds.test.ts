// Responses that come from a cache, are too large, or contain extreme numbers.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { InsufficientBalanceError, ResponseError } from "../../../src/errors/index.ts";
import { OrderOutcomeUnknownError } from "../../../src/transport/index.ts";
import * as answers from "../../support/answers.ts";
import { driveSlowly } from "../../support/driveSlowly.ts";
import { drive, failure } from "../../support/drive.ts";
import { errorResponse, type Answer, type Sent } from "../../support/scripted.ts";
import { order, setUp } from "./scriptedClient.ts";

describe("caches", () => {
  const knows = typeof Request !== "undefined" && "cache" in Request.prototype;

  test("every GET bypasses them, if the runtime supports it", async () => {
    const seen: [string, unknown][] = [];
    const answer: Answer = ({ method, path }) =>
      method === "POST" ? answers.placed() : path.includes("/market/") ? answers.price() : answers.balance();
    const { clock, server } = setUp(answer);
    const client = new AgentExchangeClient({
      apiKey: "ak_live_x",
      clock,
      fetch: (url, init) => {
        seen.push([init.method ?? "GET", init.cache]);
        return server.fetch(url, init);
      },
    });
    await drive(clock, client.getPrice("BTCUSDT"));
    await drive(clock, client.getBalance());
    await driveSlowly(clock, client.placeMarketOrder(order));
    const expected = knows ? "no-store" : undefined;
    expect(seen).toEqual([
      ["GET", expected],
      ["GET", expected],
      ["POST", undefined],
    ]);
  });
});

describe("a response larger than maxResponseBytes", () => {
  /** An endless body, one chunk per pull. */
  function endless(headers: Readonly<Record<string, string>> = {}, status = 200) {
    const state = { sent: 0, cancelled: false };
    const chunk = new Uint8Array(10_000).fill(32);
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        state.sent += chunk.length;
        if (state.sent > 50_000_000) throw new Error("nobody stopped it");
        controller.enqueue(chunk);
      },
      cancel: () => {
        state.cancelled = true;
      },
    });
    return { state, response: new Response(body, { status, headers }) };
  }

  test.each([
    ["without a length", {}, 200],
    ["with a length that lies", { "content-length": "12" }, 200],
    ["of an error", {}, 500],
    ["of a errorResponse", {}, 422],
  ] as const)("%s is a ResponseError, and its body is cancelled", async (_name, headers, status) => {
    const { response, state } = endless(headers, status);
    const { clock, client, server } = setUp(() => response, { maxResponseBytes: 1_000_000 });
    const error = await failure(clock, client.getBalance());
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({ code: "RESPONSE_TOO_LARGE", status, attempts: 1, retryable: false });
    expect(state.cancelled).toBe(true);
    expect(state.sent).toBeLessThan(1_200_000);
    expect(server.sent).toHaveLength(1);
  });

  test("leaves the outcome of an order unknown", async () => {
    const { response } = endless({}, 201);
    const { clock, client } = setUp(() => response, { maxResponseBytes: 100_000 });
    const error = await failure(clock, client.placeMarketOrder(order));
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect((error as Error).cause).toBeInstanceOf(ResponseError);
  });

  test("starts one byte above the limit, counted in bytes", async () => {
    const body = JSON.stringify({ symbol: "BTCUSDT", price: "1", timestamp: "2026-03-05T14:07:31Z", note: "€€€" });
    const size = new TextEncoder().encode(body).length;
    const at = (maxResponseBytes: number) => setUp(() => new Response(body), { maxResponseBytes });
    const enough = at(size);
    expect((await drive(enough.clock, enough.client.getPrice("BTCUSDT"))).price.toString()).toBe("1");
    const short = at(size - 1);
    expect(await failure(short.clock, short.client.getPrice("BTCUSDT"))).toBeInstanceOf(ResponseError);
  });

  test("many chunks, split inside a character, are joined", async () => {
    const bytes = new TextEncoder().encode(
      JSON.stringify({ symbol: "€", price: "1", timestamp: "2026-03-05T14:07:31Z" }),
    );
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const { clock, client } = setUp(() => new Response(body));
    expect((await drive(clock, client.getPrice("BTCUSDT"))).symbol).toBe("€");
  });

  test("a custom fetch without body streams is limited too", async () => {
    const foreign = (text: string): Response =>
      ({ status: 200, ok: true, headers: new Headers(), text: async () => text, clone: () => foreign(text) }) as never;
    const body = JSON.stringify({ symbol: "BTCUSDT", price: "1", timestamp: "2026-03-05T14:07:31Z" });
    const { clock, client } = setUp((_sent: Sent, index) => foreign(index === 0 ? body : body + " ".repeat(500)), {
      maxResponseBytes: 500,
    });
    await drive(clock, client.getPrice("BTCUSDT"));
    expect(await failure(clock, client.getPrice("BTCUSDT"))).toMatchObject({ code: "RESPONSE_TOO_LARGE" });
  });

  test.each([0, -1, Number.NaN, "1000"])("%o is rejected", (maxResponseBytes) => {
    expect(() => new AgentExchangeClient({ maxResponseBytes: maxResponseBytes as number })).toThrow(/maxResponseBytes/);
  });
});

describe("extreme numbers", () => {
  const priced = (price: string) => () =>
    new Response(`{"symbol":"BTCUSDT","price":${price},"timestamp":"2026-03-05T14:07:31Z"}`);

  test.each([
    '"1e900000000"',
    '"1e-900000000"',
    '"0e900000000"',
    '"1e101"',
    '"1E-101"',
    `"${"9".repeat(101)}"`,
    `"0.${"0".repeat(100)}1"`,
    '"1e9999999999999999999"',
    "1e999",
    "61250",
  ])("a price of %s is a ResponseError with its path", async (price) => {
    const { clock, client } = setUp(priced(price));
    const error = await failure(clock, client.getPrice("BTCUSDT"));
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({ code: "UNEXPECTED_ANSWER", path: ["price"] });
  });

  test.each(['"1e100"', '"1E-100"', `"${"9".repeat(100)}"`, `"0.${"1".repeat(99)}"`, '"0E-8"'])(
    "a price of %s is read",
    async (price) => {
      const { clock, client } = setUp(priced(price));
      const { price: read } = await drive(clock, client.getPrice("BTCUSDT"));
      expect(read.eq(JSON.parse(price) as string)).toBe(true);
      expect(read.toFixed().length).toBeLessThanOrEqual(110);
    },
  );

  test("details of an error with such numbers are null", async () => {
    const details = { asset: "USDT", required: "1e900000000", available: "12.5" };
    const { clock, client } = setUp(() => errorResponse(400, "INSUFFICIENT_BALANCE", details));
    const error = await failure(clock, client.placeMarketOrder(order));
    expect(error).toBeInstanceOf(InsufficientBalanceError);
    expect((error as InsufficientBalanceError).required).toBeNull();
    expect((error as InsufficientBalanceError).available?.toString()).toBe("12.5");
  });

  test.each([
    ["a metric of 1e900", '{"period":"all","sharpe_ratio":1e900}', "getPerformance"],
    ["a count of 1e300", '{"orders":[],"total":1e300,"limit":100,"offset":0}', "listOrders"],
  ] as const)("%s is a ResponseError", async (_name, body, method) => {
    const { clock, client } = setUp(() => new Response(body));
    expect(await failure(clock, client[method]())).toBeInstanceOf(ResponseError);
  });

  test.each(["+275760-09-13T00:00:01Z", "2026-02-30T00:00:00Z", "9999999999999", "2026-03-05T99:00:00Z"])(
    "a timestamp of %s is a ResponseError",
    async (time) => {
      const { clock, client } = setUp(() => Response.json({ symbol: "BTCUSDT", price: "1", timestamp: time }));
      expect(await failure(clock, client.getPrice("BTCUSDT"))).toMatchObject({ path: ["timestamp"] });
    },
  );
});
