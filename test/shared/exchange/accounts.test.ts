// What an account sees of its agents, and which agent a request acts for.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { manualMarket, virtualClock, type Exchange, type ManualMarket } from "../../../src/exchange/index.ts";
import { allRoutes } from "../../../src/exchange/http/routes/index.ts";
import { isPublic } from "../../../src/exchange/http/authenticate.ts";
import { Decimal } from "../../../src/wire/index.ts";
import { memoryStore } from "../../support/memoryStore.ts";
import { cases } from "../../support/runtime.ts";
import { UNKNOWN } from "./backtests.ts";
import { open, send, START, trader, type Answer, type Trader } from "./trader.ts";

const market = manualMarket({
  BTCUSDT: { price: "60000", volume: "18000" },
  ETHUSDT: { price: "3000", volume: "90000" },
});
const BUY = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.03" } as const;

interface Family {
  readonly exchange: Exchange<ManualMarket>;
  /** Sends requests with the account's key. */
  readonly account: Trader;
  readonly agents: readonly Trader[];
}

/** An account with the given number of agents, each with 10 000 USDT. */
async function family(count: number, fidelity: "declared" | "observed" = "declared"): Promise<Family> {
  const exchange = open({ market, fidelity });
  const first = await trader(exchange);
  const withKey = (owner: Trader, key: string): Trader => {
    const sendAs: Trader["send"] = (method, path, body, headers) =>
      send<typeof method, typeof path>(exchange, method, `/api/v1${path}` as typeof path, body, {
        "x-api-key": key,
        ...headers,
      });
    return {
      ...owner,
      send: sendAs,
      get: (path, headers) => sendAs("GET", path, undefined, headers),
      order: (order) => sendAs("POST", "/trade/order", order),
    };
  };
  const agents = [first];
  while (agents.length < count) {
    const { json } = await first.send("POST", "/agents", { display_name: `Agent ${agents.length + 1}` });
    agents.push(withKey({ ...first, apiKey: json.api_key, agentId: json.agent_id }, json.api_key));
  }
  return { exchange, account: withKey(first, first.accountKey), agents };
}

