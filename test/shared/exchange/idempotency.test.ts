import { describe, expect, it } from "vitest";
import {
  createExchange,
  manualMarket,
  virtualClock,
  type Exchange,
  type ExchangeOptions,
  type ManualMarket,
} from "../../../src/exchange/index.ts";
import { memoryStore, type MemoryStore } from "../../support/memoryStore.ts";
import { cases } from "../../support/runtime.ts";
import { backtest, DAWN } from "./backtests.ts";
import {
  boundless,
  open,
  send,
  SETS_ORIGIN,
  START,
  trader,
  type Answer,
  type AnswerTo,
  type Trader,
} from "./trader.ts";

const market = manualMarket({
  BTCUSDT: { price: "50000", volume: "18000" },
  DOGEUSDT: { price: "0.12345", volume: "90000000" },
});
const BUY = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" } as const;
const LIMIT = { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "40000" } as const;
const TOO_LARGE = { ...BUY, quantity: "5" } as const;
const DAY = 86_400_000;

const setup = async (
  options: Partial<ExchangeOptions<ManualMarket>> = {},
): Promise<{ exchange: Exchange<ManualMarket>; bot: Trader }> => {
  const exchange = open({ market, ...options });
  return { exchange, bot: await trader(exchange) };
};

type Placed = AnswerTo<"POST", "/trade/order">;

const place = (bot: Trader, body: unknown, key: string, headers: Record<string, string> = {}): Promise<Placed> =>
  bot.send("POST", "/trade/order", body, { "idempotency-key": key, ...headers });

const replayedOf = (answer: Answer): string | null => answer.headers.get("idempotency-replayed");
const shown = (answer: Answer): unknown => [answer.status, replayedOf(answer), answer.json];
const codeOf = ({ status, json, headers }: Answer): unknown => [
  status,
  json.error.code,
  headers.get("idempotency-replayed"),
];

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

