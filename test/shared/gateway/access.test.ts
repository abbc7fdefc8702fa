import { expect, test } from "vitest";
import { AuthenticationError, PermissionError } from "../../../src/errors/index.ts";
import { createGateway } from "../../../src/gateway/index.ts";
import { drive, failure } from "../../support/drive.ts";
import { withSlowSignatures } from "../../support/slowSignatures.ts";
import { BASE, gatewayDesk, ORIGIN, SECRETS, TOKEN_SECRET, withHeaders } from "../../support/gateway.ts";

const trader = { apiKey: "trader", apiSecret: SECRETS.trader, signRequests: true } as const;

test("a program signs its requests with the secret of its caller", async () => {
  const desk = await gatewayDesk({ public: ["getPrice"] });
  const client = desk.createCaller(trader);
  const direct = desk.createClient();
  expect(await drive(desk.clock, client.getBalance())).toEqual(await drive(desk.clock, direct.getBalance()));
  const order = await drive(desk.clock, client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" }));
  expect(await drive(desk.clock, client.getOrder(order.orderId))).toEqual(
    await drive(desk.clock, direct.getOrder(order.orderId)),
  );
  expect(desk.failures).toEqual([]);
});

test("a page gets a token after a login, and loses it when the secret is rotated", async () => {
  const desk = await gatewayDesk();
  const token = await desk.token();
  const client = desk.createCaller({ token });
  await drive(desk.clock, client.getBalance());
  const rotated = await gatewayDesk({ tokenSecret: "another-secret-0123456789-0123456789" });
  expect(await failure(rotated.clock, rotated.createCaller({ token }).getBalance())).toBeInstanceOf(
    AuthenticationError,
  );
  const both = await gatewayDesk({ tokenSecret: ["another-secret-0123456789-0123456789", TOKEN_SECRET] });
  await drive(both.clock, both.createCaller({ token }).getBalance());
  await desk.clock.advance(900_001);
  const expired = await failure(desk.clock, client.getBalance());
  expect(expired).toMatchObject({ code: "INVALID_TOKEN", status: 401 });
});

test("a client renews its token before it expires", async () => {
  const desk = await gatewayDesk();
  let logins = 0;
  const client = desk.createCaller({
    token: () => {
      logins++;
      return desk.token();
    },
  });
  const start = desk.clock.elapsed();
  let used = 0;
  // A call can need more turns of the event loop than pass without time, so the calls are not exactly a minute apart.
  for (let minute = 0; minute < 60; minute++) {
    await drive(desk.clock, client.getBalance());
    used = (desk.clock.elapsed() - start) / 60_000;
    await desk.clock.advance(60_000);
  }
  // A token is valid for 15 minutes, and renewed at the first call within the last of them.
  expect(logins).toBeGreaterThanOrEqual(Math.floor(used / 15));
  expect(logins).toBeLessThanOrEqual(Math.floor(used / 13) + 1);
});

test("signing and checking tokens takes no virtual time, however slow the machine is", async () => {
  const desk = await gatewayDesk();
  const client = desk.createCaller({ token: () => desk.token() });
  await withSlowSignatures(async () => {
    const start = desk.clock.elapsed();
    const balance = client.getBalance();
    await desk.clock.advance(1);
    await balance;
    expect(desk.clock.elapsed()).toBe(start + 1);
  });
});

test("what is not listed is refused before anything is sent", async () => {
  const desk = await gatewayDesk();
  const viewer = desk.createCaller({ apiKey: "viewer", apiSecret: SECRETS.viewer, signRequests: true });
  const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;
  for (const call of [() => viewer.placeMarketOrder(order), () => viewer.cancelAllOrders(), () => viewer.getBalance()])
    expect(await failure(desk.clock, call())).toBeInstanceOf(PermissionError);
  expect(desk.sent).toEqual([]);
  expect((await drive(desk.clock, viewer.getPrice("BTCUSDT"))).symbol).toBe("BTCUSDT");
});

test("an order needs the permission for its own type", async () => {
  const allow = ["placeLimitOrder"];
  const desk = await gatewayDesk({ callers: () => ({ secret: SECRETS.trader, allow }) });
  const client = desk.createCaller(trader);
  const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;
  expect(await failure(desk.clock, client.placeMarketOrder(order))).toBeInstanceOf(PermissionError);
  await drive(desk.clock, client.placeLimitOrder({ ...order, price: "1000" }));
  expect(desk.sent).toHaveLength(1);
});

test("keys in answers are hidden", async () => {
  const desk = await gatewayDesk();
  const response = await desk.gateway.fetch(await desk.signed("viewer", "GET", "/api/v1/account/info"));
  const text = await response.text();
  expect(response.status).toBe(200);
  expect(text).toContain("hidden-by-gateway");
  for (const key of [desk.keys.apiKey, desk.keys.accountKey]) expect(text).not.toContain(key);
});

test("a caller with an agent acts for no other", async () => {
  const desk = await gatewayDesk();
  const { accountKey, agentId } = desk.keys;
  const upstream = { ...desk.clientOptions, apiKey: accountKey };
  const other = await drive(
    desk.clock,
    desk.createClient({ apiKey: accountKey }).createAgent({ displayName: "other", startingBalance: "500" }),
  );
  const gateway = createGateway({
    upstream,
    hosts: ["gateway.example.com"],
    callers: () => ({ secret: SECRETS.trader, allow: ["getBalance", "getAgent"], agentId }),
  });
  const send = async (target: string, agent?: string): Promise<number> => {
    const request = await desk.signed("trader", "GET", target);
    return (await gateway.fetch(agent === undefined ? request : withHeaders(request, { "x-agent-id": agent }))).status;
  };
  expect(await send("/api/v1/account/balance", agentId.toUpperCase())).toBe(200);
  await desk.clock.advance(1);
  expect(await send("/api/v1/account/balance", other.agentId)).toBe(403);
  expect(await send(`/api/v1/agents/${other.agentId}`)).toBe(403);
  expect(await send(`/api/v1/agents/${agentId}`)).toBe(200);
});

test("an agent is not named by a caller without one", async () => {
  const desk = await gatewayDesk();
  const request = await desk.signed("trader", "GET", "/api/v1/account/balance");
  expect((await desk.gateway.fetch(withHeaders(request, { "x-agent-id": desk.keys.agentId }))).status).toBe(403);
});

test.for([
  ["no host", { hosts: [] }],
  ["an origin with a path", { origins: ["https://dashboard.example.com/"] }],
  ["any origin", { origins: ["*"] }],
  ["a short secret", { tokenSecret: "short" }],
  ["a login without tokenSecret", { tokenSecret: [] }],
  ["an unknown operation", { public: ["getPrise"] }],
  ["public orders", { public: ["placeMarketOrder"] }],
  ["an operation with keys", { public: ["getAgentKey"] }],
] as const)("%s is not an option", async ([, options]) => {
  await expect(gatewayDesk(options)).rejects.toBeInstanceOf(TypeError);
});

test("a caller that may not exist is a failure of the gateway, not an open door", async () => {
  for (const caller of [
    { secret: "short", allow: ["getBalance"] },
    { secret: SECRETS.trader, allow: ["getBalance", "login"] },
    { secret: SECRETS.trader, allow: ["noSuchOperation"] },
  ]) {
    const desk = await gatewayDesk({ callers: () => caller });
    const response = await desk.gateway.fetch(await desk.signed("trader", "GET", "/api/v1/account/balance"));
    expect([response.status, desk.failures.length]).toEqual([500, 1]);
  }
});

test("every answer can be read by listed pages, and by no others", async () => {
  const desk = await gatewayDesk({ maxBodyBytes: 100, public: ["getPrice"] });
  const send = async (path: string, init: RequestInit = {}, origin = ORIGIN): Promise<Response> =>
    desk.gateway.fetch(withHeaders(new Request(BASE + path, init), { origin }));
  const post = { method: "POST", body: "x".repeat(200) };
  const answers = [
    [200, await send("/api/v1/market/price/BTCUSDT")],
    [401, await send("/api/v1/account/balance")],
    [401, await send("/gateway/token", { method: "POST" })],
    [404, await send("/nowhere")],
    [405, await send("/api/v1/market/price/BTCUSDT", { method: "POST" })],
    [413, await send("/api/v1/trade/order", post)],
    [400, await send("/api/v1/market/price/BTC%20USDT")],
  ] as const;
  for (const [status, { headers, status: actual }] of answers) {
    expect(actual).toBe(status);
    expect(headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(headers.get("access-control-expose-headers")).toContain("Retry-After");
    expect(headers.get("vary")).toBe("Origin");
    expect(headers.get("x-agentexchange-gateway")).toBe("1");
  }
  const foreign = await send("/api/v1/market/price/BTCUSDT", {}, "https://evil.example");
  expect(foreign.status).toBe(403);
  expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
  expect(foreign.headers.get("vary")).toBe("Origin");
});

test("a pre-flight names the headers that callers need", async () => {
  const desk = await gatewayDesk();
  const preflight = (origin: string): Promise<Response> =>
    desk.gateway.fetch(
      withHeaders(new Request(`${BASE}/api/v1/trade/order`, { method: "OPTIONS" }), {
        origin,
        "access-control-request-method": "POST",
      }),
    );
  const { status, headers } = await preflight(ORIGIN);
  expect(status).toBe(204);
  expect(headers.get("access-control-allow-headers")).toContain("Idempotency-Key");
  expect(headers.get("access-control-allow-methods")).toContain("DELETE");
  expect((await preflight("https://evil.example")).status).toBe(403);
});

test("failures of the platform reach the caller in the platform's form", async () => {
  const desk = await gatewayDesk({
    upstream: { apiKey: "ak_live_wrong", baseUrl: "http://upstream.example", fetch: async () => failing() },
  });
  let failing = (): Response => new Response(null, { status: 302, headers: { location: "https://evil.example" } });
  const ask = async (): Promise<unknown> => {
    const response = await desk.gateway.fetch(await desk.signed("trader", "GET", "/api/v1/account/balance"));
    await desk.clock.advance(1);
    return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
  };
  // The gateway has the system's clock here. Equal requests of one millisecond would have equal signatures.
  let time = Date.now();
  desk.clock.now = () => ++time;
  expect(await ask()).toEqual([502, "UPSTREAM_FAILED"]);
  failing = () => Response.json({ error: { code: "INVALID_API_KEY", message: "ak_live_wrong" } }, { status: 401 });
  expect(await ask()).toEqual([403, "PERMISSION_DENIED"]);
  failing = () => {
    throw new TypeError("fetch failed: ak_live_wrong");
  };
  expect(await ask()).toEqual([502, "UPSTREAM_FAILED"]);
  failing = () =>
    new Response('{"detail":"ak_live_wrong"}', {
      status: 418,
      headers: { "set-cookie": "a=b", "content-type": "application/json", "x-secret": "ak_live_wrong" },
    });
  const response = await desk.gateway.fetch(await desk.signed("trader", "GET", "/api/v1/trade/orders"));
  expect([response.status, await response.text()]).toEqual([418, '{"detail":"hidden-by-gateway"}']);
  expect([...response.headers].join()).not.toContain("ak_live_wrong");
  expect(response.headers.get("set-cookie")).toBeNull();
});
