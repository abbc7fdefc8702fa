// Everything that a client can do with the agents of its account.
import { describe, expect, it } from "vitest";
import {
  AgentExchangeClient,
  AuthenticationError,
  NotFoundError,
  PermissionError,
  ResponseError,
  ServerError,
  toPlain,
} from "../../../src/index.ts";
import { createExchange, virtualClock, type Exchange, type Fidelity } from "../../../src/exchange/index.ts";
import { drive, failure } from "../../support/drive.ts";
import { endpoints } from "../../support/endpoints.ts";
import { everyPrintedForm } from "../../support/everyPrintedForm.ts";
import { scripted } from "../../support/scripted.ts";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const BOTH: readonly Fidelity[] = ["declared", "observed"];

interface Setup {
  readonly exchange: Exchange;
  readonly clock: ReturnType<typeof virtualClock>;
  readonly agentId: string;
  /** With the account's key. */
  readonly owner: AgentExchangeClient;
  /** With the agent's key. */
  readonly bot: AgentExchangeClient;
}

async function setup(fidelity: Fidelity = "declared"): Promise<Setup> {
  const clock = virtualClock("2026-01-05T00:00:30Z");
  const exchange = createExchange({ fidelity, clock });
  const { apiKey, accountKey, agentId } = await exchange.register();
  const client = (key: string): AgentExchangeClient => new AgentExchangeClient({ ...exchange.connection, apiKey: key });
  return { exchange, clock, agentId, owner: client(accountKey), bot: client(apiKey) };
}

