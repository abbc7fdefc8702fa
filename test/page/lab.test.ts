// The lab's state, without a page: reading JSON, the form, the rules, and what comes of a backtest.
import { Decimal, type BacktestSnapshot, type StrategyDefinition } from "agentexchange";
import {
  createClient,
  createStrategy,
  getBacktestResults,
  getBacktests,
  getBacktestStatus,
  getBacktestTrades,
  getTestResults,
  runTest,
} from "agentexchange/core";
import { createExchange, virtualClock } from "agentexchange/exchange";
import { beforeEach, describe, expect, test } from "vitest";
import { researchRoutes } from "../../src/exchange/http/routes/research.ts";
import { runBacktest, wholeCandles, type Plan, type Progress } from "../../demo/src/state/lab/backtest.ts";
import { joinCandles, loadCandles } from "../../demo/src/state/lab/candles.ts";
import { checkText, FIELDS, textOf, type Field } from "../../demo/src/state/lab/definition.ts";
import * as draft from "../../demo/src/state/lab/draft.ts";
import { EXAMPLES } from "../../demo/src/state/lab/examples.ts";
import { difference, drawdownOf, FIGURES, returnsOf } from "../../demo/src/state/lab/figures.ts";
import { lineOf, placeOf, readJson } from "../../demo/src/state/lab/jsonText.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 1);
const never = new AbortController().signal;

describe("JSON with places", () => {
  test("reads what JSON.parse reads, and knows where it stands", () => {
    const text = '{\n  "pairs": ["BTCUSDT", "ETH\\u0041"],\n  "exit": { "stop": -1.5e1, "on": true, "none": null }\n}';
    const json = readJson(text);
    expect(json.problem).toBeNull();
    expect(json.value).toEqual(JSON.parse(text));
    expect(lineOf(text, placeOf(json, "exit.stop"))).toBe(3);
    expect(text.slice(placeOf(json, "pairs.1"))).toMatch(/^"ETH/);
    // The place of what is missing is that of what should have it.
    expect(placeOf(json, "exit.other")).toBe(placeOf(json, "exit"));
  });

  test.for([
    ['{"a": 1,}', "Expected a key in double quotes.", 8],
    ['{"a" 1}', "Expected a colon after the key.", 5],
    ['{"a": 1 "b": 2}', "Expected a comma or }.", 8],
    ["[1 2]", "Expected a comma or ].", 3],
    ['{"a": ', "The text ends too early.", 6],
    ['{"a": "b', "This string does not end.", 6],
    ['{"a": yes}', "Expected a value: a number, true, false, or text in quotes.", 6],
    ['{"a": 1, "a": 2}', '"a" occurs twice.', 9],
    ['{"a": 1, "__proto__": 2}', 'No key can be "__proto__".', 9],
    ['{"a": {"\\u005f_proto__": 2}}', 'No key can be "__proto__".', 7],
    ['{"a": "\\x"}', "This string has a character that JSON writes otherwise.", 6],
    ["{} 1", "Nothing may follow the closing bracket.", 3],
    ["01", "Nothing may follow the closing bracket.", 1],
    ["", "The text ends too early.", 0],
  ] as const)("%s: %s", ([text, message, offset]) => {
    expect(readJson(text).problem).toEqual({ message, offset });
  });

  test("a text that is nested too deep is a problem, and no overflow of the stack", () => {
    const message = "Brackets may be nested up to 100 deep.";
    expect(readJson("[".repeat(100_000)).problem).toEqual({ message, offset: 100 });
    expect(readJson("[".repeat(100) + "]".repeat(100)).problem).toBeNull();
  });
});

describe("a definition", () => {
  test("its form has the fields of the schema", () => {
    const paths = Object.values(FIELDS).flatMap((fields) => fields.map(({ path }) => path));
    expect(paths).toContain("exit_conditions.trailing_stop_pct");
    expect(paths).toContain("entry_conditions.bb_above_upper");
    expect(paths).not.toContain("filters");
    expect(FIELDS.exit_conditions[0]).toMatchObject({ label: "Stop loss, %", kind: "number" });
    expect(FIELDS[""].map(({ kind }) => kind)).toEqual(["pairs", "choice", "number", "number"]);
  });

  test.for(EXAMPLES)("the example “$name” agrees with the schema", ({ definition }) => {
    expect(checkText(textOf(definition), ["BTCUSDT", "ETHUSDT", "SOLUSDT"]).problems).toEqual([]);
  });

  test("what is wrong is said at its line", () => {
    const text = textOf({ pairs: [], timeframe: "2h", exit_conditions: { stop_loss_pct: 300 } });
    const { definition, problems } = checkText(text);
    expect(definition).toBeNull();
    expect(problems.map(({ path, line }) => [path, line])).toEqual([
      ["pairs", 2],
      ["timeframe", 3],
      ["exit_conditions.stop_loss_pct", 5],
    ]);
    expect(problems[2]?.message).toBe("must be a number from 0 to 100");
    const [misspelt] = checkText(textOf({ pairs: ["BTCUSDT"], entryConditions: {} })).problems;
    expect(misspelt?.message).toContain('"entry_conditions" instead of "entryConditions"');
  });

  test("what would have no effect is said, too", () => {
    const entry = { rsi_bellow: 30, volume_above_ma: 2, toString: 1 };
    const { definition, problems } = checkText(
      textOf({ pairs: ["XUSDT"], entry_conditions: entry, model_type: "ml" }),
      ["BTCUSDT"],
    );
    expect(definition).not.toBeNull();
    expect(problems.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      "error pairs.0",
      "warning entry_conditions.rsi_bellow",
      "warning entry_conditions.volume_above_ma",
      "warning entry_conditions.toString",
      "warning model_type",
    ]);
  });
});

