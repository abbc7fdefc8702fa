// Results as plain JSON values, to pass them between threads, frameworks, or server and page.
import { Decimal as OtherDecimal } from "decimal.js";
import { expect, expectTypeOf, test } from "vitest";
import {
  AgentExchangeClient,
  Decimal,
  InsufficientBalanceError,
  toPlain,
  ValidationError,
  type AccountInfo,
  type Candle,
  type Login,
  type MarketSnapshot,
  type Order,
  type Plain,
  type Price,
} from "../../../src/index.ts";
import { createExchange, virtualClock } from "../../../src/exchange/index.ts";

async function trader() {
  const exchange = createExchange({ clock: virtualClock("2026-03-05T14:00:00Z") });
  const { apiKey } = await exchange.register();
  return new AgentExchangeClient({ ...exchange.connection, apiKey });
}

test("results become JSON, exact to the digit", async () => {
  await using client = await trader();
  const placed = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
  const answers = {
    placed,
    order: await client.getOrder(placed.orderId),
    price: await client.getPrice("BTCUSDT"),
    candles: await client.getCandles("BTCUSDT", { limit: 3 }),
    book: await client.getOrderbook("BTCUSDT", { depth: 5 }),
    tickers: await client.getTickers({ symbols: ["BTCUSDT"] }),
    portfolio: await client.getPortfolio(),
    snapshot: await client.marketSnapshot(["BTCUSDT", "NOPEUSDT"]),
    account: await client.getAccountInfo(),
  };
  const plain = toPlain(answers);
  expect(JSON.parse(JSON.stringify(plain))).toStrictEqual(plain);
  expect(structuredClone(plain)).toStrictEqual(plain);
  expect(plain.price).toStrictEqual({
    symbol: "BTCUSDT",
    price: answers.price.price.toFixed(),
    timestamp: answers.price.timestamp.toISOString(),
  });
  expect(plain.order.fee).toBe(answers.order.fee?.toFixed());
  expect(plain.snapshot.entries[1]).toMatchObject({
    symbol: "NOPEUSDT",
    price: null,
    error: { name: "InvalidSymbolError", code: expect.any(String) as string, message: expect.any(String) as string },
  });
  expect("apiKey" in plain.account).toBe(false);
});

test("each kind of value", () => {
  const error = new InsufficientBalanceError("Too little.", {
    code: "INSUFFICIENT_BALANCE",
    asset: "USDT",
    required: new Decimal("1.5"),
    details: { list: [new Decimal(2)] },
  });
  class Odd {
    readonly kept = 1;
    readonly dropped = (): number => 1;
    get computed(): number {
      return 2;
    }
  }
  const cases: readonly (readonly [unknown, unknown])[] = [
    [new Decimal("1e-30"), "0.000000000000000000000000000001"],
    [new Decimal("1e31"), "10000000000000000000000000000000"],
    [new Decimal("-0"), "0"],
    [new OtherDecimal("0.10"), "0.1"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [null, null],
    [undefined, undefined],
    ["text", "text"],
    [1.5, 1.5],
    [true, true],
    [10n, "10"],
    [
      [undefined, () => 1, new Decimal(1)],
      [null, null, "1"],
    ],
    [{ a: undefined, b: () => 1, c: Symbol("x"), d: null, [Symbol("y")]: 1 }, { d: null }],
    [new Odd(), { kept: 1 }],
    [Object.create(null), {}],
    [JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
    [new RangeError("no"), { name: "RangeError", message: "no" }],
    [new URL("https://exchange.example/a"), "https://exchange.example/a"],
    [Object.freeze({ at: Object.freeze([new Decimal(3)]) }), { at: ["3"] }],
  ];
  for (const [value, expected] of cases) expect(toPlain(value)).toStrictEqual(expected);
  expect(toPlain(error)).toStrictEqual({
    name: "InsufficientBalanceError",
    message: "Too little.",
    code: "INSUFFICIENT_BALANCE",
    status: null,
    details: { list: ["2"] },
    retryable: false,
    attempts: 0,
    hint: null,
    asset: "USDT",
    required: "1.5",
    available: null,
    reason: null,
  });
});

test("rejects values that JSON cannot represent", () => {
  const loop: Record<string, unknown> = {};
  loop["self"] = { loop };
  expect(() => toPlain(loop)).toThrow(/circular reference/);
  for (const value of [new Map(), new Set(), new Uint8Array(1), { deep: [new Map()] }])
    expect(() => toPlain(value)).toThrow(TypeError);
  const twice = { a: 1 };
  expect(toPlain([twice, twice])).toEqual([twice, twice]);
});

test("survives a message to a worker", async () => {
  await using client = await trader();
  const { port1, port2 } = new MessageChannel();
  const received = new Promise((resolve) => {
    port2.addEventListener("message", ({ data }) => resolve(data), { once: true });
    port2.start();
  });
  const plain = toPlain(await client.getBalance());
  port1.postMessage(plain);
  expect(await received).toEqual(plain);
  port1.close();
});

test("the types describe the result", () => {
  expectTypeOf<Plain<Price>>().toEqualTypeOf<{
    readonly symbol: string;
    readonly price: string;
    readonly timestamp: string;
  }>();
  expectTypeOf<Plain<Order>["fee"]>().toEqualTypeOf<string | null>();
  expectTypeOf<Plain<readonly Candle[]>[number]["close"]>().toEqualTypeOf<string>();
  expectTypeOf<Plain<Candle[]>>().toExtend<readonly unknown[]>();
  expectTypeOf<Plain<readonly [Decimal, Date | null]>>().toEqualTypeOf<readonly [string, string | null]>();
  expectTypeOf<Plain<{ a?: Decimal; readonly b: Date | undefined; c: () => void; d: bigint }>>().toEqualTypeOf<{
    a?: string;
    readonly b: string | undefined;
    d: string;
  }>();
  expectTypeOf<Plain<unknown>>().toEqualTypeOf<unknown>();
  expectTypeOf<Plain<Record<string, Decimal>>>().toEqualTypeOf<Record<string, string>>();
  expectTypeOf<keyof Plain<AccountInfo>>().toEqualTypeOf<Exclude<keyof AccountInfo, "apiKey">>();
  expectTypeOf<keyof Plain<Login>>().toEqualTypeOf<Exclude<keyof Login, "token">>();
  expectTypeOf<Plain<MarketSnapshot>["startedAt"]>().toEqualTypeOf<string>();
  const describeEntry = (entry: Plain<MarketSnapshot>["entries"][number]): string =>
    entry.price?.price ?? entry.error?.message ?? "";
  expectTypeOf(describeEntry).returns.toEqualTypeOf<string>();
  expectTypeOf<Plain<{ a: null; b: undefined; c: unknown }>>().toEqualTypeOf<{ a: null; b: undefined; c: unknown }>();
  expectTypeOf<Plain<InsufficientBalanceError>["required"]>().toEqualTypeOf<string | null>();
  expectTypeOf<Plain<ValidationError>["message"]>().toEqualTypeOf<string>();
  expectTypeOf<"toJSON" | "stack" | "cause">()
    .exclude<keyof Plain<ValidationError>>()
    .toEqualTypeOf<"toJSON" | "stack" | "cause">();
});