describe.each(BOTH)("agents (%s)", (fidelity) => {
  it("are created, read, changed, cloned, reset, archived and deleted", async () => {
    const { owner, agentId: first } = await setup(fidelity);
    const { agentId } = await owner.createAgent({ displayName: "scalper", startingBalance: "500", llmModel: "small" });
    expect(await owner.getAgent(agentId)).toMatchObject({
      displayName: "scalper",
      llmModel: "small",
      status: "active",
    });
    const changed = await owner.updateAgent(agentId, { displayName: "dipper", llmModel: null, strategyTags: ["dip"] });
    expect(changed).toMatchObject({ displayName: "dipper", llmModel: null, strategyTags: ["dip"] });
    const clone = await owner.cloneAgent(agentId);
    const named = await owner.cloneAgent(agentId, { newName: "Two & a half?" });
    expect([clone.displayName, named.displayName]).toEqual(["Copy of dipper", "Two & a half?"]);
    expect(clone.startingBalance.toString()).toBe("500");

    await owner.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" }, { agentId });
    const reset = await owner.resetAgent(agentId);
    expect(reset.id).toBe(agentId);
    const { balances } = await owner.getBalance({ agentId });
    expect(balances.find(({ asset }) => asset === "USDT")?.available.toString()).toBe("500");

    expect((await owner.archiveAgent(clone.agentId)).status).toBe("archived");
    await owner.deleteAgent(named.agentId);
    const overview = await owner.getAgentsOverview();
    expect(overview.map(({ id }) => id)).toEqual([first, agentId]);
    expect((await owner.getAgents({ includeArchived: true })).map(({ id }) => id)).toEqual([
      first,
      agentId,
      clone.agentId,
    ]);
  });

  it.each(["deleteAgent", "archiveAgent"] as const)(
    "that a client acts for are looked up again after %s",
    async (end) => {
      const { owner, agentId } = await setup(fidelity);
      const buy = { symbol: "BTCUSDT", side: "buy", quantity: "0.001" } as const;
      const backtest = { startTime: "2026-01-04T00:00:00Z", endTime: "2026-01-04T00:02:00Z", startingBalance: "1000" };
      await owner.placeMarketOrder(buy);
      await owner.createBacktest(backtest); // finds the account's only agent
      await owner[end](agentId.toUpperCase());
      const next = await owner.createAgent({ displayName: "next", startingBalance: "700" });
      const order = await owner.placeMarketOrder(buy);
      expect((await owner.listOrders({}, { agentId: next.agentId })).map(({ orderId }) => orderId)).toEqual([
        order.orderId,
      ]);
      expect((await owner.createBacktest(backtest)).status).toBe("created");
    },
  );

  it("that do not exist or belong to others are errors", async () => {
    const { owner, exchange, clock } = await setup(fidelity);
    const stranger = await exchange.register();
    const calls: readonly ((id: string) => Promise<unknown>)[] = [
      (id) => owner.getAgent(id),
      (id) => owner.updateAgent(id, { color: null }),
      (id) => owner.cloneAgent(id),
      (id) => owner.resetAgent(id),
      (id) => owner.archiveAgent(id),
      (id) => owner.deleteAgent(id),
      (id) => owner.getAgentKey(id),
      (id) => owner.regenerateAgentKey(id),
      (id) => owner.getAgentSkill(id),
      (id) => owner.getDecisionTrace(id, "x"),
      (id) => owner.analyzeDecisions(id),
      (id) => owner.updateFeedback(id, UNKNOWN, { status: "resolved" }),
    ];
    for (const call of calls) {
      expect(await failure(clock, call(UNKNOWN))).toBeInstanceOf(fidelity === "observed" ? ServerError : NotFoundError);
      expect(await failure(clock, call(stranger.agentId))).toBeInstanceOf(PermissionError);
    }
  });

  it("have instructions in Markdown, with the first characters of the key only", async () => {
    const { bot, owner, agentId } = await setup(fidelity);
    const { apiKey } = await owner.getAgentKey(agentId);
    const skill = await bot.getAgentSkill(agentId);
    expect(skill).toMatch(/^# /);
    expect(skill).toContain(apiKey.slice(0, 12));
    expect(skill).not.toContain(apiKey.slice(0, 13));
  });

  it("replace their own key: the old one is rejected, the new one works, and neither is printed", async () => {
    const { bot, owner, agentId, exchange } = await setup(fidelity);
    const before = await bot.getAgentKey(agentId);
    const renewed = await bot.regenerateAgentKey(agentId);
    expect(renewed.apiKey).not.toBe(before.apiKey);
    const error = await bot.getBalance().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect((await owner.getAgentKey(agentId)).apiKey).toBe(renewed.apiKey);
    const next = new AgentExchangeClient({ ...exchange.connection, apiKey: renewed.apiKey });
    expect((await next.getBalance()).totalEquityUsdt.toString()).toBe("10000");
    const printed = [
      JSON.stringify([before, renewed]),
      JSON.stringify(toPlain(renewed)),
      everyPrintedForm(error),
    ].join();
    for (const key of [before.apiKey, renewed.apiKey]) expect(printed).not.toContain(key.slice(12));
  });

  it("have decisions and feedback", async () => {
    const { bot, agentId, exchange } = await setup(fidelity);
    const id = await exchange.record(agentId, {
      kind: "decision",
      direction: "buy",
      traceId: "run 7",
      confidence: "0.5",
    });
    await exchange.record(agentId, { kind: "outcome", decisionId: id, pnl: "12.5" });
    const { decision, pnl, signals } = await bot.getDecisionTrace(agentId, "run 7");
    expect([decision?.id, pnl?.toString(), signals]).toEqual([id, "12.5", []]);
    const { wins, winRate, byDirection, decisions } = await bot.analyzeDecisions(agentId, {
      start: "2026-01-05T00:00:00Z",
      minConfidence: 0.5,
    });
    expect([wins, winRate, byDirection["buy"]?.avgPnl?.toString(), decisions.length]).toEqual([1, 1, "12.5", 1]);
    expect((await bot.analyzeDecisions(agentId, { direction: "sell" })).total).toBe(0);
    const feedback = await exchange.record(agentId, { kind: "feedback" });
    const { status, resolution, resolvedAt } = await bot.updateFeedback(agentId, feedback, {
      status: "resolved",
      resolution: "Done.",
    });
    expect([status, resolution, resolvedAt?.toISOString()]).toEqual(["resolved", "Done.", "2026-01-05T00:00:30.000Z"]);
    await expect(bot.updateFeedback(agentId, UNKNOWN, { status: "resolved" })).rejects.toMatchObject({
      name: "NotFoundError",
      code: "FEEDBACK_NOT_FOUND",
    });
  });

  it("share the account's mode", async () => {
    const { owner, bot } = await setup(fidelity);
    expect(await owner.getAccountMode()).toEqual({
      mode: "live",
      activeStrategyLabel: null,
      activeBacktests: 0,
      totalBacktestsCompleted: 0,
    });
    await owner.setAccountMode({ mode: "backtest", strategyLabel: "dip" });
    expect(await bot.getAccountMode()).toMatchObject({ mode: "backtest", activeStrategyLabel: "dip" });
    expect(await bot.setAccountMode({ mode: "live" })).toMatchObject({ mode: "live", activeStrategyLabel: null });
  });
});

describe("instructions", () => {
  const skillFrom = async (response: () => Response): Promise<unknown> => {
    const clock = virtualClock();
    const { fetch } = scripted(response, clock);
    const client = new AgentExchangeClient({ clock, fetch, apiKey: "ak_live_example" });
    return drive(
      clock,
      client.getAgentSkill(UNKNOWN).catch((error: unknown) => error),
    );
  };

  it.each(["text/markdown", "text/markdown; charset=utf-8", "Text/Plain;charset=UTF-8", "text/plain ;x=1"])(
    "may be %s",
    async (type) => {
      expect(await skillFrom(() => new Response("# X\n", { headers: { "content-type": type } }))).toBe("# X\n");
      expect(await skillFrom(() => new Response("", { headers: { "content-type": type } }))).toBe("");
    },
  );

  it.each(["text/html", "application/json", "text/plainer", "text/markdown+xml"])("may not be %s", async (type) => {
    const error = await skillFrom(() => new Response("<html>", { headers: { "content-type": type } }));
    expect(error).toBeInstanceOf(ResponseError);
    expect(error).toMatchObject({ code: "UNEXPECTED_ANSWER", status: 200 });
  });
});

it("only reads may run twice", () => {
  const all = endpoints.filter(({ path }) => /^\/agents|\/account\/mode/.test(path) && !path.endsWith("risk-profile"));
  expect(Object.fromEntries(all.map(({ name, effect }) => [name, effect]))).toEqual({
    createAgent: "write",
    updateAgent: "write",
    cloneAgent: "write",
    resetAgent: "write",
    archiveAgent: "write",
    deleteAgent: "write",
    regenerateAgentKey: "write",
    getAgent: "read",
    getAgents: "read",
    getAgentsOverview: "read",
    getAgentKey: "read",
    getAgentSkill: "read",
    getDecisionTrace: "read",
    analyzeDecisions: "read",
    updateFeedback: "write",
    getAccountMode: "read",
    setAccountMode: "write",
  });
});

it("a lost response to a write is not asked for again", async () => {
  const clock = virtualClock();
  const calls: readonly ((client: AgentExchangeClient) => Promise<unknown>)[] = [
    (client) => client.updateAgent(UNKNOWN, { color: null }),
    (client) => client.cloneAgent(UNKNOWN),
    (client) => client.resetAgent(UNKNOWN),
    (client) => client.archiveAgent(UNKNOWN),
    (client) => client.deleteAgent(UNKNOWN),
    (client) => client.regenerateAgentKey(UNKNOWN),
    (client) => client.updateFeedback(UNKNOWN, UNKNOWN, { status: "resolved" }),
    (client) => client.setAccountMode({ mode: "live" }),
  ];
  for (const call of calls) {
    const { fetch, sent } = scripted(() => Response.json({}, { status: 502 }), clock);
    const client = new AgentExchangeClient({ clock, fetch, apiKey: "ak_live_example" });
    expect(await failure(clock, call(client))).toBeInstanceOf(ServerError);
    expect(sent).toHaveLength(1);
  }
});
