// An account's key or a token belongs to no agent, and the platform cannot store an order without one.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { ValidationError } from "../../../src/errors/index.ts";
import { OrderOutcomeUnknownError } from "../../../src/transport/index.ts";
import { createExchange, virtualClock } from "../../../src/exchange/index.ts";
import type { ClientOptions } from "../../../src/transport/index.ts";
import * as answers from "../../support/answers.ts";
import { drive, failure } from "../../support/drive.ts";
import { neverSettles, errorResponse, scripted, type Sent } from "../../support/scripted.ts";

const key = "ak_live_of_the_account";
const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.02" } as const;
const ordersOf = (sent: readonly Sent[]): readonly Sent[] => sent.filter(({ method }) => method === "POST");

/** A platform with one account and these agents. Orders without an agent fail as they do on the real one. */
function platform(ids: readonly string[], place = (): Response => answers.placed()) {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const server = scripted((sent) => {
    if (sent.path === "/api/v1/account/info") return answers.accountInfo(key);
    if (sent.path === "/api/v1/agents") return answers.agents(...ids);
    if (sent.path === "/api/v1/auth/login")
      return Response.json({ token: "t.o.k", expires_at: "2026-03-05T15:00:00Z", token_type: "Bearer" });
    return sent.headers["x-agent-id"] === undefined ? answers.noAgent() : place();
  }, clock);
  const client = (options: ClientOptions = {}): AgentExchangeClient =>
    new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: key, ...options });
  return { clock, server, client };
}

describe("with an account's key", () => {
  test("the agent is looked up and the order is placed once", async () => {
    const { clock, server, client } = platform([answers.agentId]);
    const placed = await drive(clock, client().placeMarketOrder(order));
    expect(placed.status).toBe("filled");
    expect(server.sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /api/v1/trade/order",
      "GET /api/v1/account/info",
      "GET /api/v1/agents",
      "POST /api/v1/trade/order",
    ]);
    expect(server.sent.at(-1)?.headers["x-agent-id"]).toBe(answers.agentId);
  });

  test("the first orders share one lookup, and later ones need none", async () => {
    const { clock, server, client } = platform([answers.agentId]);
    const trader = client();
    await drive(clock, Promise.all(Array.from({ length: 20 }, () => trader.placeMarketOrder(order))));
    expect(server.sent.filter(({ path }) => path === "/api/v1/agents")).toHaveLength(1);
    expect(server.sent.filter(({ path }) => path === "/api/v1/account/info")).toHaveLength(1);
    expect(ordersOf(server.sent)).toHaveLength(40);
    await drive(clock, trader.placeMarketOrder(order));
    expect(ordersOf(server.sent)).toHaveLength(41);
  });

  test("with several agents the error names each, and nothing is placed", async () => {
    const other = "2e45fe3c-cf0b-427f-b399-708e264e66c1";
    const { clock, server, client } = platform([answers.agentId, other]);
    const error = await failure(clock, client().placeMarketOrder(order));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ field: "agentId" });
    expect((error as Error).message).toContain(answers.agentId);
    expect((error as Error).message).toContain(other);
    expect(ordersOf(server.sent)).toHaveLength(1);
  });

  test("without an agent the error says how to create one", async () => {
    const { clock, client } = platform([]);
    const error = await failure(clock, client().placeMarketOrder(order));
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as Error).message).toContain("createAgent()");
  });

  test.each(["client", "call"])("an agentId of the %s needs one lookup of the key's owner", async (where) => {
    const { clock, server, client } = platform([answers.agentId]);
    const named = { agentId: answers.agentId };
    await drive(
      clock,
      where === "client" ? client(named).placeMarketOrder(order) : client().placeMarketOrder(order, named),
    );
    expect(server.sent.map(({ path }) => path)).toEqual(["/api/v1/account/info", "/api/v1/trade/order"]);
    expect(server.sent.at(-1)?.headers["x-agent-id"]).toBe(answers.agentId);
  });

  test("with a token only the agents are looked up, since it always belongs to an account", async () => {
    const { clock, server, client } = platform([answers.agentId]);
    await drive(clock, client({ apiKey: key, apiSecret: "sk_live_x", token: "login" }).placeMarketOrder(order));
    expect(server.sent.map(({ path }) => path)).toEqual([
      "/api/v1/auth/login",
      "/api/v1/trade/order",
      "/api/v1/agents",
      "/api/v1/trade/order",
    ]);
  });

  test("the embedded exchange behaves like the platform", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const exchange = createExchange({ clock, seed: 7, fidelity: "observed" });
    const account = await exchange.register();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey: account.accountKey });
    const placed = await drive(clock, client.placeMarketOrder({ ...order, quantity: "0.001" }));
    const mine = new AgentExchangeClient({ ...exchange.connection, apiKey: account.apiKey });
    expect((await drive(clock, mine.listOrders())).map(({ orderId }) => orderId)).toEqual([placed.orderId]);
  });
});

