// Clocks that differ, invalid headers, caches, and responses that are too large.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { InsufficientBalanceError, RateLimitError, ResponseError } from "../../../src/errors/index.ts";
import { virtualClock } from "../../../src/exchange/time/clock.ts";
import { verifyRequest } from "../../../src/signing/index.ts";
import { OrderOutcomeUnknownError, type ClientOptions } from "../../../src/transport/index.ts";
import * as answers from "../../support/answers.ts";
import { driveSlowly } from "../../support/driveSlowly.ts";
import { drive, failure } from "../../support/drive.ts";
import { errorResponse, scripted, type Answer, type Sent } from "../../support/scripted.ts";

const start = "2026-03-05T14:00:10Z";
const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.02" } as const;
const secret = "sk_live_example";

const httpDate = (ms: number): string => new Date(Math.floor(ms / 1000) * 1000).toUTCString();

function setUp(answer: Answer, options: ClientOptions = {}) {
  const clock = virtualClock(start);
  const server = scripted(answer, clock);
  const client = new AgentExchangeClient({ apiKey: "ak_live_x", clock, fetch: server.fetch, ...options });
  return { clock, server, client };
}

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

describe("Retry-After", () => {
  const date = "Thu, 05 Mar 2026 14:00:10 GMT";
  const later = (seconds: number): string => httpDate(Date.parse(start) + seconds * 1000);

  test.each([
    ["twice the same", { "retry-after": "1, 1" }, {}, 1],
    ["twice, differing", { "retry-after": "1,3" }, {}, 3],
    ["three times", { "retry-after": "2, 2, 2" }, {}, 2],
    ["spaces around", { "retry-after": " 4 " }, {}, 4],
    ["a fraction", { "retry-after": "0.5" }, {}, 0.5],
    ["1e9 seconds", { "retry-after": "1000000000" }, {}, 60],
    ["400 digits", { "retry-after": "9".repeat(400) }, {}, 60],
    ["a negative number", { "retry-after": "-5" }, {}, null],
    ["a negative number, and a number in the body", { "retry-after": "-5" }, { retry_after_seconds: 7 }, 7],
    ["NaN", { "retry-after": "NaN" }, {}, null],
    ["nothing", { "retry-after": "" }, { retry_after_seconds: 7 }, 7],
    ["a date, relative to the response's Date", { "retry-after": later(7200 + 5), date: later(7200) }, {}, 5],
    ["such a date of a slow clock", { "retry-after": later(-7200 + 5), date: later(-7200) }, {}, 5],
    ["a date twice", { "retry-after": `${later(5)}, ${later(5)}`, date }, {}, 5],
    ["a date and a Date twice", { "retry-after": later(5), date: `${date}, ${date}` }, {}, 5],
    ["a date without Date", { "retry-after": later(6) }, {}, 6],
    ["a date years away", { "retry-after": "Thu, 05 Mar 2099 14:00:10 GMT", date }, {}, 60],
    ["a date past", { "retry-after": later(-60), date }, {}, 0],
    ["a body of years", {}, { retry_after_seconds: 1e9 }, 60],
    ["a body below zero", {}, { retry_after_seconds: -1 }, null],
    ["a string in the body", {}, { retry_after_seconds: "17" }, null],
  ] as const)("%s", async (_name, headers, details, expected) => {
    const limited = setUp(() => errorResponse(429, "RATE_LIMIT_EXCEEDED", details, headers), { rateLimit: "throw" });
    const error = await failure(limited.clock, limited.client.getOpenOrders());
    expect(error).toBeInstanceOf(RateLimitError);
    expect((error as RateLimitError).retryAfter).toBe(expected);
    if (expected === null) return;
    for (const [status, code] of [
      [503, "SERVICE_UNAVAILABLE"],
      [429, "RATE_LIMIT_EXCEEDED"],
    ] as const) {
      const { clock, client, server } = setUp(
        (_sent, index) => (index === 0 ? errorResponse(status, code, details, headers) : answers.price()),
        { timeout: 200_000 },
      );
      await drive(clock, client.getPrice("BTCUSDT"));
      expect(server.sent.map(({ at }) => at)).toEqual([0, expected * 1000]);
    }
  });

  test("of years pauses a tier for at most a minute", async () => {
    const { clock, client } = setUp(
      (_sent, index) =>
        index === 0 ? errorResponse(429, "RATE_LIMIT_EXCEEDED", {}, { "retry-after": "1000000000" }) : answers.orders(),
      { timeout: 200_000 },
    );
    await drive(clock, client.getOpenOrders());
    expect(clock.elapsed()).toBeLessThanOrEqual(60_500);
  });
});

