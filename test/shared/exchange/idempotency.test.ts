// Orders with an idempotency key are executed once, and their responses say so.
import { describe, expect, it } from "vitest";
import { manualMarket, type ManualMarket } from "../../../src/exchange/index.ts";
import { boundless, send, SETS_ORIGIN, type Trader } from "./trader.ts";
import { BUY, LIMIT, TOO_LARGE, setup, place, replayedOf, shown, codeOf } from "./idempotencySetup.ts";

async function orders(bot: Trader): Promise<number> {
  return (await bot.get("/trade/orders")).json.total;
}

describe("an order with a key", () => {
  it.each([BUY, LIMIT])("is executed once, and a repeat gets the same response: $type", async (order) => {
    const { exchange, bot } = await setup();
    const first = await place(bot, order, "a");
    expect([first.status, replayedOf(first)]).toEqual([201, "false"]);
    // Neither prices nor balances change the reply.
    exchange.market.set("BTCUSDT", { price: "30000" });
    await exchange.advance(3000);
    await bot.order({ ...BUY, quantity: "0.02" });
    expect(shown(await place(bot, order, "a"))).toEqual([201, "true", first.json]);
    expect(await orders(bot)).toBe(2);
  });

  it("is a new order with another key, and gets no header without a key", async () => {
    const { bot } = await setup();
    const [first, second] = [await place(bot, BUY, "a"), await place(bot, BUY, "b")];
    expect(second.json.order_id).not.toBe(first.json.order_id);
    expect([replayedOf(second), replayedOf(await bot.order(BUY))]).toEqual(["false", null]);
    expect(replayedOf(await bot.get("/account/balance", { "idempotency-key": "a" }))).toBeNull();
    expect(await orders(bot)).toBe(3);
  });

  it("that the engine rejected stays rejected, even if conditions change", async () => {
    const { exchange, bot } = await setup();
    const first = await place(bot, TOO_LARGE, "a");
    expect(codeOf(first)).toEqual([400, "ORDER_REJECTED", "false"]);
    exchange.market.set("BTCUSDT", { price: "50" });
    expect((await bot.order({ ...TOO_LARGE })).status).toBe(201);
    expect(shown(await place(bot, TOO_LARGE, "a"))).toEqual([400, "true", first.json]);
    expect(await orders(bot)).toBe(1);
  });

  it.each([
    ["quantity", { ...BUY, quantity: "0.0000001" }],
    ["notional", { ...LIMIT, price: "1" }],
    ["amount", { ...LIMIT, symbol: "NOPEUSDT" }],
  ])("rejected by another rule stays rejected, too: %s", async (_, order) => {
    const { bot } = await setup();
    const first = await place(bot, order, "a");
    expect(first.status).toBe(400);
    expect(shown(await place(bot, order, "a"))).toEqual([400, "true", first.json]);
  });

  it("with another body is rejected and not placed", async () => {
    const { bot } = await setup();
    await place(bot, BUY, "a");
    await place(bot, TOO_LARGE, "b");
    for (const [key, other] of [
      ["a", { ...BUY, quantity: "0.02" }],
      ["a", { ...BUY, quantity: "0.010" }],
      ["a", LIMIT],
      ["b", BUY],
      ["a", "{"],
      ["a", "[".repeat(100_000)],
      ["a", ""],
    ] as const)
      expect(codeOf(await place(bot, other, key))).toEqual([422, "IDEMPOTENCY_KEY_REUSED", "false"]);
    expect(await orders(bot)).toBe(1);
    expect(replayedOf(await place(bot, BUY, "a"))).toBe("true");
  });

  it("has the same body regardless of white space and field order", async () => {
    const { bot } = await setup();
    const { json } = await place(bot, BUY, "a");
    const turned = Object.fromEntries(Object.entries(BUY).toReversed());
    for (const body of [JSON.stringify(BUY, undefined, 2), turned])
      expect(shown(await place(bot, body, "a"))).toEqual([201, "true", json]);
  });

  it("that never reached the engine leaves its key unused", async () => {
    const { bot } = await setup();
    for (const body of [{ ...BUY, side: "hold" }, { ...BUY, quantity: "-1" }, { ...BUY, price: "5" }, "{", "[]"]) {
      const answer = await place(bot, body, "a");
      expect([answer.status, replayedOf(answer)]).toEqual([422, "false"]);
    }
    expect((await place(bot, BUY, "a")).status).toBe(201);
  });

  it.each([
    ["of 256 characters", "k".repeat(256)],
    ["with a space", "a b"],
    ["that came twice", "a, a"],
    ["beyond ASCII", "caf\u00e9"],
    ["of no characters", ""],
  ])("rejects a key %s: 1 to 255 visible characters are allowed", async (_, key) => {
    const { bot } = await setup();
    const answer = await place(bot, BUY, key);
    expect(codeOf(answer)).toEqual([422, "VALIDATION_ERROR", "false"]);
    expect(answer.json.error.message).toContain("1 to 255 visible ASCII characters");
    expect(await orders(bot)).toBe(0);
  });

  it("accepts all visible characters in its key", async () => {
    const { bot } = await setup();
    const key = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).join("") + "k".repeat(161);
    expect(key).toHaveLength(255);
    expect(replayedOf(await place(bot, BUY, key))).toBe("false");
    expect(replayedOf(await place(bot, BUY, key))).toBe("true");
  });

  it("sent many times concurrently is executed once", async () => {
    const { bot } = await setup();
    const answers = await Promise.all(Array.from({ length: 20 }, () => place(bot, BUY, "a")));
    expect(new Set(answers.map(({ json }) => json.order_id)).size).toBe(1);
    expect(answers.filter((answer) => replayedOf(answer) === "false")).toHaveLength(1);
    expect(await orders(bot)).toBe(1);
  });

  it("is remembered if its response was lost", async () => {
    let lost = false;
    const { bot } = await setup({
      faults: ({ method, path }) =>
        method === "POST" && path.endsWith("/trade/order") && !lost ? ((lost = true), "reset-after") : undefined,
    });
    await expect(place(bot, BUY, "a")).rejects.toThrow(TypeError);
    expect(replayedOf(await place(bot, BUY, "a"))).toBe("true");
    expect(await orders(bot)).toBe(1);
  });

  it("is remembered after it was cancelled and the account was reset", async () => {
    const { bot } = await setup();
    const { json } = await place(bot, LIMIT, "a");
    await bot.send("DELETE", `/trade/order/${json.order_id}`);
    await bot.send("POST", "/account/reset", { confirm: true });
    expect(shown(await place(bot, LIMIT, "a"))).toEqual([201, "true", json]);
  });
});

