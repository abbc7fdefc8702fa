// Settings from variables: what is wrong ends in one line, before anything is sent.
import { expect, test } from "vitest";
import { parseBotSettings } from "../../../src/bots/index.ts";
import { checkSymbols } from "../../../src/bots/settings/checkSymbols.ts";
import { setUpBot, tickAt } from "../../support/botSetup.ts";

const usual = { SYMBOLS: "BTCUSDT", AMOUNT_USDT: "25" };

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "no error";
}

test("settings are read as they were meant", () => {
  const { mandate, strategy, dryRun, crons } = parseBotSettings({
    STRATEGY: " BuyTheDip ",
    SYMBOLS: " btcusdt, ETHUSDT\n  ethusdt,,solusdt ",
    AMOUNT_USDT: " 25 ",
    MIN_DROP_PCT: "5",
    MAX_ORDER_USDT: "30",
    MAX_PER_DAY_USDT: "100.5",
    MAX_ORDERS_PER_DAY: "4",
    MAX_EXPOSURE_USDT: "",
    MAX_DRAWDOWN_PCT: "20",
    UNTIL: "2027-12-31T00:00:00Z",
    DRY_RUN: "TRUE",
    CRONS: "0 * * * * | 30 9 * * MON-FRI|0 * * * *",
    API_KEY: "ak_live_something",
    RUNS: { get() {} },
  });
  expect(strategy.name).toBe("buyTheDip");
  expect(mandate).toEqual({
    symbols: ["BTCUSDT", "ETHUSDT", "SOLUSDT"],
    maxOrder: "30",
    maxPerDay: "100.5",
    maxOrdersPerDay: 4,
    maxExposure: undefined,
    maxDrawdownPct: "20",
    until: "2027-12-31T00:00:00Z",
  });
  expect(dryRun).toBe(true);
  expect(crons).toEqual(["0 * * * *", "30 9 * * MON-FRI"]);
});

test.each([
  ["rebalance", { SYMBOLS: "BTCUSDT ETHUSDT", WEIGHTS: "btcusdt=50, ETHUSDT: 30", THRESHOLD_PCT: "2" }],
  ["movingAverageCross", { ...usual, FAST: "5", SLOW: "20", INTERVAL: "1d", STOP_PCT: "5" }],
  ["dollarCostAverage", usual],
])("each strategy has its variables: %s", (name, variables) => {
  expect(parseBotSettings({ STRATEGY: name, ...variables }).strategy.name).toBe(name);
});

