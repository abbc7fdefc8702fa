import type { Agents } from "../../../src/endpoints/index.ts";
import type { Wire } from "./bodies.ts";
import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/index.ts";
import { manualMarket, type Exchange, type Fidelity, type ManualMarket } from "../../../src/exchange/index.ts";
import { recorded } from "./recorded.ts";
import { open, send, START, trader, wallet, type Answer, type Trader, type Send } from "./trader.ts";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";

interface Setup {
  readonly exchange: Exchange<ManualMarket>;
  readonly owner: Trader;
  /** Sends requests with the account's key. */
  readonly account: Send;
}

async function setup(fidelity: Fidelity = "declared", insecureKeys?: boolean): Promise<Setup> {
  const exchange = open({
    fidelity,
    insecureKeys,
    market: manualMarket({ BTCUSDT: { price: "50000", volume: "100000" } }),
  });
  const owner = await trader(exchange);
  return {
    exchange,
    owner,
    account: (method, path, body) => owner.send(method, path, body, { "x-api-key": owner.accountKey }),
  };
}

function codeOf({ status, json }: Answer): unknown {
  return [status, json.error?.code ?? json.detail?.map((each) => `${each.type} ${each.loc.join(".")}`)];
}

const DRAFT = {
  display_name: "Second",
  starting_balance: "500.5",
  llm_model: "small",
  framework: "none",
  strategy_tags: [" dip ", "trend"],
  risk_profile: { max_open_orders: 7 },
  color: "#123456",
};

