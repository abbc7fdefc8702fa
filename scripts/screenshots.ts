// Takes the screenshots in docs/images: `npm run demo:pictures`.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright";
import { findChromium } from "./find-browsers.ts";
import { buildPage } from "./page/build.ts";
import { servePage } from "./page/serve.ts";

interface Picture {
  readonly name: string;
  /** Appended to the page's URL. */
  readonly address: string;
  readonly scheme: "light" | "dark";
  readonly width: number;
  readonly height: number;
  /** Runs before the screenshot. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const WIDE = { width: 1280, height: 800 } as const;

const PICTURES: readonly Picture[] = [
  { name: "board-light", address: "#/board", scheme: "light", ...WIDE },
  {
    name: "board-dark",
    address: "#/board",
    scheme: "dark",
    ...WIDE,
    async prepare(page) {
      await page.getByLabel("One by one").check();
      await page.waitForTimeout(2000);
    },
  },
  { name: "desk-dark", address: "#/desk/ETHUSDT", scheme: "dark", width: 1440, height: 900 },
  {
    name: "desk-light",
    address: "#/desk/SOLUSDT",
    scheme: "light",
    width: 1440,
    height: 900,
    async prepare(page) {
      await page.getByLabel("Amount, SOL").fill("2");
      await page.getByRole("button", { name: "Buy SOLUSDT", exact: true }).click();
      await page.getByText("✓ Placed").waitFor();
      await page.getByLabel("Amount, SOL").fill("50");
      await page.getByRole("button", { name: "Buy SOLUSDT", exact: true }).click();
      await page.getByText("✕ Rejected").waitFor();
      await page.getByLabel("Amount, SOL").fill("3");
      await page.getByText("Passes the rules that are known.").waitFor();
    },
  },
  { name: "account-light", address: "#/account", scheme: "light", ...WIDE },
  {
    name: "agents-dark",
    address: "#/agents",
    scheme: "dark",
    width: 1440,
    height: 1100,
    async prepare(page) {
      await page.getByRole("radio", { name: "3,600×" }).check();
      await page.getByRole("button", { name: "Start" }).click();
      await page.getByText(/Tick 12\d/).waitFor({ timeout: 300_000 });
      await page.getByRole("button", { name: "Pause" }).click();
    },
  },
  {
    name: "what-if-light",
    address: "#/agents",
    scheme: "light",
    ...WIDE,
    async prepare(page) {
      for (let tick = 1; tick <= 16; tick++) {
        await page.getByRole("button", { name: "Step" }).click();
        await page.getByText(`Tick ${tick}, paused`).waitFor();
      }
      await page.getByRole("combobox", { name: "Agent", exact: true }).selectOption("Dollar-cost average");
      await page.getByRole("button", { name: "Run both" }).click();
      await page.getByText(/^After .* USDT (more|less) with the change/).waitFor({ timeout: 300_000 });
      await page.getByRole("heading", { name: "What if?" }).scrollIntoViewIfNeeded();
      await page.evaluate(() => document.querySelector("#what-if")?.scrollIntoView());
    },
  },
  {
    name: "lab-light",
    address: "#/lab",
    scheme: "light",
    width: 1440,
    height: 1100,
    async prepare(page) {
      await page.getByRole("button", { name: "Run the backtest" }).click();
      await page.getByRole("heading", { name: "Equity and drawdown" }).waitFor({ timeout: 300_000 });
    },
  },
  {
    name: "connection-dark",
    address: "#/desk/BTCUSDT",
    scheme: "dark",
    ...WIDE,
    async prepare(page) {
      await page.locator(".status").click();
      await page.getByRole("switch", { name: /Network faults/ }).check();
      await page.waitForTimeout(6000);
    },
  },
  { name: "narrow-light", address: "#/board", scheme: "light", width: 320, height: 900 },
];

/** `npm run demo:pictures -- NAME…` takes only these. */
const wanted = process.argv.slice(2);
const isWanted = ({ name }: Picture): boolean => wanted.length === 0 || wanted.includes(name);
const folder = mkdtempSync(join(tmpdir(), "page-"));
const images = join(import.meta.dirname, "../docs/images");
mkdirSync(images, { recursive: true });
await buildPage(folder);
const served = await servePage(folder);
const { executablePath, env } = await findChromium();
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"], env: { ...process.env, ...env } });
try {
  for (const { name, address, scheme, width, height, prepare } of PICTURES.filter(isWanted)) {
    const page = await browser.newPage({ colorScheme: scheme, locale: "en-US", viewport: { width, height } });
    await page.goto(served.url + address);
    await page.waitForTimeout(3000);
    await prepare?.(page);
    await page.screenshot({ path: join(images, `${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  await served.close();
  rmSync(folder, { recursive: true, force: true });
}