describe("an account with two agents", () => {
  it("sees the sum of both: 20 000, and 19 998.02 after the second bought for 1 800", async () => {
    const { account, agents } = await family(2);
    const [, second] = agents as [Trader, Trader];
    expect((await account.get("/account/portfolio")).json).toMatchObject({
      total_equity: "20000.00000000",
      available_cash: "20000.00000000",
      starting_balance: "20000.00000000",
    });
    expect((await second.order(BUY)).status).toBe(201);
    const { json: portfolio } = await account.get("/account/portfolio");
    expect(Number(portfolio.total_equity)).toBeCloseTo(19_998.02, 2);
    expect(Number(portfolio.total_pnl)).toBeCloseTo(-1.98, 2);
    expect(Number(portfolio.roi_pct)).toBeCloseTo(-0.0099, 4);
    const { json: balance } = await account.get("/account/balance");
    expect(balance.balances.map(({ asset }) => asset)).toEqual(["BTC", "USDT"]);
    expect(Number(balance.total_equity_usdt)).toBe(Number(portfolio.total_equity));
    expect((await account.get("/account/info")).json.starting_balance).toBe("20000.00000000");
  });

  it("sees one agent with X-Agent-Id, and each agent sees itself", async () => {
    const { account, agents } = await family(2);
    const [first, second] = agents as [Trader, Trader];
    await second.order(BUY);
    for (const path of [
      "/account/portfolio",
      "/account/balance",
      "/account/positions",
      "/account/pnl",
      "/trade/orders",
    ])
      for (const agent of [first, second]) {
        const own = await agent.get(path);
        const named = await account.get(path, { "x-agent-id": agent.agentId });
        expect(named.json).toEqual(own.json);
      }
    expect((await first.get("/account/portfolio")).json.total_equity).toBe("10000.00000000");
  });

  it("has one position per pair: quantities and costs add up, opened at the first purchase", async () => {
    const { exchange, account, agents } = await family(2);
    const [first, second] = agents as [Trader, Trader];
    await second.order(BUY);
    exchange.market.set("BTCUSDT", { price: "50000" });
    await exchange.advance(60_000);
    await first.order({ ...BUY, quantity: "0.01" });
    await first.order({ ...BUY, symbol: "ETHUSDT", quantity: "0.1" });
    const { json } = await account.get("/account/positions");
    const [btc, eth] = json.positions as unknown as readonly Record<string, string>[];
    expect(json.positions.map((row) => [(row as unknown as { symbol: string }).symbol, row.quantity])).toEqual([
      ["BTCUSDT", "0.04000000"],
      ["ETHUSDT", "0.10000000"],
    ]);
    expect(btc?.["opened_at"]).toBe(new Date(START).toISOString().replace(".000Z", "Z"));
    expect(eth?.["opened_at"]).not.toBe(btc?.["opened_at"]);
    const parts = await Promise.all([first, second].map((agent) => agent.get("/account/positions")));
    const [one, two] = parts.map(({ json: own }) => own.positions[0] as unknown as Record<string, string>);
    const total = (name: string): Decimal => new Decimal(one?.[name] ?? 0).plus(two?.[name] ?? 0);
    for (const name of ["quantity", "market_value", "unrealized_pnl"])
      expect(new Decimal(btc?.[name] ?? 0).eq(total(name)), name).toBe(true);
    const cost = new Decimal(btc?.["market_value"] ?? 0).minus(btc?.["unrealized_pnl"] ?? 0);
    expect(
      cost
        .div("0.04")
        .minus(btc?.["avg_entry_price"] ?? 0)
        .abs()
        .lt("1e-8"),
    ).toBe(true);
    expect(Number(btc?.["unrealized_pnl_pct"])).toBeCloseTo((Number(btc?.["unrealized_pnl"]) / Number(cost)) * 100, 8);
  });

  it("sees the agents side by side, with the cash of only one, when observed", async () => {
    const { account, agents } = await family(2, "observed");
    const [, second] = agents as [Trader, Trader];
    expect((await account.get("/account/portfolio")).json).toMatchObject({
      total_equity: "10000.00000000",
      starting_balance: "10000.00000000",
    });
    await second.order(BUY);
    await (agents[0] as Trader).order({ ...BUY, quantity: "0.01" });
    const { json } = await account.get("/account/balance");
    expect(json.balances.map(({ asset }) => asset)).toEqual(["BTC", "BTC", "USDT", "USDT"]);
    expect((await account.get("/account/positions")).json.positions).toHaveLength(2);
    expect((await account.get("/account/info")).json.starting_balance).toBe("10000.00000000");
  });

  it("reports a reset of all agents with their total before and after", async () => {
    const { account, agents } = await family(2);
    await (agents[1] as Trader).order(BUY);
    const { json } = await account.send("POST", "/account/reset", { confirm: true });
    const { previous_session: previous } = json as unknown as { previous_session: { ending_equity: string } };
    expect(Number(previous.ending_equity)).toBeCloseTo(19_998.02, 2);
    expect(json.new_session.starting_balance).toBe("20000.00000000");
    expect((await account.get("/account/portfolio")).json.total_equity).toBe("20000.00000000");
    const smaller = await account.send("POST", "/account/reset", { confirm: true, new_starting_balance: "500" });
    expect(smaller.json.new_session.starting_balance).toBe("1000.00000000");
    expect((await account.get("/account/portfolio")).json).toMatchObject({
      total_equity: "1000.00000000",
      starting_balance: "1000.00000000",
    });
  });

  it("has a combined history, performance and leaderboard rank", async () => {
    const { exchange, account, agents } = await family(2);
    const [first, second] = agents as [Trader, Trader];
    await first.order({ ...BUY, quantity: "0.01" });
    await second.order(BUY);
    exchange.market.set("BTCUSDT", { price: "66000" });
    await exchange.advance(30 * 3_600_000);
    await first.order({ ...BUY, side: "sell", quantity: "0.01" });
    await second.order({ ...BUY, side: "sell" });
    const figures = (await account.get("/analytics/performance")).json;
    expect([figures.total_trades, Number(figures.win_rate)]).toEqual([2, 100]);
    const equities = async (who: Trader): Promise<readonly string[]> =>
      (await who.get("/analytics/portfolio/history?interval=1h")).json.snapshots.map((each) => each.total_equity);
    const [both, one, two] = [await equities(account), await equities(first), await equities(second)];
    expect(both.length).toBeGreaterThan(20);
    expect(both.map(Number)).toEqual(one.map((equity, at) => Number(new Decimal(equity).plus(two[at] ?? 0))));
    const pnl = await Promise.all([account, first, second].map((who) => who.get("/account/pnl")));
    const [all, ...own] = pnl.map(({ json }) => new Decimal(json.total_pnl));
    expect(all?.eq(Decimal.sum(...own))).toBe(true);
    expect((await account.get("/trade/history")).json.total).toBe(4);
    await exchange.advance(24 * 3_600_000);
    const { json } = await account.get("/analytics/leaderboard");
    const roi = (await account.get("/account/portfolio")).json.roi_pct;
    expect(Number(json.rankings[0]?.roi_pct)).toBeCloseTo(Number(roi), 6);
  });

  it("receives stream events of both, or of one with its key", async () => {
    const { exchange, account, agents } = await family(2);
    await (agents[1] as Trader).order(BUY);
    const heard: string[] = [];
    const listen = (key: string): void => {
      const session = exchange.connect(`/ws/v1?api_key=${key}`, {
        send: (text) => {
          if (text.includes("total_equity")) heard.push(text);
        },
        close() {},
        drop() {},
        stall() {},
      });
      session?.receive('{"action":"subscribe","channel":"portfolio"}');
    };
    listen(account.accountKey);
    await exchange.advance(5000);
    const equity = (await account.get("/account/portfolio")).json.total_equity;
    expect(heard.join("")).toContain(`"total_equity":"${equity}"`);
  });

  it("includes archived agents, but not deleted ones", async () => {
    const { account, agents } = await family(2);
    const [, second] = agents as [Trader, Trader];
    await second.order(BUY);
    const before = (await account.get("/account/portfolio")).json.total_equity;
    await account.send("POST", `/agents/${second.agentId}/archive`);
    expect((await account.get("/account/portfolio")).json.total_equity).toBe(before);
    await account.send("DELETE", `/agents/${second.agentId}`);
    expect((await account.get("/account/portfolio")).json).toMatchObject({
      total_equity: "10000.00000000",
      starting_balance: "10000.00000000",
    });
    await account.send("DELETE", `/agents/${(agents[0] as Trader).agentId}`);
    const { status, json } = await account.get("/account/portfolio");
    expect([status, Number(json.total_equity), Number(json.roi_pct)]).toEqual([200, 0, 0]);
    for (const path of ["/account/balance", "/account/info", "/analytics/performance", "/analytics/portfolio/history"])
      expect([path, (await account.get(path)).status]).toEqual([path, 200]);
  });
});