describe("agents", () => {
  it("have the platform's fields", async () => {
    const { account } = await setup("observed");
    const [platform] = recorded<Wire<Agents>>("agents_list").json.agents;
    const [agent] = (await account("GET", "/agents")).json.agents;
    expect(Object.keys(agent ?? {})).toEqual(Object.keys(platform ?? {}));
    expect(agent).toMatchObject({ display_name: platform?.display_name, starting_balance: "10000.00000000" });
    expect(agent?.avatar_url?.slice(0, 60)).toBe(platform?.avatar_url?.slice(0, 60));
  });

  it("change only in the fields that are sent; null clears a field", async () => {
    const { exchange, account } = await setup();
    const { json: created } = await account("POST", "/agents", DRAFT);
    expect(created).toMatchObject({ display_name: "Second", starting_balance: "500.5" });
    const path = `/agents/${created.agent_id}` as const;
    const before = (await account("GET", path)).json;
    expect(before).toMatchObject({
      ...DRAFT,
      starting_balance: "500.50000000",
      strategy_tags: ["dip", "trend"],
      status: "active",
      api_key_preview: `${created.api_key.slice(0, 12)}...`,
    });
    await exchange.advance(1_000);
    expect((await account("PUT", path, {})).json).toEqual(before);
    expect((await account("PUT", path, { display_name: " Third ", unknown: 1 })).json).toEqual({
      ...before,
      display_name: "Third",
      updated_at: "2026-01-05T00:00:31Z",
    });
    const cleared = {
      llm_model: null,
      framework: null,
      color: null,
      avatar_url: null,
      risk_profile: { max_open_orders: 3 },
      strategy_tags: [],
    };
    expect((await account("PUT", path, cleared)).json).toEqual({
      ...before,
      ...cleared,
      display_name: "Third",
      updated_at: "2026-01-05T00:00:31Z",
    });
    expect((await account("GET", `${path}/risk-profile`)).json.max_open_orders).toBe(3);
    expect(codeOf(await account("PUT", path, { display_name: "", color: "#12345678", llm_model: 5 }))).toEqual([
      422,
      ["string_too_short body.display_name", "string_type body.llm_model", "string_too_long body.color"],
    ]);
  });

  it.each([
    ["declared", [422, ["string_type body.display_name"]]],
    ["observed", [500, "DATABASE_ERROR"]],
  ] as const)("cannot be without a name, %s", async (fidelity, expected) => {
    const { owner, account } = await setup(fidelity);
    expect(codeOf(await account("PUT", `/agents/${owner.agentId}`, { display_name: null }))).toEqual(expected);
  });

  it.each([
    ["declared", 422],
    ["observed", 200],
  ] as const)("have a risk profile that is checked when it is written, %s", async (fidelity, status) => {
    const { owner, account } = await setup(fidelity);
    expect((await account("PUT", `/agents/${owner.agentId}`, { risk_profile: { max_open_orders: 2.5 } })).status).toBe(
      status,
    );
  });

  it.each(["observed", "declared"] as const)(
    "without a profile show the account's, or the defaults (%s)",
    async (fidelity) => {
      const { account } = await setup(fidelity);
      await account("PUT", "/account/risk-profile", {
        max_position_size_pct: 30,
        daily_loss_limit_pct: 20,
        max_open_orders: 40,
      });
      const { json } = await account("POST", "/agents", { display_name: "Second" });
      expect((await account("GET", `/agents/${json.agent_id}/risk-profile`)).json.max_open_orders).toBe(
        fidelity === "observed" ? 50 : 40,
      );
    },
  );

  it("are cloned with their own wallet and appearance", async () => {
    const { account, exchange } = await setup();
    const { json: first } = await account("POST", "/agents", DRAFT);
    const clone = await account("POST", `/agents/${first.agent_id}/clone`);
    expect([clone.status, clone.json.display_name, clone.json.starting_balance]).toEqual([
      201,
      "Copy of Second",
      "500.50000000",
    ]);
    const shown = (await account("GET", `/agents/${clone.json.agent_id}`)).json;
    expect(shown).toMatchObject({
      llm_model: "small",
      framework: "none",
      strategy_tags: ["dip", "trend"],
      risk_profile: { max_open_orders: 7 },
    });
    expect(shown.color).toMatch(/^#[0-9a-f]{6}$/);
    expect(shown.color).not.toBe("#123456");
    const named = await account("POST", `/agents/${first.agent_id}/clone?new_name=Other`);
    expect(named.json.display_name).toBe("Other");
    const balance = await send(exchange, "GET", "/api/v1/account/balance", undefined, {
      "x-api-key": named.json.api_key,
    });
    expect(balance.json.total_equity_usdt).toBe("500.50000000");
  });

  it("are reset like an account; the platform keeps orders and positions", async () => {
    for (const fidelity of ["declared", "observed"] as const) {
      const { owner } = await setup(fidelity);
      await owner.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" });
      await owner.order({ symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "40000" });
      const reset = await owner.send("POST", `/agents/${owner.agentId}/reset`);
      expect([reset.status, reset.json.id]).toEqual([200, owner.agentId]);
      expect((await wallet(owner))["USDT"]).toBe("10000.00000000 / 0E-8");
      const left = [
        (await owner.get("/trade/orders/open")).json.orders.length,
        (await owner.get("/account/positions")).json.positions.length,
      ];
      expect(left, fidelity).toEqual(fidelity === "declared" ? [0, 0] : [1, 1]);
      expect((await owner.get("/trade/history")).json.total).toBe(1);
    }
  });

  it("that are archived cannot be used, but their data stays", async () => {
    const { account, exchange } = await setup();
    const { json } = await account("POST", "/agents", DRAFT);
    const asAgent = (): Promise<Answer> =>
      send(exchange, "GET", "/api/v1/account/balance", undefined, { "x-api-key": json.api_key });
    expect((await asAgent()).status).toBe(200);
    expect((await account("POST", `/agents/${json.agent_id}/archive`)).json.status).toBe("archived");
    expect(codeOf(await asAgent())).toEqual([401, "INVALID_API_KEY"]);
    expect((await account("GET", "/agents")).json.total).toBe(1);
    expect((await account("GET", "/agents/overview")).json.agents).toHaveLength(1);
    expect((await account("GET", "/agents?include_archived=true")).json.total).toBe(2);
  });

  it("that are deleted leave no data", async () => {
    const { exchange, owner, account } = await setup();
    const { json: other } = await account("POST", "/agents", DRAFT);
    const kept = await owner.order({ symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "40000" });
    const gone = await send(
      exchange,
      "POST",
      "/api/v1/trade/order",
      { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.001", price: "40000" },
      { "x-api-key": other.api_key },
    );
    expect(gone.status).toBe(201);
    const deleted = await account("DELETE", `/agents/${other.agent_id}`);
    expect([deleted.status, deleted.json]).toEqual([204, ""]);
    expect(
      (await account("GET", "/trade/orders")).json.orders.map((order: { order_id: string }) => order.order_id),
    ).toEqual([kept.json.order_id]);
    expect(codeOf(await account("GET", `/trade/order/${gone.json.order_id}`))).toEqual([404, "ORDER_NOT_FOUND"]);
    expect(codeOf(await account("GET", `/agents/${other.agent_id}`))).toEqual([404, "AGENT_NOT_FOUND"]);
    exchange.market.set("BTCUSDT", { price: "39000" });
    expect(exchange.sweep()).toBe(1);
  });

  it("get new keys, and the old key stops working immediately", async () => {
    const { exchange, owner, account } = await setup();
    const path = `/agents/${owner.agentId}` as const;
    expect((await account("GET", `${path}/api-key`)).json).toMatchObject({
      agent_id: owner.agentId,
      api_key: owner.apiKey,
    });
    const { json } = await owner.send("POST", `${path}/regenerate-key`);
    expect(json.api_key).toMatch(/^ak_live_[\w-]{64}$/);
    expect(json.api_key).not.toBe(owner.apiKey);
    expect(codeOf(await owner.get("/account/balance"))).toEqual([401, "INVALID_API_KEY"]);
    expect(
      (await send(exchange, "GET", "/api/v1/account/balance", undefined, { "x-api-key": json.api_key })).status,
    ).toBe(200);
  });

  it("have instructions for language models that show only a preview of the key", async () => {
    const { owner } = await setup();
    const { status, headers, json } = await owner.get(`/agents/${owner.agentId}/skill.md`);
    expect([status, headers.get("content-type")?.startsWith("text/markdown")]).toEqual([200, true]);
    expect(json).toContain(`${owner.apiKey.slice(0, 12)}...`);
    expect(json).not.toContain(owner.apiKey);
  });

  it("cannot manage sibling agents with their keys, unless observed", async () => {
    for (const [fidelity, expected] of [
      ["declared", 403],
      ["observed", 200],
    ] as const) {
      const { owner, account } = await setup(fidelity);
      const { json } = await account("POST", "/agents", DRAFT);
      const path = `/agents/${json.agent_id}`;
      expect((await owner.get(path)).status).toBe(200);
      expect((await owner.send("PUT", path, { display_name: "Mine" })).status, fidelity).toBe(expected);
      expect((await owner.get(`${path}/api-key`)).status, fidelity).toBe(expected);
      expect((await owner.send("POST", `${path}/regenerate-key`)).status, fidelity).toBe(expected);
      expect((await owner.send("PUT", `/agents/${owner.agentId}`, { display_name: "Mine" })).status).toBe(200);
    }
  });

  it("of other accounts are denied, and unknown ones are not found; the platform crashes", async () => {
    const requests = [
      ["GET", ""],
      ["PUT", ""],
      ["DELETE", ""],
      ["POST", "/clone"],
      ["POST", "/reset"],
      ["POST", "/archive"],
      ["GET", "/api-key"],
      ["POST", "/regenerate-key"],
      ["GET", "/risk-profile"],
      ["GET", "/skill.md"],
    ] as const;
    for (const [fidelity, unknown] of [
      ["declared", [404, "AGENT_NOT_FOUND"]],
      ["observed", [500, "INTERNAL_ERROR"]],
    ] as const) {
      const { exchange, owner } = await setup(fidelity);
      const other = await trader(exchange);
      for (const [method, path] of requests) {
        const body = method === "PUT" ? {} : undefined;
        expect(codeOf(await owner.send(method, `/agents/${other.agentId}${path}`, body)), path).toEqual([
          403,
          "PERMISSION_DENIED",
        ]);
        expect(codeOf(await owner.send(method, `/agents/${UNKNOWN}${path}`, body)), path).toEqual(unknown);
        expect(codeOf(await owner.send(method, `/agents/nonsense${path}`, body)), path).toEqual([
          422,
          ["uuid_parsing path.agent_id"],
        ]);
      }
    }
  });

  it("are the same for the same seed", async () => {
    const run = async (): Promise<unknown> => {
      const { account, owner } = await setup("declared", true);
      await account("POST", `/agents/${owner.agentId}/clone`);
      await account("POST", `/agents/${owner.agentId}/regenerate-key`);
      return [(await account("GET", "/agents")).json, (await account("GET", `/agents/${owner.agentId}/api-key`)).json];
    };
    expect(await run()).toEqual(await run());
  });

  it("are available through the client", async () => {
    const { exchange, owner } = await setup();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey: owner.accountKey });
    const created = await client.createAgent({
      displayName: "Second",
      startingBalance: "500.5",
      riskProfile: { maxOpenOrders: 7 },
    });
    expect(created.startingBalance.toString()).toBe("500.5");
    const agents = await client.getAgents();
    expect(agents.map(({ displayName, createdAt }) => [displayName, createdAt])).toEqual([
      ["Kestrel's Agent", new Date(START)],
      ["Second", new Date(START)],
    ]);
    expect(await client.getRiskProfile({ agentId: created.agentId })).toEqual({
      maxPositionSizePct: 25,
      dailyLossLimitPct: 20,
      maxOpenOrders: 7,
    });
  });
});
