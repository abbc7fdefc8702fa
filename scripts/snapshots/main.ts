// The main thing that this client is for: five pairs, ten calls, the time of one. `npm start -- --help` tells the rest.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";
import { createExchange } from "../../src/exchange/index.ts";
import { AgentExchangeClient, type ClientOptions, type MarketSnapshot, type Portfolio } from "../../src/index.ts";
import type { ServedPage } from "../page/serve.ts";
import { help, readSettings, UsageError, type Settings } from "./settings.ts";
import { portfolioLine, sumOf, tableOf, tablePrinter, type Paint } from "./table.ts";

const LATENCY = 50;
const PERIOD = 1000;
const TIMEOUT = 5000;

const paint: Paint = (style, text) => styleText(style, text);

interface Source {
  readonly name: string;
  readonly options: ClientOptions;
}

/** One snapshot, and what the key's account is worth if there is a key. */
interface Report {
  readonly snapshot: MarketSnapshot;
  readonly portfolio: Portfolio | Error | undefined;
}

function sourceOf({ baseUrl, apiKey, apiSecret }: Settings): Source {
  if (baseUrl !== undefined) return { name: baseUrl, options: { baseUrl, apiKey, apiSecret } };
  return { name: `embedded exchange, ${LATENCY} ms away`, options: createExchange({ latency: LATENCY }).connection };
}

async function report(client: AgentExchangeClient, settings: Settings, signal: AbortSignal): Promise<Report> {
  const mine = settings.baseUrl !== undefined && settings.apiKey !== undefined;
  const [snapshot, portfolio] = await Promise.all([
    client.marketSnapshot(settings.symbols, { signal }),
    mine ? client.getPortfolio({ signal }).catch((error: unknown) => error as Error) : undefined,
  ]);
  return { snapshot, portfolio };
}

function asJson({ snapshot, portfolio }: Report): string {
  const entries = snapshot.entries.map(({ symbol, price, ticker, error, took }) =>
    error === null
      ? { symbol, price: price.price, changePct: ticker.changePct, volume: ticker.volume, took }
      : { symbol, error: error.message, took },
  );
  const { startedAt, took } = snapshot;
  const tenths = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Math.round(value * 10) / 10 : value;
  const worth =
    portfolio instanceof Error
      ? { error: portfolio.message }
      : portfolio && { totalEquity: portfolio.totalEquity, roiPct: portfolio.roiPct };
  return JSON.stringify({ startedAt, took, sum: sumOf(snapshot), entries, portfolio: worth }, tenths);
}

/** The page of demo/, built and served, and what there is to say about it meanwhile. */
interface Page {
  readonly line: () => string;
  close(): Promise<void>;
}

function openPage(): Page {
  let line = "Page: being built";
  const served = serveBuilt().then(
    (page) => {
      line = `Page: ${page.url}`;
      return page;
    },
    (error: unknown) => {
      line = `No page: ${error instanceof Error ? error.message : String(error)}`;
      return undefined;
    },
  );
  return {
    line: () => line,
    close: async () => (await served)?.close(),
  };
}

/** The bundler is a tool for this repository, so it is loaded only when it is needed. */
async function serveBuilt(): Promise<ServedPage> {
  const [{ buildPage }, { servePage }] = await Promise.all([import("../page/build.ts"), import("../page/serve.ts")]);
  const folder = join(import.meta.dirname, "../../dist-demo");
  await buildPage(folder);
  return servePage(folder);
}

async function run(settings: Settings, stop: AbortSignal): Promise<void> {
  const { name, options } = sourceOf(settings);
  const client = new AgentExchangeClient({ timeout: TIMEOUT, ...options });
  const { stdout } = process;
  const live = stdout.isTTY && !settings.once && !settings.json;
  const print = tablePrinter(stdout, live);
  // Cursor off, and long lines cut instead of wrapped: a wrapped line would count as two when going back.
  if (live) stdout.write("\x1b[?25l\x1b[?7l");
  let page: Page | undefined;
  try {
    for (let first = true; !stop.aborted; first = false) {
      const latest = await report(client, settings, stop);
      const { snapshot, portfolio } = latest;
      const failure = snapshot.entries.every(({ error }) => error !== null) ? snapshot.entries[0]?.error : null;
      // Later a service may go away and come back: then its rows say so.
      if (failure && first) throw failure;
      if (settings.json) stdout.write(`${asJson(latest)}\n`);
      else {
        if (!settings.once) page ??= openPage();
        const lines = [...tableOf(snapshot, name, paint), ...(portfolio ? [portfolioLine(portfolio)] : [])];
        print(page === undefined ? lines : [...lines, "", page.line()]);
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
// A reader that has seen enough, such as `head`, ends this too.
process.stdout.on("error", () => stop.abort());

try {
  const settings = readSettings(process.argv.slice(2), process.env);
  if (settings.help) process.stdout.write(help);
  else await run(settings, stop.signal);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof UsageError ? "" : "No snapshot. "}${message}\n`);
  process.exitCode = 1;
}
