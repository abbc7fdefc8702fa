// `npm start`, run as a separate process.
import { spawn } from "node:child_process";
import { afterEach, expect, inject, test, vi } from "vitest";
import { createExchange } from "agentexchange/exchange";
import { Decimal, type MarketSnapshot } from "agentexchange";
import { readSettings, UsageError } from "../../scripts/snapshots/settings.ts";
import { formatTable, createTablePrinter } from "../../scripts/snapshots/table.ts";
import { repository, run } from "../support/run-process.ts";
import { serve } from "../support/server.ts";

const program = `${repository}scripts/snapshots/main.ts`;
const start = (...args: readonly string[]): ReturnType<typeof run> => run(process.execPath, [program, ...args]);

interface Line {
  readonly took: number;
  readonly sum: number;
  readonly entries: readonly Record<string, unknown>[];
}

afterEach(() => {
  vi.unstubAllEnvs();
});

test("--once prints five symbols and how much time concurrency saved", async () => {
  const { code, output } = await start("--once");
  expect(code).toBe(0);
  for (const symbol of ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"]) {
    expect(output).toMatch(
      new RegExp(`^${symbol} +[\\d,]+\\.\\d+ +[▲▼=] [+-]?\\d+\\.\\d\\d% +[\\d,.]+ +\\d+ ms +\\d+ ms$`, "m"),
    );
  }
  expect(output).toMatch(/^10 calls took \d+ ms, \d+(\.\d)?× faster than one after another \(\d+ ms\)\.$/m);
});

test("--json prints the same data as one line; ten calls take about one latency", async () => {
  const { code, output } = await start("--once", "--json", "--symbols", "btcusdt, ETHUSDT,SOLUSDT,BNBUSDT,ADAUSDT");
  expect(code).toBe(0);
  const { took, sum, entries } = JSON.parse(output) as Line;
  expect(entries.map(({ symbol }) => symbol)).toEqual(["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"]);
  const decimal: unknown = expect.stringMatching(/^-?\d+(\.\d+)?$/);
  const time: unknown = expect.any(Number);
  for (const { symbol, ...figures } of entries) {
    expect(figures, String(symbol)).toEqual({
      price: decimal,
      changePct: decimal,
      volume: decimal,
      took: { price: time, ticker: time },
    });
  }
  expect(took).toBeGreaterThan(49);
  expect(sum).toBeGreaterThan(490);
  expect(sum / took).toBeGreaterThan(7);
});

test("a symbol that fails is shown in its row and does not fail the snapshot", async () => {
  const { code, output } = await start("--once", "--symbols", "BTCUSDT,NOSUCH");
  expect(code).toBe(0);
  expect(output).toMatch(/^BTCUSDT +[\d,]+\./m);
  expect(output).toMatch(/^NOSUCH +\S.*NOSUCH/m);
});

test("a base URL selects a real service; with a key the portfolio is shown, too", async () => {
  const exchange = createExchange();
  const { apiKey } = await exchange.register();
  const server = await serve((request) => exchange.fetch(request));
  vi.stubEnv("AGENTEXCHANGE_API_KEY", apiKey);
  vi.stubEnv("AGENTEXCHANGE_BASE_URL", server.url);
  const byEnvironment = await start("--once");
  vi.stubEnv("AGENTEXCHANGE_BASE_URL", "http://127.0.0.1:1");
  const byFlag = await start("--once", "--json", "--base-url", server.url);
  vi.stubEnv("AGENTEXCHANGE_API_KEY", "ak_live_nobody");
  const wrongKey = await start("--once", "--base-url", server.url);
  await server.close();
  expect(byEnvironment.output).toContain(server.url);
  expect(byEnvironment.output).toMatch(/^Portfolio: 10,000\.00 USDT, 0\.00%\.$/m);
  expect(JSON.parse(byFlag.output)).toMatchObject({ portfolio: { totalEquity: "10000", roiPct: "0" } });
  expect(wrongKey.output).toMatch(/^Portfolio: .*key/m);
  for (const { code, output } of [byEnvironment, byFlag, wrongKey]) {
    expect(output).not.toContain("ak_live_");
    expect(code).toBe(0);
  }
});

