import { Decimal as AnotherDecimal } from "decimal.js";
import { describe, expect, it } from "vitest";
import * as api from "../../../src/endpoints/index.ts";
import { Decimal } from "../../../src/wire/index.ts";
import { issuesOf } from "../../support/issuesOf.ts";

const OwnDecimal = AnotherDecimal.clone({ precision: 5, toExpPos: 2, toExpNeg: -2 });

function quantity(value: unknown): unknown {
  return api.validate(api.placeMarketOrder, { symbol: "BTCUSDT", side: "buy", quantity: value as api.Amount })[
    "quantity"
  ];
}

function rejectionOf(endpoint: api.Endpoint<unknown, unknown>, input: unknown): string {
  return issuesOf(endpoint, input)[0]?.message ?? "";
}

describe("amounts", () => {
  const taken: readonly (readonly [unknown, string])[] = [
    ["0.001", "0.001"],
    ["0.0010", "0.0010"],
    [" 0.5\n", "0.5"],
    ["007.50", "007.50"],
    ["0.12345678", "0.12345678"],
    ["0.123456780000", "0.123456780000"],
    ["999999999999.99999999", "999999999999.99999999"],
    ["1e-7", "0.0000001"],
    ["1.5E+3", "1500"],
    ["12e0", "12"],
    [0.1, "0.1"],
    [5, "5"],
    [1e-7, "0.0000001"],
    [1e-8, "0.00000001"],
    [123456.12345678, "123456.12345678"],
    [999999999999, "999999999999"],
    [new Decimal("0.1").plus("0.2"), "0.3"],
    [new Decimal("1e-8"), "0.00000001"],
    [new Decimal("1.23e11"), "123000000000"],
    [new OwnDecimal("1234567.89"), "1234567.89"],
    [new OwnDecimal("0.00000012"), "0.00000012"],
    [new Decimal("-0").plus(1), "1"],
  ];
  for (const [value, text] of taken)
    it(`${typeof value} ${String(value)} is sent as ${text}`, () => expect(quantity(value)).toBe(text));

  const refused: readonly (readonly [unknown, string])[] = [
    [
      0.1 + 0.2,
      'is a number that is not exact to 8 decimals (0.30000000000000004); pass a string such as "0.3" or a Decimal',
    ],
    [1e-9, "not exact to 8 decimals"],
    ["0.123456789", "must have at most 8 decimals, but 0.123456789 has 9"],
    [new OwnDecimal("0.000000012"), "must have at most 8 decimals, but 0.000000012 has 9"],
    [new Decimal(1).div(3), "has 28"],
    ["1.5e-8", "but 0.000000015 has 9"],
    [new Decimal("-0"), "must be greater than 0"],
    [-0, "must be greater than 0"],
    [2 ** 53, "not exact"],
    [Number.NaN, "must be finite, received NaN"],
    [Number.POSITIVE_INFINITY, "must be finite, received Infinity"],
    [new Decimal(Number.NaN), "must be finite, received NaN"],
    [new Decimal("-Infinity"), "must be finite, received -Infinity"],
    [-1, "must not be negative (-1)"],
    ["-0.5", "must not be negative (-0.5)"],
    [new Decimal(-3), "must not be negative (-3)"],
    [0, "must be greater than 0"],
    ["0.000", "must be greater than 0"],
    ["0e5", "must be greater than 0"],
    [new Decimal(0), "must be greater than 0"],
    [1e12, "must be below 1000000000000"],
    ["1e12", "must be below 1000000000000"],
    ["1000000000000", "must be below 1000000000000"],
    ["1e999999999", "is out of range"],
    ["1e-999999999", "is out of range"],
    [new OwnDecimal("1e-900000"), "is out of range"],
  ];
  for (const [value, problem] of refused) {
    it(`${typeof value} ${String(value)} is rejected`, () => {
      expect(rejectionOf(api.placeMarketOrder, { symbol: "BTCUSDT", side: "buy", quantity: value })).toContain(problem);
    });
  }

  it("other values are rejected with what to pass instead", () => {
    for (const value of [
      "",
      " ",
      "abc",
      "1,5",
      "1 000",
      "0x10",
      "1_000",
      "NaN",
      "Infinity",
      "1.2.3",
      "1e",
      null,
      undefined,
      true,
      10n,
      {},
      ["1"],
      new Date(),
    ]) {
      expect(rejectionOf(api.placeMarketOrder, { symbol: "BTCUSDT", side: "buy", quantity: value })).toBe(
        'must be a decimal string such as "0.001", a Decimal or a number',
      );
    }
  });

  it("the bounds of an amount are inclusive", () => {
    const backtest = { startTime: 0, endTime: 1000, startingBalance: 1 };
    for (const feeRate of [0, "0", 0.1, "0.10", new Decimal("0.05")])
      expect(issuesOf(api.createBacktest, { ...backtest, feeRate })).toEqual([]);
    expect(rejectionOf(api.createBacktest, { ...backtest, feeRate: "0.1000001" })).toBe("must be from 0 to 0.1");
    expect(rejectionOf(api.createBacktest, { ...backtest, feeRate: -0.1 })).toBe("must not be negative (-0.1)");
    expect(rejectionOf(api.createBacktest, { ...backtest, startingBalance: "0.99" })).toBe(
      "must be from 1 to 10000000",
    );
    expect(rejectionOf(api.createBacktest, { ...backtest, startingBalance: 10_000_001 })).toBe(
      "must be from 1 to 10000000",
    );
    expect(issuesOf(api.createBacktest, { ...backtest, startingBalance: 1e7 })).toEqual([]);
  });
});

