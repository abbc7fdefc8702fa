// What the program draws: widths, tables, charts, progress, and text of others.
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeJson } from "../../src/cli/json.ts";
import { candleChart, type ChartCandle } from "../../src/cli/terminal/candleChart.ts";
import { changeCell, formatDuration, groupThousands } from "../../src/cli/terminal/numbers.ts";
import { choosePaint, plainPaint, type Paint } from "../../src/cli/terminal/paint.ts";
import { progressLine } from "../../src/cli/terminal/progress.ts";
import { bar, columnBars, resample, sparkline } from "../../src/cli/terminal/sparkline.ts";
import { pairsTable, table } from "../../src/cli/terminal/table.ts";
import { clean, cut, pad, widthOf, wrap } from "../../src/cli/terminal/text.ts";
import { Decimal } from "../../src/wire/index.ts";

const ESC = "\u001b";

test.for([
  ["BTCUSDT", 7],
  ["", 0],
  ["é", 1],
  ["e\u0301", 1],
  ["日本", 4],
  ["한글", 4],
  ["ｆｕｌｌ", 8],
  ["👍", 2],
  ["👨‍👩‍👧", 2],
  ["🇩🇪", 2],
  ["❤️", 2],
  ["▲█│⠋…", 5],
  [`${ESC}[31mred${ESC}[39m`, 3],
] as const)("%j takes %i cells", ([text, width]) => {
  expect(widthOf(text)).toBe(width);
});

test.for([
  [`${ESC}[2J${ESC}[Hgone`, "gone"],
  [`${ESC}]0;title\u0007after`, "after"],
  [`${ESC}]8;;http://evil.example${ESC}\\link${ESC}]8;;${ESC}\\`, "link"],
  [`${ESC}Pstring${ESC}\\after`, "after"],
  [`a\u009b31mb`, "ab"],
  [`a\u009d0;t\u009cb`, "ab"],
  ["two\nlines\tand\rmore", "two lines and more"],
  ["\u0000\u0007\b\u007f", ""],
  ["right\u202eto left\u202c", "rightto left"],
  ["zero\u200bwidth\ufeff", "zerowidth"],
  [ESC, ""],
  [`${ESC}[`, ""],
  ["lone \ud800 surrogate", "lone  surrogate"],
  ["日本 👍 é", "日本 👍 é"],
] as const)("text of others is harmless: %j", ([text, harmless]) => {
  expect(clean(text)).toBe(harmless);
});