test.for([
  ["a server that does not exist", ["--once", "--base-url", "http://127.0.0.1:59999"], "http://127.0.0.1:59999"],
  ["a server without such a path", ["--base-url", `${inject("serverUrl")}/elsewhere`], "Nothing is served here."],
  ["only unknown symbols", ["--symbols", "NOSUCH"], "NOSUCH"],
  ["an unknown option", ["--evry", "2"], "Unknown option '--evry'. Try --help."],
  ["an option without its value", ["--symbols"], "Option '--symbols <value>' argument missing. Try --help."],
  ["an extra argument", ["now"], "Unexpected argument 'now'. Try --help."],
  ["no symbols", ["--symbols", ","], "--symbols must be symbols separated by commas"],
  ["an invalid base URL", ["--base-url", "localhost:8000"], "baseUrl must start with http:// or https://"],
] as const)("%s: one line and exit code 1", async ([, args, message]) => {
  const { code, output } = await start(...args);
  expect(output).toContain(message);
  expect(output.trimEnd().split("\n")).toHaveLength(1);
  expect(code).toBe(1);
});

test("--help lists every option", async () => {
  const { code, output } = await start("--help");
  for (const option of ["--symbols", "--base-url", "--once", "--json", "--help", "AGENTEXCHANGE_BASE_URL"]) {
    expect(output).toContain(option);
  }
  expect(code).toBe(0);
});

test.skipIf(process.platform === "win32")("runs until it is interrupted, then exits cleanly", async () => {
  const child = spawn(process.execPath, [program, "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  let lines = 0;
  let errorOutput = "";
  child.stderr.on("data", (data: Buffer) => {
    errorOutput += data.toString();
  });
  child.stdout.on("data", (data: Buffer) => {
    lines += data.toString().split("\n").length - 1;
    if (lines >= 2) child.kill("SIGINT");
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once("close", (...end) => resolve(end));
  });
  expect([code, signal, errorOutput]).toEqual([0, null, ""]);
});

test.skipIf(process.platform === "win32")("builds and serves the page, and prints its address", async () => {
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const collect = (data: Buffer): void => {
      output += data.toString();
      const [, found] = /^Page: (http:\S+)$/m.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.once("close", () => reject(new Error(output)));
  });
  const page = await fetch(url);
  const html = await page.text();
  const [, script = ""] = /<script[^>]* src="([^"]+)"/.exec(html) ?? [];
  const code = await fetch(new URL(script, url));
  const missing = await fetch(new URL("nothing.js", url));
  child.kill("SIGINT");
  const exit = await new Promise((resolve) => child.once("close", resolve));
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(html).toContain('<div id="page">');
  expect([page.status, code.status, missing.status, exit]).toEqual([200, 200, 404, 0]);
  expect(code.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
});

test("redraws the table in place if it fits the terminal", () => {
  let written = "";
  const out = { rows: 5, write: (text: string) => (written += text) };
  const print = createTablePrinter(out, true);
  print(["a", "b"]);
  print(["c", "d"]);
  expect(written).toBe("a\nb\n\x1b[2A\x1b[Jc\nd\n");
  written = "";
  print(["1", "2", "3", "4", "5"]);
  expect(written).toBe("1\n2\n3\n4\n5\n\n");
});

test("prices are aligned at the decimal point, and colour is never the only indicator", () => {
  const entry = (symbol: string, price: string, change: string): MarketSnapshot["entries"][number] => {
    const timestamp = new Date(0);
    const zero = new Decimal(0);
    const figures = { open: zero, high: zero, low: zero, close: zero, quoteVolume: zero, change: zero, tradeCount: 0 };
    const ticker = { symbol, ...figures, changePct: new Decimal(change), volume: new Decimal("12.5"), timestamp };
    const took = { price: 50, ticker: 50 };
    return { symbol, price: { symbol, price: new Decimal(price), timestamp }, ticker, error: null, took };
  };
  const entries = [
    entry("BTCUSDT", "1234567.5", "1.234"),
    entry("PEPEUSDT", "0.00000123", "-0.5"),
    entry("USDCUSDT", "1", "0"),
  ];
  const snapshot = { startedAt: new Date(0), finishedAt: new Date(0), took: 50, entries };
  const painted: string[] = [];
  const lines = formatTable(snapshot, "nowhere", (style, text) => {
    painted.push(`${style}:${text.trim()}`);
    return text;
  });
  expect(lines.slice(3, 6)).toEqual([
    "BTCUSDT    1,234,567.50           ▲ +1.23%    12.50        50 ms         50 ms",
    "PEPEUSDT           0.00000123     ▼ -0.50%    12.50        50 ms         50 ms",
    "USDCUSDT           1.00            = 0.00%    12.50        50 ms         50 ms",
  ]);
  expect(painted).toContain("green:▲ +1.23%");
  expect(painted).toContain("red:▼ -0.50%");
});

test("empty environment variables are ignored", () => {
  const settings = readSettings([], { AGENTEXCHANGE_BASE_URL: "", AGENTEXCHANGE_API_KEY: "" });
  expect([settings.baseUrl, settings.apiKey]).toEqual([undefined, undefined]);
  expect(() => readSettings(["--symbols", "A,,B"], {})).toThrow(UsageError);
});
