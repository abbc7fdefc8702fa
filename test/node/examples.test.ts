// Runs everything in examples/ as a reader would: default options, keys in the environment, a real server.
import { AgentExchangeClient, OrderOutcomeUnknownError } from "agentexchange";
import { fileIntents, fileJournal } from "agentexchange/node";
import { createToolbox, hashEntry } from "agentexchange/tools";
import {
  createExchange,
  manualMarket,
  virtualClock,
  type Exchange,
  type RegisteredAccount,
} from "agentexchange/exchange";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { safeBuy } from "../../examples/safe-buy.ts";
import { repository, run } from "../support/run-process.ts";
import { runtimes } from "../support/runtimes.ts";
import { serve, type RunningServer } from "../support/server.ts";

let exchange: Exchange;
let server: RunningServer;
let account: RegisteredAccount;
let trader: AgentExchangeClient;
let printed: string[] = [];

beforeAll(async () => {
  exchange = createExchange();
  server = await serve((request) => exchange.fetch(request));
  account = await exchange.register();
  trader = new AgentExchangeClient({ ...exchange.connection, apiKey: account.apiKey });
});
afterAll(() => server.close());

beforeEach(() => {
  printed = [];
  vi.stubEnv("AGENTEXCHANGE_BASE_URL", server.url);
  vi.stubEnv("AGENTEXCHANGE_API_KEY", account.apiKey);
  vi.spyOn(console, "log").mockImplementation((...parts: unknown[]) => void printed.push(parts.join(" ")));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function example<Module = object>(name: string): Promise<Module> {
  vi.resetModules();
  return (await import(`../../examples/${name}.ts`)) as Module;
}

const amount = /^\d+(\.\d+)?$/;

test.for(runtimes)("%s runs snapshot", async ([, command, args]) => {
  const { code, output } = await run(command, [...args, `${repository}examples/snapshot.ts`]);
  expect(output.trim().split("\n")).toEqual(
    ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"].map((symbol): unknown =>
      expect.stringMatching(new RegExp(`^${symbol} \\d+(\\.\\d+)?$`)),
    ),
  );
  expect(code).toBe(0);
});

test.for(["await-using", "close", "node-fetch"])("%s prints a price", async (name) => {
  await example(name);
  expect(printed).toEqual([expect.stringMatching(amount)]);
});

test.for([
  ["cron-tick", ["ordered", "done"]],
  ["own-strategy", ["BTCUSDT costs only 49000 USDT."]],
] as const)("%s runs a tick of a bot", async ([name, lines]) => {
  await example(name);
  expect(printed).toEqual(lines);
});

test("shared-limiter makes 80 calls with two clients", async () => {
  // Own account: those of the other examples count as well.
  vi.stubEnv("AGENTEXCHANGE_API_KEY", (await exchange.register()).apiKey);
  await example("shared-limiter");
  expect(printed).toEqual(["80 calls, none rejected"]);
});

test("basic-usage buys, and shows the portfolio", async () => {
  await example("basic-usage");
  const [trade] = await trader.getTradeHistory({ limit: 1 });
  expect(trade).toMatchObject({ symbol: "BTCUSDT", side: "buy" });
  expect(printed).toEqual([
    expect.stringMatching(/^BTC: \$\d+(\.\d+)?$/),
    expect.stringMatching(/^Available USDT: 10000$/),
    `Order ${trade?.orderId}: filled`,
    expect.stringMatching(/^Total equity: \$9999\.\d+ ROI: -0\.\d+%$/),
  ]);
});

test("backtest trades through its session, and shows its results", async () => {
  await example("backtest");
  expect(printed).toEqual([
    expect.stringMatching(/^[1-9]\d* trades, -?\d+\.\d+% return, lowest equity \d+\.\d\d USDT$/),
  ]);
  const [session] = await trader.getBacktests({ limit: 1 });
  expect(session?.status).toBe("completed");
});

test("journal verifies and exports a journal", async () => {
  const folder = await mkdtemp(join(tmpdir(), "journal-"));
  vi.stubEnv("JOURNAL", join(folder, "agent.journal"));
  const journal = fileJournal(join(folder, "agent.journal"));
  const entry = {
    seq: 1,
    time: "2026-03-05T14:00:00.000Z",
    toolbox: "t",
    kind: "reserved",
    callId: "call_1",
    data: {},
    previous: "0".repeat(64),
  };
  await journal.append(0, [{ ...entry, hash: hashEntry(entry) }]);
  journal.close();
  await example("journal");
  expect(printed).toEqual(["1 entries are intact", expect.stringContaining('"callId":"call_1"')]);
  await rm(folder, { recursive: true });
});

test("stream prints an order update and a tick", async () => {
  await example("stream");
  expect(printed.toSorted()).toEqual([
    expect.stringMatching(/^(BTC|ETH)USDT \d+(\.\d+)?$/),
    expect.stringMatching(/^order [-0-9a-f]{36} filled$/),
  ]);
});

test("stream-events prints prices and every state of the stream", async () => {
  await example("stream-events");
  const states = printed.filter((line) => line.startsWith("state "));
  const prices = printed.filter((line) => /^price \d+(\.\d+)?$/.test(line));
  expect(states).toEqual(["state connecting", "state live", "state idle", "state closed"]);
  expect(prices.length).toBeGreaterThan(0);
  expect(printed).toHaveLength(states.length + prices.length);
});

test("core prints a pair's price and change", async () => {
  await example("core");
  expect(printed).toEqual([expect.stringMatching(/^BTCUSDT [\d.]+ \(-?[\d.]+ %\)$/)]);
});

test("five-snapshots prints five lines and the total duration", async () => {
  await example("five-snapshots");
  expect(printed).toHaveLength(6);
  for (const line of printed.slice(0, 5)) expect(line).toMatch(/^[A-Z]+USDT: \$[\d.]+ \(-?[\d.]+%\), volume [\d.]+$/);
  expect(printed[5]).toMatch(/^\d+\.\d ms for all$/);
});

test("five-tasks answers five questions", async () => {
  await example("five-tasks");
  expect(printed).toEqual([
    expect.stringMatching(/^What is the current BTC price\? "[\d.]+"$/),
    expect.stringMatching(/^What is my portfolio value\? "[\d.]+"$/),
    "List my open orders. []",
    expect.stringMatching(/^What were my last 5 trades\? \["[\d.]+"\]$/),
    expect.stringMatching(/^What is my 7-day Sharpe ratio\? "-?[\d.]+"$/),
  ]);
});

test("after-a-crash determines the outcome of an order of another process", async () => {
  const intents = fileIntents("./unresolved-orders");
  let sent = 0;
  const client = new AgentExchangeClient({
    ...exchange.connection,
    apiKey: account.apiKey,
    intents,
    fetch: async (url, init) => {
      const response = await exchange.fetch(url, init);
      if (init.method === "POST" && ++sent === 1) throw new TypeError("fetch failed");
      return response;
    },
  });
  await expect(client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.0012" })).rejects.toBeInstanceOf(
    OrderOutcomeUnknownError,
  );
  try {
    await example("after-a-crash");
    expect(printed).toEqual(["buy 0.0012 BTCUSDT filled"]);
    expect(await intents.list()).toEqual([]);
  } finally {
    await rm("./unresolved-orders", { recursive: true });
  }
});

test("settle-by-hand lists an order that cannot be told from equal ones, and settles it", async () => {
  const { apiKey } = await exchange.register();
  vi.stubEnv("AGENTEXCHANGE_API_KEY", apiKey);
  const folder = await mkdtemp(join(tmpdir(), "journal-"));
  vi.stubEnv("JOURNAL", join(folder, "agent.journal"));
  const journal = fileJournal(join(folder, "agent.journal"));
  const person = new AgentExchangeClient({ ...exchange.connection, apiKey });
  const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.0012" } as const;
  const client = new AgentExchangeClient({
    ...exchange.connection,
    apiKey,
    fetch: async (url, init) => {
      if (init.method !== "POST") return exchange.fetch(url, init);
      await person.placeMarketOrder(order);
      await person.placeMarketOrder(order);
      throw new TypeError("fetch failed");
    },
  });
  const toolbox = createToolbox(client, { journal, mandate: { symbols: ["BTCUSDT"], until: "2099-12-31T00:00:00Z" } });
  expect(await toolbox.run("placeMarketOrder", order, { callId: "call_1" })).toMatchObject({ ok: false });
  await toolbox.close();
  journal.close();
  const [node = "", script = ""] = process.argv;
  vi.spyOn(process, "argv", "get").mockReturnValueOnce([node, script]);
  await example("settle-by-hand");
  vi.spyOn(process, "argv", "get").mockReturnValueOnce([node, script, "call_1", "none"]);
  await example("settle-by-hand");
  expect(printed).toEqual([expect.stringMatching(/^call_1 placeMarketOrder BTCUSDT \d{4}-.*Z$/), "call_1 done"]);
  await rm(folder, { recursive: true });
});

test("webhooks prints the result of a backtest once", async () => {
  vi.stubEnv("WEBHOOK_SECRET", "T3st_secret-0123456789abcdefghijklmnopqrstu");
  const { receive } = await example<{ readonly receive: (request: Request) => Promise<Response> }>("webhooks");
  const body =
    '{"backtest_id": "7f0c2d1e-5a64-4b0e-9d43-2f6d1f0a9b11", "status": "completed", "roi_pct": "4.27", "total_trades": 18, "final_equity": "10427.31500000"}';
  const send = async (signature: string): Promise<number> => {
    const headers = { "X-Webhook-Event": "backtest.completed", "X-Webhook-Signature": signature };
    return (await receive(new Request("https://hooks.example.com/", { method: "POST", headers, body }))).status;
  };
  const signature = "7883cdceb6d16681ff3c429410e6b29b0a49823132c88a460dd5d6a5aef72765";
  expect([await send(signature), await send(signature), await send("0".repeat(64))]).toEqual([204, 204, 401]);
  expect(printed).toEqual(["7f0c2d1e-5a64-4b0e-9d43-2f6d1f0a9b11: 4.27 %"]);
});

describe("safe-buy", () => {
  type Fetch = Exchange["connection"]["fetch"];

  /** Returns a client of a new account whose first order request fails as `fault` says. */
  async function client(
    fault: (send: () => Promise<Response>) => Promise<Response>,
    on = createExchange(),
  ): Promise<AgentExchangeClient> {
    const { apiKey } = await on.register();
    let first = true;
    const fetch: Fetch = (input, init) => {
      const send = (): Promise<Response> => on.fetch(input, init);
      if (init?.method !== "POST" || !first) return send();
      first = false;
      return fault(send);
    };
    return new AgentExchangeClient({ ...on.connection, apiKey, fetch, retry: false });
  }

  test("buys", async () => {
    const order = await safeBuy(await client((send) => send()), "BTCUSDT", "0.001");
    expect(order).toMatchObject({ status: "filled" });
  });

  test("finds an order whose response was lost and does not repeat it", async () => {
    const faulty = await client(async (send) => {
      await send();
      throw new TypeError("fetch failed");
    });
    const order = await safeBuy(faulty, "BTCUSDT", "0.001");
    const trades = await faulty.getTradeHistory();
    expect(trades.map(({ orderId }) => orderId)).toEqual([order?.orderId]);
  });

  test("repeats an order that does not exist", async () => {
    const timed = createExchange({ clock: virtualClock("2026-11-23T12:00:00Z") });
    const faulty = await client(() => Promise.reject(new TypeError("fetch failed")), timed);
    const timer = setInterval(() => void timed.advance(50), 1);
    const order = await safeBuy(faulty, "BTCUSDT", "0.001");
    clearInterval(timer);
    const trades = await faulty.getTradeHistory();
    expect(trades.map(({ orderId }) => orderId)).toEqual([order?.orderId]);
  });

  test("waits as long as the platform asks, then tries again", async () => {
    const error = { code: "RATE_LIMIT_EXCEEDED", message: "Slow down.", details: { retry_after_seconds: 0.01 } };
    const limited = await client(async () => Response.json({ error }, { status: 429 }));
    expect(await safeBuy(limited, "BTCUSDT", "0.001")).toMatchObject({ status: "filled" });
    expect(await limited.getTradeHistory()).toHaveLength(1);
  });

  test("prints why an order is rejected", async () => {
    const market = manualMarket({
      BTCUSDT: { price: "60000", volume: "18000" },
      ...Object.fromEntries(
        ["ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"].map((name) => [name, { price: "100", volume: "90000" }]),
      ),
    });
    const lowOnCash = await client((send) => send(), createExchange({ market }));
    for (const symbol of ["ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"]) {
      await lowOnCash.placeLimitOrder({ symbol, side: "buy", quantity: "24", price: "99" });
    }
    expect(await safeBuy(lowOnCash, "BTCUSDT", "0.02")).toBeNull();
    expect(await safeBuy(lowOnCash, "NOSUCH", "1")).toBeNull();
    expect(await safeBuy(lowOnCash, "BTCUSDT", "0.1")).toBeNull();
    expect(printed).toEqual([
      expect.stringMatching(/^Not enough USDT$|^Need [\d.]+ USDT, only have [\d.]+$/),
      "Unknown symbol: NOSUCH",
      expect.stringMatching(/^Error ORDER_REJECTED: /),
    ]);
  });
});

test("worker responds with three prices", async () => {
  const { default: worker } = await example<{
    default: { fetch(request: Request, env: { BASE_URL?: string }): Promise<Response> };
  }>("worker");
  for (const env of [{}, { BASE_URL: server.url }]) {
    const response = await worker.fetch(new Request("https://worker.example/"), env);
    const { entries } = (await response.json()) as { entries: { symbol: string; price: { price: string } }[] };
    expect(entries.map(({ symbol }) => symbol)).toEqual(["BTCUSDT", "ETHUSDT", "SOLUSDT"]);
    for (const { price } of entries) expect(price.price).toMatch(amount);
  }
});

test("toolbox buys once, and refuses what the mandate does not allow", async () => {
  await example("toolbox");
  expect(printed).toEqual([
    expect.stringContaining("placeMarketOrder"),
    "bought",
    "true",
    expect.stringMatching(/^LIMIT_EXCEEDED: Place a smaller order/),
    "[object Object]",
  ]);
});

test("toolbox-approval places one order with one approval", async () => {
  await example("toolbox-approval");
  expect(printed).toEqual([
    expect.stringMatching(/^Buy 0\.01 ETHUSDT \(market order\), worth up to /),
    "true APPROVAL_USED",
  ]);
});