describe("a failure that may hide an executed order", () => {
  const fault = answers.noAgent;

  test("an agent's key: the order is not sent again", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const server = scripted(({ path }) => (path === "/api/v1/account/info" ? answers.accountInfo(key) : fault()));
    const client = new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: "ak_live_of_an_agent" });
    const error = await failure(clock, client.placeMarketOrder(order));
    expect(ordersOf(server.sent)).toHaveLength(1);
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(error).toMatchObject({ retryable: false, attempts: 1, details: { cause: "DATABASE_ERROR" } });
    await failure(clock, client.placeMarketOrder(order));
    expect(server.sent.filter(({ path }) => path === "/api/v1/account/info")).toHaveLength(1);
  });

  test.each([
    ["500 DATABASE_ERROR without agent_id", () => errorResponse(500, "DATABASE_ERROR")],
    ["500 INTERNAL_ERROR", () => errorResponse(500, "INTERNAL_ERROR")],
    ["500 of a proxy", () => new Response("<html>", { status: 500 })],
    ["503", () => errorResponse(503, "SERVICE_UNAVAILABLE")],
  ])("an account's key, %s: only the platform's own message means that no agent was named", async (_name, answer) => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const server = scripted(answer);
    const client = new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: key });
    const error = await failure(clock, client.placeMarketOrder(order));
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(server.sent).toHaveLength(1);
  });

  test("the lookup of the key's owner fails: the outcome is unknown", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const server = scripted(({ method }) => {
      if (method === "POST") return fault();
      throw new TypeError("fetch failed");
    });
    const client = new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: "ak_live_of_an_agent" });
    const error = await failure(clock, client.placeMarketOrder(order));
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect((error as Error).cause).toMatchObject({ code: "DATABASE_ERROR" });
    expect(ordersOf(server.sent)).toHaveLength(1);
  });

  test("the lookup takes longer than the call: the outcome is unknown", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const server = scripted(({ method }) => (method === "POST" ? fault() : neverSettles()));
    const client = new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: "ak_live_of_an_agent" });
    const error = await failure(clock, client.placeMarketOrder(order, { timeout: 1000 }));
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect((error as Error).cause).toMatchObject({ code: "DATABASE_ERROR" });
    expect(clock.elapsed()).toBe(1000);
  });

  test("a failed lookup is repeated by the next order", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    let broken = true;
    const { server } = platform([answers.agentId]);
    const client = new AgentExchangeClient({
      clock,
      apiKey: key,
      retry: false,
      fetch: (url, init) =>
        broken && url.endsWith("/account/info") ? Promise.reject(new TypeError("x")) : server.fetch(url, init),
    });
    expect(await failure(clock, client.placeMarketOrder(order))).toBeInstanceOf(OrderOutcomeUnknownError);
    broken = false;
    expect((await drive(clock, client.placeMarketOrder(order))).status).toBe("filled");
  });
});