describe("keys", () => {
  it("belong to the agent, whether named by its key, by X-Agent-Id or as the account's first agent", async () => {
    const { exchange, bot } = await setup();
    const { json: second } = await bot.send("POST", "/agents", { display_name: "Second" });
    const { json } = await place(bot, BUY, "a");
    const account = { "x-api-key": bot.accountKey };
    const { json: login } = await send(exchange, "POST", "/api/v1/auth/login", {
      api_key: bot.accountKey,
      api_secret: bot.apiSecret,
    });
    const headers = { "idempotency-key": "a" };
    const same: readonly Record<string, string>[] = [
      account,
      { ...account, "x-agent-id": bot.agentId },
      { ...account, "x-agent-id": bot.agentId.toUpperCase() },
      { authorization: `Bearer ${login.token}` },
    ];
    for (const who of same) {
      const answer = await send(exchange, "POST", "/api/v1/trade/order", BUY, { ...headers, ...who });
      expect(shown(answer)).toEqual([201, "true", json]);
    }
    const other = await place(bot, BUY, "a", { ...account, "x-agent-id": second.agent_id });
    expect([other.status, replayedOf(other)]).toEqual([201, "false"]);
    const stranger = await place(await trader(exchange), BUY, "a");
    expect([stranger.status, replayedOf(stranger)]).toEqual([201, "false"]);
  });

  it("survive a new API key of the agent, but not its deletion", async () => {
    const { bot } = await setup();
    const account = { "x-api-key": bot.accountKey };
    await place(bot, BUY, "a");
    const { json } = await bot.send("POST", `/agents/${bot.agentId}/regenerate-key`, undefined, account);
    expect(replayedOf(await place(bot, BUY, "a", { "x-api-key": json.api_key }))).toBe("true");
    await bot.send("POST", "/agents", { display_name: "Second" }, account);
    await bot.send("DELETE", `/agents/${bot.agentId}`, undefined, account);
    expect(replayedOf(await place(bot, BUY, "a", account))).toBe("false");
  });

  it("are kept for a day", async () => {
    const { exchange, bot } = await setup();
    const { json } = await place(bot, BUY, "a");
    await place(bot, TOO_LARGE, "b");
    await exchange.advance(DAY - 1);
    expect(replayedOf(await place(bot, BUY, "a"))).toBe("true");
    await exchange.advance(1);
    const later = await place(bot, { ...BUY, quantity: "0.02" }, "a");
    expect([later.status, replayedOf(later)]).toEqual([201, "false"]);
    expect(later.json.order_id).not.toBe(json.order_id);
    expect(replayedOf(await place(bot, TOO_LARGE, "b"))).toBe("false");
  });

  it("are kept up to 10 000 per agent", { timeout: 120_000 }, async () => {
    const count = cases(10_000, 200);
    const exchange = open({ market });
    const bot = await boundless(exchange, "1000");
    for (let at = 0; at <= count; at++) await place(bot, TOO_LARGE, `k${at}`);
    expect(replayedOf(await place(bot, TOO_LARGE, "k1"))).toBe("true");
    expect(replayedOf(await place(bot, TOO_LARGE, `k${count}`))).toBe("true");
    expect(replayedOf(await place(bot, TOO_LARGE, "k0"))).toBe(count === 10_000 ? "false" : "true");
  });

  it("also work in a backtest", async () => {
    const exchange = open({ market: manualMarket({ BTCUSDT: { price: "50000" } }), clock: virtualClock(DAWN) });
    await exchange.advance(2 * 3_600_000);
    const bot = await trader(exchange);
    const { id } = await backtest(bot, 60);
    await bot.send("POST", `/backtest/${id}/step`);
    const order = (headers: Record<string, string>, body: unknown = { ...BUY, quantity: "0.001" }): Promise<Answer> =>
      bot.send("POST", `/backtest/${id}/trade/order`, body, headers);
    const first = await order({ "idempotency-key": "a" });
    expect([first.status, replayedOf(first)]).toEqual([200, "false"]);
    const account = { "idempotency-key": "a", "x-api-key": bot.accountKey };
    for (const headers of [{ "idempotency-key": "a" }, account])
      expect(shown(await order(headers))).toEqual([200, "true", first.json]);
    expect(codeOf(await order({ "idempotency-key": "a" }, BUY))).toEqual([422, "IDEMPOTENCY_KEY_REUSED", "false"]);
    expect((await bot.get(`/backtest/${id}/trade/orders`)).json.count).toBe(1);
    await bot.send("POST", `/backtest/${id}/cancel`);
    expect(replayedOf(await order({ "idempotency-key": "a" }))).toBe("true");
    expect(replayedOf(await order({ "idempotency-key": "b" }))).toBe("false");
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

describe("after a restart, and on a fork", () => {
  const reopen = (store: MemoryStore): Exchange<ManualMarket> => {
    const copy = memoryStore();
    copy.origin = store.origin;
    copy.entries.push(...store.entries);
    return createExchange({ store: copy, seed: 7, clock: virtualClock(START), rateLimits: false, market });
  };
  const on = (exchange: Exchange, bot: Trader, body: unknown, key: string): Promise<Placed> =>
    send(exchange, "POST", "/api/v1/trade/order", body, { "x-api-key": bot.apiKey, "idempotency-key": key });

  it("every stored reply is there, byte for byte, and no other", async () => {
    const store = memoryStore();
    const exchange = createExchange({ store, seed: 7, clock: virtualClock(START), rateLimits: false, market });
    const bot = await trader(exchange);
    const kept: readonly (readonly [string, unknown, Placed])[] = [
      ["filled", BUY, await place(bot, BUY, "filled")],
      ["rejected", TOO_LARGE, await place(bot, TOO_LARGE, "rejected")],
      ["pending", LIMIT, await place(bot, LIMIT, "pending")],
    ];
    await place(bot, { ...BUY, side: "hold" }, "undecided");
    await bot.send("DELETE", `/trade/order/${kept[2]?.[2].json.order_id}`);
    exchange.market.set("BTCUSDT", { price: "45000" });
    // Rejected now, although the journal does not have the orders that caused it.
    for (let at = 0; at < 100; at++) await bot.order({ ...LIMIT, price: "0.01" });
    const busy = await place(bot, BUY, "busy");
    expect(busy.json.error.details.reason).toBe("rate_limit_exceeded");
    const again = reopen(store);
    const fork = exchange.fork();
    for (const other of [again, fork, reopen(store).fork()]) {
      for (const [key, body, { status, json }] of [...kept, ["busy", BUY, busy] as const])
        expect(shown(await on(other, bot, body, key))).toEqual([status, "true", json]);
      expect(codeOf(await on(other, bot, TOO_LARGE, "filled"))).toEqual([422, "IDEMPOTENCY_KEY_REUSED", "false"]);
      expect(replayedOf(await on(other, bot, LIMIT, "undecided"))).toBe("false");
    }
  });

  it("a key still expires a day after its order", async () => {
    const store = memoryStore();
    const exchange = createExchange({ store, seed: 7, clock: virtualClock(START), rateLimits: false, market });
    const bot = await trader(exchange);
    await place(bot, BUY, "a");
    await exchange.advance(DAY / 2);
    await place(bot, BUY, "b");
    const again = reopen(store);
    await again.advance(DAY / 2);
    expect(replayedOf(await on(again, bot, BUY, "a"))).toBe("false");
    expect(replayedOf(await on(again, bot, BUY, "b"))).toBe("true");
    // The entries of the new order and of the old one with the same key can both be replayed.
    const entries = [...again.journal].filter((entry) => entry.kind === "command");
    expect(entries.filter(({ idempotencyKey }) => idempotencyKey === "a")).toHaveLength(2);
  });

  it("repeated orders leave no entries", async () => {
    const { exchange, bot } = await setup();
    await place(bot, BUY, "a");
    await place(bot, TOO_LARGE, "b");
    const { length } = exchange.journal;
    await place(bot, BUY, "a");
    await place(bot, TOO_LARGE, "b");
    await place(bot, LIMIT, "a");
    expect(exchange.journal).toHaveLength(length);
    expect(exchange.journal.at(-1)).toMatchObject({
      kind: "refusal",
      agentId: bot.agentId,
      idempotencyKey: "b",
      status: 400,
    });
    // Rejected requests do not fill the store.
    await place(bot, { ...TOO_LARGE, note: "x".repeat(100_000) }, "c");
    expect(JSON.stringify(exchange.journal.at(-1)).length).toBeLessThan(1000);
  });
});