describe("implausible X-RateLimit headers", () => {
  const now = Date.parse(start);
  const reset = Math.floor(now / 60_000) * 60 + 60;
  const good = { "x-ratelimit-limit": "100", "x-ratelimit-remaining": "90", "x-ratelimit-reset": String(reset) };

  const odd: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ["a reset in milliseconds", { "x-ratelimit-reset": String(reset * 1000), "x-ratelimit-remaining": "0" }],
    ["a reset in seconds from now", { "x-ratelimit-reset": "50", "x-ratelimit-remaining": "0" }],
    ["a reset of zero", { "x-ratelimit-reset": "0", "x-ratelimit-remaining": "0" }],
    ["a reset long past", { "x-ratelimit-reset": String(reset - 86_400 * 3), "x-ratelimit-remaining": "0" }],
    ["a reset in years", { "x-ratelimit-reset": String(reset + 1e9), "x-ratelimit-remaining": "0" }],
    ["a reset of twelve digits", { "x-ratelimit-reset": "999999999999", "x-ratelimit-remaining": "0" }],
    ["a huge limit", { ...good, "x-ratelimit-limit": "999999999999999" }],
    ["a limit of zero", { ...good, "x-ratelimit-limit": "0" }],
    ["a negative limit", { ...good, "x-ratelimit-limit": "-1" }],
    ["negative remaining", { ...good, "x-ratelimit-remaining": "-5" }],
    ["huge remaining", { ...good, "x-ratelimit-remaining": "999999999999" }],
    ["NaN", { "x-ratelimit-limit": "NaN", "x-ratelimit-remaining": "NaN", "x-ratelimit-reset": "NaN" }],
    [
      "Infinity",
      { "x-ratelimit-limit": "Infinity", "x-ratelimit-remaining": "Infinity", "x-ratelimit-reset": "Infinity" },
    ],
    ["exponents", { "x-ratelimit-limit": "1e2", "x-ratelimit-remaining": "1e1", "x-ratelimit-reset": "1e12" }],
    ["all twice", Object.fromEntries(Object.entries(good).map(([name, value]) => [name, `${value}, ${value}`]))],
    ["all twice, differing", { ...good, "x-ratelimit-reset": `${reset}, ${reset + 60}` }],
  ];

  test.each(odd.flatMap((row) => [[...row, true] as const, [...row, false] as const]))(
    "%s %o, with Date: %s, delay no request and do not change the clock",
    async (_name, headers, dates) => {
      const { clock, client, server } = setUp(
        () => {
          const response = answers.orders();
          for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
          if (dates) response.headers.set("date", httpDate(clock.now()));
          return response;
        },
        { apiSecret: secret, signRequests: true, timeout: 30_000 },
      );
      for (let call = 0; call < 8; call++) await driveSlowly(clock, client.getOpenOrders());
      expect(clock.elapsed()).toBeLessThan(30_000);
      for (const { headers: sent } of server.sent) {
        expect(Math.abs(Number(sent["x-timestamp"]) - now)).toBeLessThan(62_000);
      }
    },
  );

  test("a limit that was sent twice is read", async () => {
    const { clock, client, server } = setUp(() => {
      const response = answers.orders();
      response.headers.set("x-ratelimit-limit", "3, 3");
      response.headers.set("x-ratelimit-remaining", "0, 0");
      response.headers.set("x-ratelimit-reset", `${reset}, ${reset}`);
      return response;
    });
    await drive(clock, client.getOpenOrders());
    await expect(client.getOpenOrders({}, { timeout: 1000 })).rejects.toMatchObject({ limit: 3 });
    expect(server.sent).toHaveLength(1);
  });
});

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
