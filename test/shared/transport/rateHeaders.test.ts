// Retry-After and X-RateLimit headers, valid and implausible.
import { describe, expect, test } from "vitest";
import { RateLimitError } from "../../../src/errors/index.ts";
import * as answers from "../../support/answers.ts";
import { driveSlowly } from "../../support/driveSlowly.ts";
import { drive, failure } from "../../support/drive.ts";
import { errorResponse } from "../../support/scripted.ts";
import { start, secret, setUp, httpDate } from "./scriptedClient.ts";

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