describe("the draft", () => {
  const field = (path: string): Field => {
    const found = Object.values(FIELDS)
      .flat()
      .find((one) => one.path === path);
    if (found === undefined) throw new Error(`No field ${path}.`);
    return found;
  };
  const stop = field("exit_conditions.stop_loss_pct");

  beforeEach(() => draft.startFrom(EXAMPLES[0]));

  test("the form changes the text, and the text the form", () => {
    draft.setField(stop, "2.5");
    expect(draft.text.value).toContain('"stop_loss_pct": 2.5');
    draft.setText(draft.text.value.replace('"stop_loss_pct": 2.5', '"stop_loss_pct": 7'));
    expect(draft.shownIn(stop)).toBe("7");
    draft.setField(stop, "");
    expect(draft.text.value).not.toContain("stop_loss_pct");
    draft.setField(field("pairs"), "btcusdt, solusdt");
    expect(draft.ready.value?.pairs).toEqual(["BTCUSDT", "SOLUSDT"]);
    draft.setField(field("entry_conditions.macd_cross_above"), "true");
    expect(draft.ready.value?.entry_conditions).toEqual({ rsi_below: 35, macd_cross_above: true });
  });

  test("keys that the form does not know stay", () => {
    draft.setText('{"notes": {"by": "me"}, "pairs": ["BTCUSDT"]}');
    draft.setField(stop, "3");
    expect(JSON.parse(draft.text.value)).toEqual({
      notes: { by: "me" },
      pairs: ["BTCUSDT"],
      exit_conditions: { stop_loss_pct: 3 },
    });
  });

  test("what is no number is not written, and blocks saving", () => {
    const before = draft.text.value;
    draft.setField(stop, "1,5");
    expect(draft.text.value).toBe(before);
    expect(draft.shownIn(stop)).toBe("1,5");
    expect(draft.problemOf(stop)).toContain("can mean");
    expect(draft.ready.value).toBeNull();
    draft.setField(stop, "1.5");
    expect(draft.problemOf(stop)).toBeNull();
    expect(draft.ready.value).not.toBeNull();
  });

  test("a text that is no JSON is kept, with the place of the mistake", () => {
    draft.setText('{\n  "pairs": [}');
    expect(draft.checked.value.document).toBeNull();
    expect(draft.checked.value.problems).toMatchObject([{ kind: "error", line: 2 }]);
    expect(draft.ready.value).toBeNull();
    draft.setField(stop, "3");
    expect(draft.text.value).toBe('{\n  "pairs": [}');
  });

  test("a strategy needs a name", () => {
    draft.name.value = "  ";
    expect(draft.nameProblem.value).toBe("Enter a name.");
    expect(draft.ready.value).toBeNull();
  });
});