describe("timestamps", () => {
  const start = (startTime: unknown): unknown =>
    api.validate(api.getCandles, { symbol: "BTCUSDT", startTime: startTime as api.Timestamp })["startTime"];

  it("strings with a time zone are sent unchanged, dates and milliseconds as UTC", () => {
    for (const text of ["2026-03-05T14:00:00Z", "2026-03-05T14:00:00.123456Z", "2026-03-05T14:00:00+05:30"])
      expect(start(text)).toBe(text);
    expect(start(new Date(Date.UTC(2026, 2, 5, 14)))).toBe("2026-03-05T14:00:00.000Z");
    expect(start(Date.UTC(2026, 2, 5, 14))).toBe("2026-03-05T14:00:00.000Z");
    expect(start(0)).toBe("1970-01-01T00:00:00.000Z");
  });

  it("numbers in another unit are rejected", () => {
    const now = Date.parse("2026-03-05T14:00:00Z");
    for (const [value, unit] of [
      [now / 1000, "seconds"],
      [now * 1000, "microseconds"],
      [now * 1e6, "nanoseconds"],
    ] as const)
      expect(rejectionOf(api.getCandles, { symbol: "BTCUSDT", startTime: value })).toContain(
        `looks like ${unit}; pass Unix milliseconds: ${now}`,
      );
    expect(issuesOf(api.getCandles, { symbol: "BTCUSDT", startTime: 0, endTime: now })).toEqual([]);
  });

  it("everything else is rejected: a string without a time zone would mean the server's", () => {
    for (const value of [
      "2026-03-05T14:00:00",
      "2026-03-05",
      "2026-02-30T00:00:00Z",
      "yesterday",
      "",
      Number.NaN,
      Infinity,
      new Date(Number.NaN),
      null,
      {},
      true,
    ]) {
      expect(rejectionOf(api.getCandles, { symbol: "BTCUSDT", startTime: value })).toContain(
        'a string with a time zone such as "2026-03-05T14:00:00Z"',
      );
    }
  });
});

