// The page of a cron bot in Chromium: both colour schemes, narrow and wide, axe and the keyboard.
import { chromium, type Browser, type Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findChromium } from "../../scripts/find-browsers.ts";
import { loginPage, statusPage } from "../../src/workers/agent/page.ts";
import type { AgentStatus } from "../../src/workers/agent/status.ts";
import { focused, tabTo, violations } from "./pageActions.ts";

const NOW = Date.UTC(2026, 10, 27, 21, 8);
const LONG = "W".repeat(64);

const order = { id: "a", symbol: "ETHUSDT", side: "buy", quantity: "0.0081", price: "3074.2", fee: "0.0249" };
const run: AgentStatus["runs"][number] = {
  tick: { scheduledTime: NOW - 3_600_000, cron: "0 * * * *" },
  fence: 1,
  startedAt: new Date(NOW).toISOString(),
  duration: 412,
  outcome: "ordered",
  reason: "ETHUSDT changed by -3.2 % within 24 hours, less than all others.",
  reconciled: [],
  order,
  undecided: [],
  missed: 0,
  cursor: null,
  requests: 9,
  error: null,
};
const position = {
  symbol: "ETHUSDT",
  asset: "ETH",
  quantity: "0.0931",
  avgEntryPrice: "3010",
  currentPrice: "3094.11",
  marketValue: "288.06",
  unrealizedPnl: "-1.204",
  unrealizedPnlPct: "1.9",
  openedAt: "2026-11-27T20:08:00.000Z",
};
const active: AgentStatus = {
  agent: "dip",
  strategy: "buyTheDip",
  isDryRun: true,
  halted: false,
  used: { day: "2026-11-27", value: "74.96", orders: 3, unknown: 0 },
  unknown: [],
  mandate: { symbols: ["ETHUSDT"], maxPerDay: "600", maxOrdersPerDay: 24, until: "2099-12-31T00:00:00Z" },
  nextTick: "2026-11-27T22:00:00.000Z",
  problem: null,
  portfolio: {
    totalEquity: "10012.4391",
    availableCash: "9674.11",
    lockedCash: "20",
    totalPositionValue: "338.33",
    unrealizedPnl: "12.5",
    realizedPnl: "0",
    totalPnl: "12.44",
    roiPct: "0.124391",
    startingBalance: "10000",
    positions: [position, { ...position, symbol: "BTCUSDT", unrealizedPnl: "0.93" }],
    timestamp: "2026-11-27T21:08:00.000Z",
  },
  runs: [
    run,
    { ...run, outcome: "failed", order: null, reason: LONG, error: "NETWORK_ERROR", missed: 2 },
    { ...run, outcome: "unknown", order: null, undecided: ["ETHUSDT"] },
    { ...run, outcome: "held", order: null, reconciled: [{ tick: run.tick, order }] },
    { ...run, outcome: "refused", order: null, error: "HALTED" },
  ],
};
const halted: AgentStatus = {
  ...active,
  agent: LONG,
  isDryRun: false,
  halted: { since: "2026-11-27T20:11:00.000Z", reason: LONG },
  used: { ...active.used, unknown: 1 },
  unknown: [
    {
      callId: "tick 1795813200000 0 * * * *",
      tool: "placeMarketOrder",
      symbol: "ETHUSDT",
      time: "2026-11-27T21:00:04.000Z",
    },
  ],
  nextTick: null,
  portfolio: null,
  problem: "No connection to the exchange.",
  runs: [],
};

const pages = {
  status: statusPage([active, halted], NOW, { text: "orderId must be one of …", isProblem: true }),
  login: loginPage(true),
};

let browser: Browser;
beforeAll(async () => {
  const { executablePath, env } = await findChromium();
  const environment = { ...process.env, ...env } as Record<string, string>;
  browser = await chromium.launch({ executablePath, env: environment, args: ["--no-sandbox"] });
});
afterAll(() => browser.close());

async function open(name: keyof typeof pages, width: number, colorScheme: "light" | "dark" = "light"): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  await page.setContent(pages[name].text);
  return page;
}

test.for(
  (["status", "login"] as const).flatMap((name) =>
    (["light", "dark"] as const).flatMap((scheme) => [320, 390, 1440].map((width) => [name, scheme, width] as const)),
  ),
)("%s in %s fits %i pixels and has no axe violations", async ([name, scheme, width]) => {
  const page = await open(name, width, scheme);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  expect(await violations(page)).toEqual([]);
  await page.close();
});

test("every action can be reached with the keyboard, and names its agent", async () => {
  const page = await open("status", 1440);
  for (const name of ["Skip to the agents", "Refresh", "Log out", "Run now dip", "Halt dip", `Resume ${LONG}`])
    await tabTo(page, name);
  expect(await focused(page)).toBe(`Resume ${LONG}`);
  await page.close();
});

test("the login form has the focus, and tells what was wrong", async () => {
  const page = await open("login", 390);
  expect(await page.getByLabel("Admin token").getAttribute("aria-describedby")).toBe("problem");
  expect(await page.getByRole("alert").textContent()).toBe("This is not the admin token.");
  await page.close();
});