describe("every response to a keyed order has the idempotency header", () => {
  it("even if the order was never read", async () => {
    const { exchange, bot } = await setup({ rateLimits: true });
    const missing = "00000000-0000-4000-8000-000000000000";
    expect(codeOf(await place(bot, BUY, "a", { "x-api-key": "nobody" }))).toEqual([401, "INVALID_API_KEY", "false"]);
    const large = await place(bot, `"${"x".repeat(1024 * 1024)}"`, "a");
    expect([large.status, replayedOf(large)]).toEqual([413, "false"]);
    const unknown = await bot.send("POST", `/backtest/${missing}/trade/order`, BUY, { "idempotency-key": "a" });
    expect([unknown.status, replayedOf(unknown)]).toEqual([404, "false"]);
    for (let used = 0; used < 100; used++) await bot.get("/trade/orders");
    const limited = await place(bot, BUY, "a");
    expect(codeOf(limited)).toEqual([429, "RATE_LIMIT_EXCEEDED", "false"]);
    await exchange.advance(60_000);
    expect(replayedOf(await place(bot, BUY, "a"))).toBe("false");
    const signing = await setup({ requireSignatures: true });
    expect(codeOf(await place(signing.bot, BUY, "a"))).toEqual([401, "INVALID_SIGNATURE", "false"]);
  });

  it("even if the exchange fails, which is not a decision", async () => {
    let broken = true;
    const source = manualMarket({ BTCUSDT: { price: "50000" } });
    const { bot } = await setup({
      market: {
        ...source,
        open(clock, listener) {
          const opened = source.open(clock, listener);
          return Object.assign(Object.create(opened) as ManualMarket, {
            volume: (symbol: string, now: number) => {
              if (broken) throw new Error("no volume");
              return opened.volume(symbol, now);
            },
          });
        },
      },
    });
    expect(codeOf(await place(bot, BUY, "a"))).toEqual([500, "INTERNAL_ERROR", "false"]);
    broken = false;
    expect((await place(bot, BUY, "a")).status).toBe(201);
  });

  it.skipIf(!SETS_ORIGIN)("and pages can send the key and read the header", async () => {
    const { exchange, bot } = await setup();
    const origin = { origin: "http://localhost:5173" };
    const preflight = await send(exchange, "OPTIONS", "/api/v1/trade/order", undefined, {
      ...origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,idempotency-key,x-api-key",
    });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("idempotency-key");
    const answer = await place(bot, BUY, "a", origin);
    expect(answer.headers.get("access-control-expose-headers")).toContain("Idempotency-Replayed");
  });
});

it("the platform ignores idempotency keys: every order is a new one", async () => {
  const { exchange } = await setup({ fidelity: "observed" });
  const bot = await boundless(exchange, "10000");
  const answers = [
    await place(bot, BUY, "a"),
    await place(bot, BUY, "a"),
    await place(bot, { ...BUY, quantity: "0.011" }, "a"),
    await place(bot, BUY, "k".repeat(256)),
  ];
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(answers.map(replayedOf)).toEqual([null, null, null, null]);
  expect(new Set(answers.map(({ json }) => json.order_id)).size).toBe(4);
});
