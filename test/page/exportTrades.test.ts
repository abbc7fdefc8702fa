// Trades as files: read back as they were, and harmless in a spreadsheet.
import { Decimal, type Trade } from "agentexchange";
import { createClient, placeMarketOrder } from "agentexchange/core";
import { createExchange } from "agentexchange/exchange";
import { expect, test } from "vitest";
import { fileName, readTrades, toCsv, toJson } from "../../demo/src/state/exportTrades.ts";
import { describePage } from "./browsers.ts";

/** Reads CSV by RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    if (end === "" && plain === "") break;
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\r\n") rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

const trade: Trade = {
  tradeId: "t-1",
  orderId: '=HYPERLINK("https://evil.example","x")',
  symbol: "BTCUSDT",
  side: "buy",
  quantity: new Decimal("0.00000001"),
  price: new Decimal("58254.12345678"),
  fee: new Decimal("1e-8"),
  total: new Decimal("123456789012345678.12345678"),
  executedAt: new Date("2026-01-05T12:34:56.789Z"),
};

test("CSV has every digit, times in UTC, and nothing that a spreadsheet would run", () => {
  const risky = ["@SUM(1)", "+1+1", "-2+3", "\ttab", "a,b", 'say "no"', "two\r\nlines"].map((tradeId) =>
    Object.assign({}, trade, { tradeId }),
  );
  const [header, first, ...rest] = parseCsv(toCsv([trade, ...risky]));
  expect(header).toEqual("tradeId orderId executedAt symbol side quantity price fee total".split(" "));
  expect(first).toEqual([
    "t-1",
    '\'=HYPERLINK("https://evil.example","x")',
    "2026-01-05T12:34:56.789Z",
    "BTCUSDT",
    "buy",
    "0.00000001",
    "58254.12345678",
    "0.00000001",
    "123456789012345678.12345678",
  ]);
  expect(rest.map(([id]) => id)).toEqual(["'@SUM(1)", "'+1+1", "'-2+3", "'\ttab", "a,b", 'say "no"', "two\r\nlines"]);
  expect(toCsv([])).toBe("tradeId,orderId,executedAt,symbol,side,quantity,price,fee,total\r\n");
});

test("JSON has amounts as strings, and reads back to the same trade", () => {
  const [read] = JSON.parse(toJson([trade])) as [Readonly<Record<string, string>>];
  expect(read).toEqual({
    ...trade,
    quantity: "0.00000001",
    price: "58254.12345678",
    fee: "0.00000001",
    total: "123456789012345678.12345678",
    executedAt: "2026-01-05T12:34:56.789Z",
  });
});

test("the file is named after account and day, whatever the account is called", () => {
  const time = new Date("2026-11-28T23:59:59Z");
  expect(fileName("Demo", time, "csv")).toBe("trades-demo-2026-11-28.csv");
  expect(fileName("../Ünï côde: 1", time, "json")).toBe("trades-u-ni-co-de-1-2026-11-28.json");
  expect(fileName("交易", time, "csv")).toBe("trades-account-2026-11-28.csv");
});

test("all pages are read, with progress, until somebody cancels", async () => {
  const exchange = createExchange({ seed: 3, rateLimits: false });
  const { apiKey } = await exchange.register({ startingBalance: "100000" });
  let pages = 0;
  const client = createClient({
    ...exchange.connection,
    apiKey,
    rateLimit: false,
    onRequest: ({ name }) => {
      if (name === "getTradeHistory") pages++;
    },
  });
  for (let order = 0; order < 12; order++)
    await client.send(placeMarketOrder, { symbol: "BTCUSDT", side: "buy", quantity: "0.0002" });
  const progress: number[] = [];
  const trades = await readTrades(client, new AbortController().signal, (count) => progress.push(count), 5);
  expect(new Set(trades.map(({ tradeId }) => tradeId)).size).toBe(12);
  expect(pages).toBeGreaterThanOrEqual(3);
  expect(progress).toEqual([1, 6, 11]);
  const controller = new AbortController();
  const cancelled = readTrades(client, controller.signal, (count) => count > 5 && controller.abort(), 5);
  await expect(cancelled).rejects.toThrow("abort");
  await client.close();
  exchange.close();
});

describePage("the export", ({ open }) => {
  test("saves what the account has traded, and can be cancelled", async () => {
    const { page, problems } = await open("#/account", {
      async before(opened) {
        await opened.addInitScript(() => {
          const files: Promise<string>[] = [];
          Object.assign(globalThis, { files });
          const make = URL.createObjectURL.bind(URL);
          URL.createObjectURL = (blob: Blob) => {
            files.push(blob.text());
            return make(blob);
          };
          // The file's content is what counts here.
          HTMLAnchorElement.prototype.click = () => {};
        });
      },
    });
    const file = (index: number): Promise<string> =>
      page.evaluate(
        async (at) => (await (globalThis as unknown as { files: Promise<string>[] }).files[at]) ?? "",
        index,
      );
    const group = page.getByRole("group", { name: "Export of all trades" });
    await group.getByRole("button", { name: "Export CSV" }).click();
    await group.getByText(/^Saved \d+ trades as trades-demo-\d{4}-\d\d-\d\d\.csv\.$/).waitFor();
    const [, ...rows] = parseCsv(await file(0));
    expect(rows.length).toBeGreaterThanOrEqual(9);
    expect(rows.every((row) => row.length === 9 && /^\d+(\.\d+)?$/.test(row[5] ?? ""))).toBe(true);
    await group.getByRole("button", { name: "Export JSON" }).click();
    await group.getByText(/\.json\.$/).waitFor();
    expect(JSON.parse(await file(1))).toHaveLength(rows.length);
    await page.locator(".status").click();
    await page.getByLabel("Latency").fill("500");
    await page.keyboard.press("Escape");
    await group.getByRole("button", { name: "Export CSV" }).click();
    await group.getByRole("button", { name: "Cancel the export" }).click();
    await group.getByText("Cancelled; nothing was saved.").waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Export CSV");
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
