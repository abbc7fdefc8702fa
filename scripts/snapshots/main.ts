// `npm start`: the main use of this client, price and ticker of five symbols in one round trip. `-- --help` lists the options.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";
import { createExchange } from "../../src/exchange/index.ts";
import { AgentExchangeClient, type ClientOptions, type MarketSnapshot, type Portfolio } from "../../src/index.ts";
import type { ServedPage } from "../page/serve.ts";
import { help, readSettings, UsageError, type Settings } from "./settings.ts";
import { formatPortfolio, totalCallTime, formatTable, createTablePrinter, type Paint } from "./table.ts";

const LATENCY = 50;
const PERIOD = 1000;
const TIMEOUT = 5000;

const paint: Paint = (style, text) => styleText(style, text);

interface Source {
  readonly name: string;
  readonly options: ClientOptions;
}

/** One snapshot, and the portfolio if there is a key. */
interface Report {
  readonly snapshot: MarketSnapshot;
  readonly portfolio: Portfolio | Error | undefined;
}

function createSource({ baseUrl, apiKey, apiSecret }: Settings): Source {
  if (baseUrl !== undefined) return { name: baseUrl, options: { baseUrl, apiKey, apiSecret } };
  return { name: `embedded exchange, ${LATENCY} ms latency`, options: createExchange({ latency: LATENCY }).connection };
}

async function takeReport(client: AgentExchangeClient, settings: Settings, signal: AbortSignal): Promise<Report> {
  const hasPortfolio = settings.baseUrl !== undefined && settings.apiKey !== undefined;
  const [snapshot, portfolio] = await Promise.all([
    client.marketSnapshot(settings.symbols, { signal }),
    hasPortfolio ? client.getPortfolio({ signal }).catch((error: unknown) => error as Error) : undefined,
  ]);
  return { snapshot, portfolio };
}

function formatJson({ snapshot, portfolio }: Report): string {
  const entries = snapshot.entries.map(({ symbol, price, ticker, error, took }) =>
    error === null
      ? { symbol, price: price.price, changePct: ticker.changePct, volume: ticker.volume, took }
      : { symbol, error: error.message, took },
  );
  const { startedAt, took } = snapshot;
  const roundToTenths = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Math.round(value * 10) / 10 : value;
  const portfolioJson =
    portfolio instanceof Error
      ? { error: portfolio.message }
      : portfolio && { totalEquity: portfolio.totalEquity, roiPct: portfolio.roiPct };
  return JSON.stringify(
    { startedAt, took, sum: totalCallTime(snapshot), entries, portfolio: portfolioJson },
    roundToTenths,
  );
}

/** The demo page, built and served in the background, and a line about its progress. */
interface Page {
  status(): string;
  close(): Promise<void>;
}

function openPage(): Page {
  let status = "Page: building…";
  const served = buildAndServe().then(
    (page) => {
      status = `Page: ${page.url}`;
      return page;
    },
    (error: unknown) => {
      status = `Page could not be built: ${error instanceof Error ? error.message : String(error)}`;
      return undefined;
    },
  );
  return {
    status: () => status,
    close: async () => (await served)?.close(),
  };
}

/** Imports the bundler only when the page is needed: it takes a while to load. */
async function buildAndServe(): Promise<ServedPage> {
  const [{ buildPage }, { servePage }] = await Promise.all([import("../page/build.ts"), import("../page/serve.ts")]);
  const folder = join(import.meta.dirname, "../../dist-demo");
  await buildPage(folder);
  return servePage(folder);
}

async function run(settings: Settings, stop: AbortSignal): Promise<void> {
  const { name, options } = createSource(settings);
  const client = new AgentExchangeClient({ timeout: TIMEOUT, ...options });
  const { stdout } = process;
  const live = stdout.isTTY && !settings.once && !settings.json;
  const print = createTablePrinter(stdout, live);
  // Hide the cursor and cut long lines instead of wrapping them: redrawing the table counts a wrapped line as one.
  if (live) stdout.write("\x1b[?25l\x1b[?7l");
  let page: Page | undefined;
  try {
    for (let first = true; !stop.aborted; first = false) {
      const latest = await takeReport(client, settings, stop);
      const { snapshot, portfolio } = latest;
      const failure = snapshot.entries.every(({ error }) => error !== null) ? snapshot.entries[0]?.error : null;
      // After the first snapshot a failing service may recover, so its errors are shown in the rows instead.
      if (failure && first) throw failure;
      if (settings.json) stdout.write(`${formatJson(latest)}\n`);
      else {
        if (!settings.once) page ??= openPage();
        const lines = [...formatTable(snapshot, name, paint), ...(portfolio ? [formatPortfolio(portfolio)] : [])];
        print(page === undefined ? lines : [...lines, "", page.status()]);
      }
      if (settings.once) return;
      await sleep(Math.max(0, PERIOD - snapshot.took), undefined, { signal: stop });
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    if (live) stdout.write("\x1b[?25h\x1b[?7h");
    await Promise.all([client.close(), page?.close()]);
  }
}

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
// The output was closed, for example by `head`.
process.stdout.on("error", () => stop.abort());

try {
  const settings = readSettings(process.argv.slice(2), process.env);
  if (settings.help) process.stdout.write(help);
  else await run(settings, stop.signal);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof UsageError ? "" : "Snapshot failed. "}${message}\n`);
  process.exitCode = 1;
}