/** Anything that a terminal could execute. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

test("no text contains anything for a terminal after cleaning, in tables and in JSON", () => {
  const hostile = fc.string({
    unit: fc.oneof(
      fc.constantFrom(ESC, "[", "]", "\u0007", "\u009b", "\n", "\r", "\u202e", "m", "8", ";", "日", "👍"),
      fc.string({ unit: "binary", maxLength: 1 }),
    ),
    maxLength: 40,
  });
  fc.assert(
    fc.property(hostile, fc.integer({ min: 20, max: 200 }), (text, width) => {
      expect(clean(text)).not.toMatch(CONTROL);
      expect(clean(clean(text))).toBe(clean(text));
      const lines = table([{ title: "NAME" }, { title: "N", align: "right" }], [[text, "1"]], {
        width,
        paint: plainPaint,
      });
      for (const line of lines) {
        expect(line).not.toMatch(CONTROL);
        expect(widthOf(line)).toBeLessThanOrEqual(width);
      }
      const json = encodeJson({ text });
      expect(json).not.toMatch(CONTROL);
      expect(JSON.parse(json)).toEqual({ text });
    }),
  );
});

test("texts are cut, padded and wrapped by cells", () => {
  expect(cut("日本語", 4)).toBe("日…");
  expect(cut("日本語", 6)).toBe("日本語");
  expect(cut("long", 0)).toBe("");
  expect(pad("日本", 6, "left")).toBe("日本  ");
  expect(pad("日本", 6, "right")).toBe("  日本");
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("unbreakable", 4)).toEqual(["unbreakable"]);
});

const WIDE = { width: 200, paint: plainPaint };

test("columns are aligned, numbers at their decimal points", () => {
  const columns = [{ title: "SYMBOL" }, { title: "PRICE", align: "point" }, { title: "N", align: "right" }] as const;
  expect(
    table(
      columns,
      [
        ["BTC", "1,234.5", "10"],
        ["日本", "0.00001", "9"],
        ["X", "7", ""],
      ],
      WIDE,
    ),
  ).toEqual(["SYMBOL        PRICE   N", "BTC     1,234.5      10", "日本        0.00001   9", "X           7"]);
});

test("a narrow table shortens texts, then leaves out columns and names them", () => {
  const columns = [
    { title: "NAME", min: 6 },
    { title: "VALUE", align: "right" },
    { title: "MORE", align: "right", drop: 1 },
    { title: "MOST", align: "right", drop: 2 },
  ] as const;
  const rows = [["a long name of a strategy", "12345", "1", "2"]];
  expect(table(columns, rows, { width: 32, paint: plainPaint })).toEqual([
    "NAME           VALUE  MORE  MOST",
    "a long name …  12345     1     2",
  ]);
  expect(table(columns, rows, { width: 16, paint: plainPaint })).toEqual([
    "NAME       VALUE",
    "a long n…  12345",
    "Left out: more,…",
  ]);
});

test("styles take no cells, and every style has an end", () => {
  const paint = choosePaint({ isTerminal: true }, {});
  const [head = "", row = ""] = table([{ title: "A" }, { title: "B" }], [[["x", "red"], "y"]], { width: 80, paint });
  expect(head).toBe(`${ESC}[2mA${ESC}[22m  ${ESC}[2mB${ESC}[22m`);
  expect(row).toBe(`${ESC}[31mx${ESC}[39m  y`);
  expect(pairsTable([["Name", ["v", "bold"]]], { width: 80, paint })).toEqual([
    `${ESC}[2mName${ESC}[22m  ${ESC}[1mv${ESC}[22m`,
  ]);
});

test.for([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [true, { TERM: "dumb" }, false],
  [false, { FORCE_COLOR: "1" }, true],
  [false, { FORCE_COLOR: "" }, true],
  [true, { FORCE_COLOR: "0" }, false],
  [true, { FORCE_COLOR: "1", NO_COLOR: "1" }, true],
] as const)("terminal %s with %j: colour %s", ([isTerminal, env, isColoured]) => {
  expect(choosePaint({ isTerminal }, env)("red", "x") !== "x").toBe(isColoured);
});

test("sparklines and bars", () => {
  expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8])).toBe("▁▂▃▄▅▆▇█");
  expect(sparkline([5, 5, 5])).toBe("▄▄▄");
  expect(sparkline([])).toBe("");
  expect(
    sparkline(
      Array.from({ length: 1000 }, (_, index) => index),
      8,
    ),
  ).toBe("▁▂▃▄▅▆▇█");
  expect(resample([1, 3, 5, 7], 2)).toEqual([2, 6]);
  expect(bar(1, 4)).toBe("████");
  expect(bar(0.53, 4)).toBe("██▏");
  expect(bar(0, 4)).toBe("");
  expect(columnBars([1, 0.5, 0.001, 0], 2)).toEqual(["█   ", "██▁ "]);
});

const candle = (index: number, open: number, close: number, high: number, low: number): ChartCandle => ({
  time: Date.UTC(2026, 0, 1, index),
  open,
  close,
  high,
  low,
  volume: index + 1,
});

const CHART = { height: 4, paint: plainPaint, formatPrice: (price: number): string => price.toFixed(1) };

test("a candle chart has bodies, wicks, prices, volumes and times", () => {
  const candles = [candle(0, 10, 20, 20, 10), candle(1, 20, 15, 25, 12), candle(2, 15, 17, 18, 10)];
  expect(candleChart(candles, { ...CHART, width: 40 })).toEqual([
    "  │   ┤ 23.1",
    "▄ ▄   │",
    "█ ▀ ▀ ◀ 17.0",
    "█ ╵ │ ┤ 11.9",
    "▃ ▅ █ volume",
    "00:00 UTC",
  ]);
});

test("any candles fit the width, one column each, the newest always", () => {
  const prices = fc.array(
    fc.tuple(fc.double({ min: 1, max: 1e6, noNaN: true }), fc.double({ min: 0.5, max: 2, noNaN: true })),
    {
      minLength: 1,
      maxLength: 300,
    },
  );
  fc.assert(
    fc.property(prices, fc.integer({ min: 30, max: 200 }), fc.integer({ min: 2, max: 30 }), (drawn, width, height) => {
      const candles = drawn.map(([open, factor], index) => {
        const close = open * factor;
        return candle(index, open, close, Math.max(open, close) * 1.1, Math.min(open, close) * 0.9);
      });
      const lines = candleChart(candles, { ...CHART, width, height });
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      const drawnLines = lines.slice(0, height);
      const columns = Math.max(...drawnLines.map((line) => line.search(/ [│┤◀]/)));
      const column = drawnLines.map((line) => line[columns - 1]).join("");
      // The newest candle has a body.
      expect(column).toMatch(/[█▀▄▒]/);
    }),
  );
  expect(candleChart([], { ...CHART, width: 80 })).toEqual([]);
  expect(candleChart([candle(0, 5, 5, 5, 5)], { ...CHART, width: 40 })).toHaveLength(6);
});

test("progress tells share, count, rate and remaining time, as far as they fit", () => {
  const progress = { label: "backtest", done: 500, total: 2000, unit: "steps" };
  const line = (width: number, paint: Paint = plainPaint): string =>
    progressLine(progress, { elapsed: 2000, width, paint });
  expect(line(100)).toBe("backtest  ━━━━━━━━──────────────────────   25%  500/2,000 steps  250 steps/s  6.0 s left");
  for (const width of [20, 39, 40, 80, 200]) expect(widthOf(line(width))).toBeLessThanOrEqual(width);
  expect(line(39)).toContain("25%");
  const unknown = progressLine({ label: "price", done: 0 }, { elapsed: 2400, width: 40, paint: plainPaint });
  expect(unknown).toBe("⠼ price · 2.4 s");
});

test("numbers and durations", () => {
  expect(groupThousands("-1234567.0012")).toBe("-1,234,567.0012");
  expect(groupThousands("999")).toBe("999");
  expect([350, 2400, 65_000, 3_725_000].map(formatDuration)).toEqual(["350 ms", "2.4 s", "1 min 05 s", "1 h 02 min"]);
});

test.for([
  ["1.235", "▲ +1.24%", "green"],
  ["-1234.5", "▼ -1,234.50%", "red"],
  ["0.004", "= 0.00%", undefined],
  ["-0.004", "= 0.00%", undefined],
  ["0", "= 0.00%", undefined],
] as const)("a change of %s is shown as %s", ([change, text, colour]) => {
  expect(changeCell(new Decimal(change))).toEqual([text, colour]);
});