describe("a backtest", () => {
  const exchange = createExchange({ seed: 7, clock: virtualClock(Date.UTC(2026, 3, 1)), rateLimits: false });
  const open = exchange.register({ startingBalance: "10000" });
  const connect = async (): Promise<ReturnType<typeof createClient>> =>
    createClient({ ...exchange.connection, apiKey: (await open).apiKey, rateLimit: false, retry: false });

  function planOf(definition: StrategyDefinition, days: number): Plan {
    const balance = new Decimal(10_000);
    return { name: "Test", definition, balance, start: START, end: START + days * DAY, isLocal: true };
  }

  test.for(EXAMPLES)("of “$name” trades as the exchange's own test of it does", async ({ name, definition }) => {
    const client = await connect();
    const days = 14;
    const seen: Progress[] = [];
    const id = await runBacktest(client, planOf(definition, days), never, (progress) => seen.push(progress));
    const { summary, status } = await client.send(getBacktestResults, id);
    expect(status).toBe("completed");
    const { strategyId } = await client.send(createStrategy, { name, definition });
    const { testRunId } = await client.send(runTest, strategyId, {
      version: 1,
      dateRange: { start: new Date(START), end: new Date(START + days * DAY) },
      episodes: 1,
      episodeDurationDays: days,
      randomizeDates: false,
    });
    await exchange.advance(60_000);
    const { results } = await client.send(getTestResults, strategyId, testRunId);
    expect(summary.totalTrades).toBeGreaterThan(1);
    expect(summary.totalTrades).toBe(results?.totalTrades);
    expect(summary.roiPct.toNumber()).toBeCloseTo(results?.avgRoiPct ?? Number.NaN, 2);
    expect(seen.at(-1)).toMatchObject({ stage: "trading", share: 1 });
    const shares = seen.filter(({ stage }) => stage === "trading").map(({ share }) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    await client.close();
  });

  test("holds no longer than it should, also when it buys again at once", async () => {
    const client = await connect();
    const definition = {
      pairs: ["BTCUSDT"],
      timeframe: "1h",
      entry_conditions: { rsi_above: 0 },
      exit_conditions: { max_hold_candles: 5 },
    } as const;
    const id = await runBacktest(client, planOf(definition, 3), never, () => {});
    const trades = await client.send(getBacktestTrades, id);
    const holds = trades.flatMap((trade, index) =>
      trade.side === "sell"
        ? (trade.simulatedAt.getTime() - (trades[index - 1]?.simulatedAt.getTime() ?? 0)) / 3_600_000
        : [],
    );
    expect(holds.length).toBeGreaterThan(5);
    expect(holds.slice(0, -1).every((hours) => hours === 5)).toBe(true);
    await client.close();
  });

  test("a cancelled one ends on the exchange, too", async () => {
    const client = await connect();
    const controller = new AbortController();
    const run = runBacktest(client, planOf(EXAMPLES[0].definition, 14), controller.signal, ({ stage, share }) => {
      if (stage === "trading" && share > 0.3) controller.abort(new DOMException("cancelled", "AbortError"));
    });
    await expect(run).rejects.toThrow("cancelled");
    const [newest] = await client.send(getBacktests, { limit: 1 });
    expect(newest?.status).toBe("cancelled");
    await client.close();
  });

  test("steps whose response is lost are not made twice", async () => {
    const { apiKey } = await open;
    let losses = 0;
    const client = createClient({
      ...exchange.connection,
      apiKey,
      rateLimit: false,
      retry: false,
      async fetch(url: string, init: RequestInit) {
        const response = await exchange.fetch(url, init);
        const isStep = url.endsWith("/fast") && response.ok;
        if (isStep && ++losses % 3 === 0) throw new TypeError("The line broke.");
        return response;
      },
    });
    const id = await runBacktest(client, planOf(EXAMPLES[0].definition, 14), never, () => {});
    const sound = await connect();
    const same = await runBacktest(sound, planOf(EXAMPLES[0].definition, 14), never, () => {});
    const [lossy, whole] = await Promise.all([
      sound.send(getBacktestResults, id),
      sound.send(getBacktestResults, same),
    ]);
    expect(losses).toBeGreaterThan(3);
    expect(lossy.summary.totalTrades).toBe(whole.summary.totalTrades);
    expect(lossy.summary.finalEquity.toFixed()).toBe(whole.summary.finalEquity.toFixed());
    expect((await sound.send(getBacktestStatus, id)).status).toBe("completed");
    await Promise.all([client.close(), sound.close()]);
  });

  test("candles are joined from those that the exchange has", async () => {
    const client = await connect();
    const request = { symbol: "BTCUSDT", start: START, end: START + 5 * DAY, isLocal: true, signal: never };
    const hours = await loadCandles(client, { ...request, timeframe: "1h" });
    const long = await loadCandles(client, { ...request, timeframe: "4h" });
    expect(hours).toHaveLength(120);
    expect(long).toHaveLength(30);
    expect(long[3]?.open.toFixed()).toBe(hours[12]?.open.toFixed());
    expect(long[3]?.close.toFixed()).toBe(hours[15]?.close.toFixed());
    expect(long[3]?.high.toFixed()).toBe(Decimal.max(...hours.slice(12, 16).map(({ high }) => high)).toFixed());
    expect(joinCandles(hours, 5 * DAY)).toHaveLength(2);
    await client.close();
  });

  test("a period has whole candles only", () => {
    expect(wholeCandles({ start: START + 1, end: START + DAY }, "1h")).toEqual({
      start: START + 3_600_000,
      end: START + DAY,
      count: 23,
    });
    expect(wholeCandles({ start: START, end: START + 1000 }, "1d").count).toBe(0);
  });
});

describe("figures", () => {
  const curve = [100, 120, 90, 110, 60].map((equity, hour) => ({
    simulatedAt: new Date(START + hour * 3_600_000),
    totalEquity: new Decimal(equity),
  })) as unknown as BacktestSnapshot[];

  test("drawdown is measured from the highest equity so far", () => {
    expect(drawdownOf(curve).map(({ value }) => Math.round(value * 10) / 10)).toEqual([0, 0, -25, -8.3, -50]);
    expect(returnsOf(curve, new Decimal(100)).map(({ value }) => value)).toEqual([0, 20, -10, 10, -40]);
  });

  test("a difference is better or worse by what the figure means", () => {
    const named = (name: string) => FIGURES.find((figure) => figure.name === name) ?? FIGURES[0]!;
    const of = (name: string, a: number, b: number) => difference(named(name), new Decimal(a), new Decimal(b))?.verdict;
    expect(of("Return", 1, 2)).toBe("better");
    expect(of("Return", 1, -2)).toBe("worse");
    expect(of("Maximum drawdown", 10, 5)).toBe("better");
    expect(of("Fees", 10, 15)).toBe("worse");
    expect(of("Trades", 10, 15)).toBeNull();
    expect(of("Return", 1, 1)).toBeNull();
    expect(difference(named("Return"), null, new Decimal(1))).toBeNull();
  });

  test("every figure is explained", () => {
    for (const { meaning, name } of FIGURES) expect(meaning, name).toMatch(/^[A-Z].{20,}\.$/);
  });
});

test("the page knows the exchange's research routes", async () => {
  const { default: config } = await import("../../vite.config.ts");
  const known = String((config as { define: Record<string, string> }).define["__RESEARCH_ROUTES__"]);
  expect((JSON.parse(known) as string).split("\n")).toHaveLength(researchRoutes().length);
});