it("an account always has the sum of its agents' balances", async () => {
  const deed = fc.record({
    who: fc.nat({ max: 2 }),
    side: fc.constantFrom("buy", "buy", "sell"),
    symbol: fc.constantFrom("BTCUSDT", "ETHUSDT"),
    type: fc.constantFrom("market", "market", "limit"),
    steps: fc.integer({ min: 1, max: 30 }),
    price: fc.integer({ min: 80, max: 120 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 40 }), async (deeds) => {
      const { exchange, account, agents } = await family(3);
      const base = { BTCUSDT: 60_000, ETHUSDT: 3000 };
      for (const { who, side, symbol, type, steps, price } of deeds) {
        const now = (base[symbol] * price) / 100;
        exchange.market.set(symbol, { price: String(now) });
        await exchange.advance(1000);
        const quantity = ((steps * 60) / now).toFixed(5);
        await agents[who]?.order({ symbol, side, type, quantity, ...(type === "limit" ? { price: String(now) } : {}) });
      }
      const portfolios = await Promise.all([account, ...agents].map((each) => each.get("/account/portfolio")));
      for (const name of [
        "total_equity",
        "available_cash",
        "locked_cash",
        "total_position_value",
        "unrealized_pnl",
        "realized_pnl",
        "total_pnl",
        "starting_balance",
      ]) {
        const [all, ...own] = portfolios.map(
          ({ json }) => new Decimal((json as unknown as Record<string, string>)[name] ?? 0),
        );
        expect(all?.toFixed(12), name).toBe(Decimal.sum(...own).toFixed(12));
      }
      const balances = await Promise.all([account, ...agents].map((each) => each.get("/account/balance")));
      const [all, ...own] = balances.map(({ json }) => json.balances);
      const assets = all?.map(({ asset }) => asset) ?? [];
      expect(new Set(assets).size).toBe(assets.length);
      for (const row of all ?? [])
        for (const name of ["available", "locked", "total"] as const) {
          const parts = own.map((rows) => rows.find(({ asset }) => asset === row.asset)?.[name] ?? 0);
          expect(new Decimal(row[name]).toFixed(8), row.asset).toBe(Decimal.sum(...parts).toFixed(8));
        }
    }),
    { seed: 20260110, numRuns: cases(60, 5) },
  );
});