test.each<[Record<string, unknown>, string]>([
  [{ AMOUNT_USDT: "25" }, 'SYMBOLS must name the pairs to trade, such as "BTCUSDT, ETHUSDT"'],
  [{ ...usual, SYMBOLS: "BTC/USDT" }, "SYMBOLS must be pairs without separators, such as BTCUSDT, but has BTC/USDT"],
  [{ ...usual, AMOUNT_USDT: "abc" }, 'AMOUNT_USDT must be a number, such as "25", but is "abc"'],
  [{ ...usual, AMOUNT_USDT: "0" }, 'AMOUNT_USDT must be greater than 0, but is "0"'],
  [{ ...usual, AMOUNT_USDT: "-5" }, "AMOUNT_USDT"],
  [{ SYMBOLS: "BTCUSDT" }, 'AMOUNT_USDT must be a number, such as "25", but is not set'],
  [{ ...usual, STRATEGY: "buyTheDipp" }, 'STRATEGY is unknown. Did you mean "buyTheDip"?'],
  [
    { ...usual, STRATEGY: "moon" },
    "STRATEGY must be one of dollarCostAverage, buyTheDip, movingAverageCross, rebalance",
  ],
  [{ ...usual, MAX_ORDER_USD: "5" }, 'MAX_ORDER_USD is not a known variable. Did you mean "MAX_ORDER_USDT"?'],
  [{ ...usual, MAX_ORDERS_PER_DAY: "1.5" }, 'MAX_ORDERS_PER_DAY must be a whole number, but is "1.5"'],
  [{ ...usual, MAX_DRAWDOWN_PCT: "0" }, "MAX_DRAWDOWN_PCT must be greater than 0"],
  [{ ...usual, MAX_DRAWDOWN_PCT: "120" }, 'MAX_DRAWDOWN_PCT must be from 0 to 100, but is "120"'],
  [
    { ...usual, UNTIL: "tomorrow" },
    'UNTIL must be a time with a time zone, such as 2027-12-31T00:00:00Z, but is "tomorrow"',
  ],
  [{ ...usual, DRY_RUN: "maybe" }, 'DRY_RUN must be true or false, but is "maybe"'],
  [
    { ...usual, CRONS: "0 * * * * | hourly" },
    'CRONS must be cron expressions of five fields, separated by |, but has "hourly"',
  ],
  [{ ...usual, WEIGHTS: "BTCUSDT=5" }, "WEIGHTS has no effect with STRATEGY=dollarCostAverage; remove it"],
  [{ ...usual, STRATEGY: "movingAverageCross", FAST: "30", SLOW: "10" }, "FAST must be less than slow"],
  [{ ...usual, STRATEGY: "movingAverageCross", INTERVAL: "7h" }, "INTERVAL must be one of 1m"],
  [{ SYMBOLS: "BTCUSDT", STRATEGY: "rebalance" }, "WEIGHTS must name at least one pair"],
  [
    { SYMBOLS: "BTCUSDT", STRATEGY: "rebalance", WEIGHTS: "BTCUSDT" },
    "WEIGHTS must have the form BTCUSDT=50, ETHUSDT=30",
  ],
  [{ SYMBOLS: "BTCUSDT", STRATEGY: "rebalance", WEIGHTS: "BTCUSDT=5,btcusdt=6" }, "WEIGHTS names BTCUSDT twice"],
  [{ SYMBOLS: "BTCUSDT", STRATEGY: "rebalance", WEIGHTS: "ETHUSDT=5" }, "which is not one of SYMBOLS"],
  [
    { SYMBOLS: "BTCUSDT ETHUSDT", STRATEGY: "rebalance", WEIGHTS: "BTCUSDT=80,ETHUSDT=30" },
    "WEIGHTS must be at most 100 together",
  ],
  [{ ...usual, SYMBOLS: 5 }, "SYMBOLS must be pairs"],
])("a wrong setting ends in one clear line: %o", (variables, message) => {
  const found = messageOf(() => parseBotSettings(variables));
  expect(found).toContain(message);
  expect(found).not.toContain("\n");
});

test("all problems are told at once", () => {
  const found = messageOf(() => parseBotSettings({ AMOUNT_USDT: "abc", MAX_ORDER_USDT: "x", DRY_RUN: "perhaps" }));
  for (const name of ["SYMBOLS", "AMOUNT_USDT", "MAX_ORDER_USDT", "DRY_RUN"]) expect(found).toContain(name);
});

test("a key that was put into the wrong variable is not shown", () => {
  const found = messageOf(() =>
    parseBotSettings({ ...usual, AMOUNT_USDT: "ak_live_0123456789abcdef0123456789abcdef" }),
  );
  expect(found).not.toContain("0123456789abcdef");
});

test("pairs that do not exist are named, with what was probably meant", () => {
  const pairs = ["BTCUSDT", "ETHUSDT"].map((symbol) => ({ symbol }));
  expect(messageOf(() => checkSymbols(["btcusdt", "ETHUSDT"], pairs))).toBe("no error");
  expect(messageOf(() => checkSymbols(["BTCUSDC", "XY", "ETHUSDT"], pairs))).toContain(
    "must be pairs of the exchange, which has no BTCUSDC (did you mean BTCUSDT?), XY",
  );
});

test("a run with a pair that does not exist fails before anything is ordered", async () => {
  const { run, lossy } = await setUpBot({
    mandate: { symbols: ["BTCUSDT", "ETHUSD"], until: "2027-01-01T00:00:00Z" },
  });
  const result = await run(tickAt(0));
  expect(result).toMatchObject({ record: { outcome: "failed", error: "VALIDATION_ERROR" } });
  expect(result.kind === "ran" && result.record.reason).toContain("has no ETHUSD (did you mean ETHUSDT?)");
  expect(lossy.sent).toHaveLength(0);
});