describe("symbols and IDs", () => {
  it("symbols have no separators and may be lower case", () => {
    for (const symbol of ["BTCUSDT", "btcusdt", "1INCHUSDT", "A".repeat(20)])
      expect(issuesOf(api.getPrice, { symbol })).toEqual([]);
    for (const symbol of [
      "BTC/USDT",
      "BTC-USDT",
      " BTCUSDT",
      "BTCUSDT\n",
      "",
      "A".repeat(21),
      "BTCÜSDT",
      5,
      null,
      undefined,
      ["BTCUSDT"],
    ]) {
      expect(rejectionOf(api.getPrice, { symbol })).toBe("must be a symbol without separators, such as BTCUSDT");
    }
  });

  it("lists of symbols are sent comma-separated and must not be empty", () => {
    expect(api.validate(api.getAllPrices, { symbols: ["BTCUSDT", "ethusdt"] })).toEqual({ symbols: "BTCUSDT,ethusdt" });
    expect(rejectionOf(api.getAllPrices, { symbols: [] })).toBe("must not be empty");
    expect(rejectionOf(api.getAllPrices, { symbols: "BTCUSDT" })).toBe("must be an array of symbols");
    expect(issuesOf(api.getAllPrices, { symbols: ["BTCUSDT", "E T H"] })[0]?.field).toBe("symbols.1");
    expect(issuesOf(api.getTickers, { symbols: Array.from({ length: 100 }, () => "BTCUSDT") })).toEqual([]);
    expect(rejectionOf(api.getTickers, { symbols: Array.from({ length: 101 }, () => "BTCUSDT") })).toBe(
      "must contain 1 to 100 symbols",
    );
  });

  it("indicators and backtests accept symbols of letters only, and send them in upper case", () => {
    expect(api.validate(api.getIndicators, { symbol: "btcusdt" })).toEqual({ symbol: "BTCUSDT" });
    for (const symbol of ["1INCHUSDT", "BTC", "USDT", "BUSDT", "ABCDEFGHIJKUSDT"])
      expect(rejectionOf(api.getIndicators, { symbol })).toContain("2 to 10 letters followed by USDT");
    const backtest = { startTime: 0, endTime: 1000, startingBalance: 1 };
    expect(api.validate(api.createBacktest, { ...backtest, pairs: ["ethusdt"] })["pairs"]).toEqual(["ETHUSDT"]);
    expect(issuesOf(api.createBacktest, { ...backtest, pairs: ["BTCUSDT", "1INCHUSDT"] })[0]?.field).toBe("pairs.1");
  });

  it("IDs are UUIDs, in the spellings that the platform accepts", () => {
    const id = "9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33";
    for (const orderId of [id, id.toUpperCase(), id.replaceAll("-", "")])
      expect(issuesOf(api.getOrder, { orderId })).toEqual([]);
    for (const orderId of ["", "abc", `${id}0`, `${id}\n`, `../${id}`, "g".repeat(32), 5, null, undefined]) {
      expect(rejectionOf(api.getOrder, { orderId })).toBe(
        "must be a UUID, such as 9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33",
      );
    }
    expect(rejectionOf(api.compareTrainingRuns, { runIds: [] })).toBe("must not be empty");
    expect(issuesOf(api.compareTrainingRuns, { runIds: [id, "abc"] })[0]?.field).toBe("runIds.1");
    expect(rejectionOf(api.compareStrategies, { strategyIds: [id] })).toBe("must contain 2 to 10 strategy IDs");
    expect(rejectionOf(api.compareStrategies, { strategyIds: Array.from({ length: 11 }, () => id) })).toBe(
      "must contain 2 to 10 strategy IDs",
    );
  });
});

describe("arguments as a whole", () => {
  it("unknown arguments are rejected with a list of the known ones", () => {
    expect(issuesOf(api.getCandles, { symbol: "BTCUSDT", intervall: "1h" })).toEqual([
      {
        field: "intervall",
        message: "is not a known argument; expected symbol, interval, limit, startTime, endTime",
      },
    ]);
    expect(issuesOf(api.getBalance, { verbose: true })[0]?.message).toBe(
      "is not a known argument; this method takes none",
    );
    expect(
      issuesOf(api.placeStopLoss, { symbol: "BTCUSDT", side: "sell", quantity: "1", triggerPrice: "1", price: "1" })[0],
    ).toEqual({
      field: "price",
      message: "is not a known argument; expected symbol, side, quantity, triggerPrice",
    });
  });

  it("all missing arguments are reported together", () => {
    expect(issuesOf(api.placeLimitOrder, { symbol: "BTCUSDT" })).toEqual([
      { field: "side", message: "is required" },
      { field: "quantity", message: "is required" },
      { field: "price", message: "is required" },
    ]);
  });

  it("anything but an object is rejected", () => {
    for (const input of [undefined, null, "7d", 5])
      expect(rejectionOf(api.getPnl, input)).toMatch(
        /^must be an object with the arguments period, received (undefined|null|a string|a number)$/,
      );
  });

  it("undefined counts as omitted, null does not", () => {
    expect(issuesOf(api.getCandles, { symbol: "BTCUSDT", limit: undefined, interval: undefined })).toEqual([]);
    expect(issuesOf(api.getCandles, { symbol: "BTCUSDT", limit: null })[0]?.field).toBe("limit");
  });

  const ignored: readonly (readonly [api.Endpoint<unknown, unknown>, object, string, string])[] = [
    [api.resetAccount, {}, "newStartingBalance", "createAgent({ displayName, startingBalance })"],
    [api.getTradeHistory, {}, "startTime", "page through the history"],
    [api.getTradeHistory, {}, "endTime", "page through the history"],
    [api.registerTrainingRun, { runId: "9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33" }, "episodesTotal", "store it in config"],
    [api.createBacktest, { startTime: 0, endTime: 1000, startingBalance: 1 }, "exchange", "omit it"],
  ];
  for (const [endpoint, input, field, advice] of ignored) {
    it(`${endpoint.name}: ${field}, which the platform ignores, is rejected with what to do instead`, () => {
      expect(issuesOf(endpoint, input)).toEqual([]);
      const issues = issuesOf(endpoint, { ...input, [field]: "10" });
      expect(issues.map((issue) => issue.field)).toEqual([field]);
      expect(issues[0]?.message).toContain(advice);
      expect(issuesOf(endpoint, { ...input, bogus: 1 })[0]?.message).not.toContain(field);
    });
  }
});