describe("X-Agent-Id", () => {
  const codeOf = ({ status, json }: Answer): unknown => [status, json.error?.code];

  it("is checked by every endpoint that needs credentials, for every kind of key", async () => {
    const { exchange, account, agents } = await family(2);
    const [first, second] = agents as [Trader, Trader];
    const stranger = await trader(exchange);
    const { json: login } = await send(exchange, "POST", "/api/v1/auth/login", {
      api_key: account.accountKey,
      api_secret: account.apiSecret,
    });
    const senders: readonly Record<string, string>[] = [
      { "x-api-key": account.accountKey },
      { authorization: `Bearer ${login.token}` },
      { "x-api-key": first.apiKey },
    ];
    const routes = allRoutes().map(({ method, segments }) => {
      const path = segments.map((segment) => (segment.startsWith("{") ? UNKNOWN : segment)).join("/");
      return { method, path: `/${path}` };
    });
    let checked = 0;
    for (const { method, path } of routes) {
      if (isPublic(method, path)) continue;
      const body = method === "GET" || method === "DELETE" ? undefined : {};
      for (const sender of senders) {
        const requestFor = (agent: string): Promise<Answer> =>
          send(exchange, method, path, body, { ...sender, "x-agent-id": agent });
        expect([method, path, ...(codeOf(await requestFor(UNKNOWN)) as unknown[])]).toEqual([
          method,
          path,
          404,
          "AGENT_NOT_FOUND",
        ]);
        expect(codeOf(await requestFor("nonsense"))).toEqual([404, "AGENT_NOT_FOUND"]);
        expect(codeOf(await requestFor(stranger.agentId))).toEqual([403, "PERMISSION_DENIED"]);
        checked++;
      }
      expect(
        codeOf(await send(exchange, method, path, body, { "x-api-key": first.apiKey, "x-agent-id": second.agentId })),
      ).toEqual([403, "PERMISSION_DENIED"]);
    }
    expect(checked).toBeGreaterThan(200);
    // No order was placed, and no state changed.
    expect(
      [...exchange.journal].filter((entry) => entry.kind === "command" && entry.path !== "/api/v1/agents"),
    ).toHaveLength(3);
  });

  it("accepts any spelling of an own agent's id, also together with that agent's key", async () => {
    const { account, agents } = await family(2);
    const [first, second] = agents as [Trader, Trader];
    await second.order(BUY);
    const { json } = await second.get("/account/portfolio");
    const { agentId: id } = second;
    for (const spelling of [id, id.toUpperCase(), ` ${id} `, `{${id}}`, id.replaceAll("-", "")]) {
      expect((await account.get("/account/portfolio", { "x-agent-id": spelling })).json).toEqual(json);
      expect((await second.get("/account/portfolio", { "x-agent-id": spelling })).json).toEqual(json);
    }
    const placed = await account.send("POST", "/trade/order", BUY, { "x-agent-id": first.agentId.toUpperCase() });
    expect(placed.status).toBe(201);
    expect((await first.get("/trade/orders")).json.total).toBe(1);
    expect((await account.get("/account/portfolio", { "x-agent-id": "" })).status).toBe(200);
    expect((await account.get("/market/price/BTCUSDT", { "x-agent-id": UNKNOWN })).status).toBe(200);
  });

  it("is ignored if unknown, and together with an agent's key, when observed", async () => {
    const { exchange, account, agents } = await family(2, "observed");
    const [first, second] = agents as [Trader, Trader];
    const stranger = await trader(exchange);
    expect((await account.get("/account/portfolio", { "x-agent-id": UNKNOWN })).status).toBe(200);
    expect((await account.get("/account/portfolio", { "x-agent-id": "nonsense" })).status).toBe(200);
    expect((await account.get("/account/portfolio", { "x-agent-id": stranger.agentId })).status).toBe(403);
    expect((await account.get("/agents", { "x-agent-id": stranger.agentId })).status).toBe(200);
    await first.send("POST", "/trade/order", BUY, { "x-agent-id": second.agentId });
    expect([(await first.get("/trade/orders")).json.total, (await second.get("/trade/orders")).json.total]).toEqual([
      1, 0,
    ]);
    const small = { ...BUY, quantity: "0.001" };
    expect(codeOf(await account.send("POST", "/trade/order", small, { "x-agent-id": UNKNOWN }))).toEqual([
      500,
      "DATABASE_ERROR",
    ]);
  });

  it("that was once accepted is accepted again on a restart", async () => {
    const store = memoryStore();
    const options = { store, seed: 7, market };
    const exchange = open(options);
    const owner = await trader(exchange);
    const key = { "x-api-key": owner.accountKey, "x-agent-id": owner.agentId };
    await owner.send("POST", "/trade/order", { ...BUY, quantity: "0.01" }, key);
    // As earlier versions recorded it: an unknown id was ignored.
    store.entries = store.entries.map((entry) =>
      entry.includes('"kind":"command"')
        ? entry.replace(`"agentId":"${owner.agentId}"`, `"agentId":"${UNKNOWN}"`)
        : entry,
    );
    const again = await send(open(options), "GET", "/api/v1/trade/orders", undefined, { "x-api-key": owner.apiKey });
    expect(again.json.total).toBe(1);
  });

  it("is required by requests that need an agent", async () => {
    const plan = {
      start_time: "2026-01-01T00:00:00Z",
      end_time: "2026-01-01T01:00:00Z",
      starting_balance: "10000",
    };
    const exchange = open({ market, clock: virtualClock("2026-01-01T02:00:00Z") });
    const owner = await trader(exchange);
    const key = { "x-api-key": owner.accountKey };
    const without = await owner.send("POST", "/backtest/create", plan, key);
    expect(codeOf(without)).toEqual([422, "VALIDATION_ERROR"]);
    expect(without.json.error.message).toContain("needs an agent");
    const unknown = await owner.send("POST", "/backtest/create", plan, { ...key, "x-agent-id": UNKNOWN });
    expect(codeOf(unknown)).toEqual([404, "AGENT_NOT_FOUND"]);
    await owner.send("DELETE", `/agents/${owner.agentId}`, undefined, key);
    const gone = await owner.send("POST", "/trade/order", BUY, key);
    expect(codeOf(gone)).toEqual([404, "AGENT_NOT_FOUND"]);
  });
});
