import { describe, expect, it } from "vitest";
import { createExchange, virtualClock } from "../../../src/exchange/index.ts";
import { signRequest } from "../../../src/signing/index.ts";
import { BOTH } from "./backtests.ts";
import { codeOf, market, setup, UNKNOWN } from "./httpSetup.ts";
import { open, send, START, trader, type Answer } from "./trader.ts";

describe("routing", () => {
  it("redirects a trailing slash and rejects wrong methods and unknown paths", async () => {
    const { exchange, owner } = await setup();
    const redirect = await send(exchange, "GET", "/api/v1/market/prices/?symbols=BTCUSDT");
    expect([redirect.status, redirect.headers.get("location"), redirect.json]).toEqual([
      307,
      "http://exchange.test/api/v1/market/prices?symbols=BTCUSDT",
      "",
    ]);
    const wrong = await send(exchange, "POST", "/api/v1/market/prices", {});
    expect([...codeOf(wrong), wrong.headers.get("allow")]).toEqual([405, "Method Not Allowed", "GET"]);
    expect((await send(exchange, "HEAD", "/api/v1/market/prices")).status).toBe(405);
    for (const path of ["/api/v1/market/nope", "/api/v1/market/price/BTC%2FUSDT", "/api/v1/market/price/"]) {
      expect(codeOf(await send(exchange, "GET", path)), path).toEqual([404, "Not Found"]);
    }
    expect(codeOf(await send(exchange, "GET", "/api/v1/nope"))).toEqual([401, "INVALID_API_KEY"]);
    expect(codeOf(await owner.get("/nope"))).toEqual([404, "Not Found"]);
    expect((await owner.get("/account/balance/")).status).toBe(307);
  });

  it("answers the platform's battles with 501", async () => {
    const { exchange, owner } = await setup();
    for (const [method, path] of [
      ["GET", "/battles"],
      ["POST", "/battles"],
      ["GET", `/battles/${UNKNOWN}/live`],
    ] as const) {
      expect(codeOf(await owner.send(method, path)), path).toEqual([501, "NOT_IMPLEMENTED"]);
    }
    expect(codeOf(await send(exchange, "GET", "/api/v1/battles"))).toEqual([401, "INVALID_API_KEY"]);
  });
});

describe("credentials", () => {
  it("are checked in the platform's order", async () => {
    const { exchange, owner, token } = await setup();
    const bearer = { authorization: `bearer ${token}` };
    const cases: readonly [Record<string, string>, number, string | undefined][] = [
      [{}, 401, "INVALID_API_KEY"],
      [{ "x-api-key": "   " }, 401, "INVALID_API_KEY"],
      [{ "x-api-key": "ak_live_nope" }, 401, "INVALID_API_KEY"],
      [{ "x-api-key": "ak_live_nope", ...bearer }, 401, "INVALID_API_KEY"],
      [{ "x-api-key": ` ${owner.apiKey} `, authorization: "Bearer broken" }, 200, undefined],
      [{ "x-api-key": owner.accountKey }, 200, undefined],
      [bearer, 200, undefined],
      [{ authorization: `Bearer ${token}x` }, 401, "INVALID_TOKEN"],
      [{ authorization: "Bearer abc.def.ghi" }, 401, "INVALID_TOKEN"],
      [{ authorization: "Basic abc" }, 401, "INVALID_API_KEY"],
    ];
    for (const [headers, status, code] of cases) {
      const answer = await send(exchange, "GET", "/api/v1/account/balance", undefined, headers);
      expect([answer.status, answer.json.error?.code], JSON.stringify(headers)).toEqual([status, code]);
    }
    expect((await send(exchange, "GET", "/api/v1/market/prices", undefined, { "x-api-key": "wrong" })).status).toBe(
      200,
    );
  });

  it("expire after an hour", async () => {
    const { exchange, token } = await setup();
    const balance = (): Promise<Answer> =>
      send(exchange, "GET", "/api/v1/account/balance", undefined, { authorization: `Bearer ${token}` });
    const [, claims = ""] = token.split(".");
    const { sub, iat, exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/"))) as Record<
      string,
      number
    >;
    expect([typeof sub, iat, (exp as number) - (iat as number)]).toEqual(["string", Date.parse(START) / 1000, 3600]);
    await exchange.advance(3_599_999);
    expect((await balance()).status).toBe(200);
    await exchange.advance(1);
    expect(codeOf(await balance())).toEqual([401, "INVALID_TOKEN"]);
  });

  it("choose the agent", async () => {
    const { exchange, owner, other } = await setup({ fidelity: "observed" });
    const second = await owner.send("POST", "/agents", { display_name: "Second", starting_balance: "500" });
    const total = async (headers: Record<string, string>): Promise<unknown> => {
      const { status, json } = await send(exchange, "GET", "/api/v1/account/balance", undefined, headers);
      return status === 200 ? json.balances.map((row) => row.total) : json.error.code;
    };
    const account = { "x-api-key": owner.accountKey };
    expect(await total(account)).toEqual(["10000.00000000", "500.00000000"]);
    expect(await total({ ...account, "x-agent-id": second.json.agent_id })).toEqual(["500.00000000"]);
    expect(await total({ ...account, "x-agent-id": other.agentId })).toBe("PERMISSION_DENIED");
    expect(await total({ ...account, "x-agent-id": UNKNOWN })).toHaveLength(2);
    expect(await total({ ...account, "x-agent-id": "nonsense" })).toHaveLength(2);
    expect(await total({ "x-api-key": second.json.api_key, "x-agent-id": other.agentId })).toEqual(["500.00000000"]);
  });

  it.each(BOTH)("log in with the account's key and secret only (%s)", async (fidelity) => {
    const { exchange, owner } = await setup({ fidelity });
    const login = async (key: string, secret: string): Promise<unknown> => {
      const { status, json } = await send(exchange, "POST", "/api/v1/auth/login", { api_key: key, api_secret: secret });
      return status === 200 ? json.token_type : [status, json.error];
    };
    const { accountKey, apiKey, apiSecret } = owner;
    const wrongSecret = await login(accountKey, "sk_live_wrong");
    const wrongKeys = [
      await login(apiKey, apiSecret),
      await login("ak_live_x", "x"),
      await login(apiSecret, accountKey),
    ];
    const oldReply = [401, { code: "INVALID_API_KEY", message: "API secret is invalid." }];
    const unknown = [404, { code: "ACCOUNT_NOT_FOUND", message: "No account found for the provided API key." }];
    const wrong = [401, { code: "INVALID_API_KEY", message: "The API key or the API secret is invalid." }];
    expect([wrongSecret, ...wrongKeys]).toEqual(
      fidelity === "observed" ? [oldReply, unknown, unknown, unknown] : [wrong, wrong, wrong, wrong],
    );
    expect(await login(accountKey, apiSecret.slice(0, -1))).toEqual(wrongSecret);
    expect(await login(accountKey, `${apiSecret}x`)).toEqual(wrongSecret);
    const body = { api_key: ` ${accountKey} `, api_secret: apiSecret };
    const { json } = await send(exchange, "POST", "/api/v1/auth/login", body);
    expect([json.token_type, json.expires_at]).toEqual(["Bearer", "2026-01-05T01:00:30Z"]);
  });

  it("include an email address and password, once registered", async () => {
    const exchange = open({ market: market() });
    const register = (email: string): Promise<Answer> =>
      send(exchange, "POST", "/api/v1/auth/register", { email, password: "correct horse" });
    expect((await register("Ops@Kestrel.EXAMPLE")).status).toBe(201);
    expect(codeOf(await register("Ops@kestrel.example"))).toEqual([409, "DUPLICATE_ACCOUNT"]);
    const login = (email: string, password: string): Promise<Answer> =>
      send(exchange, "POST", "/api/v1/auth/user-login", { email, password });
    expect((await login("Ops@kestrel.example", "correct horse")).status).toBe(200);
    expect(codeOf(await login("ops@kestrel.example", "correct horse"))).toEqual([401, "INVALID_API_KEY"]);
    expect(codeOf(await login("Ops@kestrel.example", "wrong horse"))).toEqual([401, "INVALID_API_KEY"]);
  });

  it("do not grant access to other accounts' data", async () => {
    const { owner, other } = await setup();
    const { json } = await owner.order({
      symbol: "BTCUSDT",
      side: "buy",
      type: "limit",
      quantity: "0.01",
      price: "50000",
    });
    for (const method of ["GET", "DELETE"]) {
      expect(codeOf(await other.send(method, `/trade/order/${json.order_id}`))).toEqual([404, "ORDER_NOT_FOUND"]);
    }
    expect(codeOf(await other.get(`/agents/${owner.agentId}`))).toEqual([403, "PERMISSION_DENIED"]);
  });
});

describe("signatures", () => {
  it("are required for every request with credentials, fresh and only once", async () => {
    const exchange = open({ market: market(), requireSignatures: true });
    const { apiKey, apiSecret } = await exchange.register();
    const timestamp = Date.parse(START);
    const body = JSON.stringify({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001" });
    const target = "/api/v1/trade/order";
    const signed = {
      ...(await signRequest({ method: "POST", target, body }, apiSecret, { timestamp })),
      "x-api-key": apiKey,
    };
    expect((await send(exchange, "GET", "/api/v1/market/prices")).status).toBe(200);
    expect(codeOf(await send(exchange, "POST", target, body, { "x-api-key": apiKey }))).toEqual([
      401,
      "INVALID_SIGNATURE",
    ]);
    expect(codeOf(await send(exchange, "POST", target, body.replace("0.001", "0.002"), signed))).toEqual([
      401,
      "INVALID_SIGNATURE",
    ]);
    expect((await send(exchange, "POST", target, body, signed)).status).toBe(201);
    expect(codeOf(await send(exchange, "POST", target, body, signed))).toEqual([401, "INVALID_SIGNATURE"]);
    const late = {
      ...(await signRequest({ method: "GET", target: "/api/v1/account/balance" }, apiSecret, {
        timestamp: timestamp - 31_000,
      })),
      "x-api-key": apiKey,
    };
    expect(codeOf(await send(exchange, "GET", "/api/v1/account/balance", undefined, late))).toEqual([
      401,
      "INVALID_SIGNATURE",
    ]);
  });
});

describe("rate limits", () => {
  const limited = async () => {
    const exchange = createExchange({ market: market(), clock: virtualClock(START), trustProxy: true });
    return { exchange, owner: await trader(exchange) };
  };
  const budget = ({ headers }: Answer): readonly (string | null)[] =>
    ["limit", "remaining", "reset"].map((name) => headers.get(`x-ratelimit-${name}`));
  const reset = String(Date.parse("2026-01-05T00:01:00Z") / 1000);

  it("count an account's requests per calendar minute, regardless of credential and outcome", async () => {
    const { exchange, owner } = await limited();
    expect(budget(await owner.get("/trade/orders"))).toEqual(["100", "99", reset]);
    expect(budget(await owner.get("/trade/order/abc"))).toEqual(["100", "98", reset]);
    expect(budget(await owner.get("/trade/orders", { "x-api-key": owner.accountKey }))).toEqual(["100", "97", reset]);
    expect(budget(await owner.get("/account/balance"))).toEqual(["600", "599", reset]);
    expect(budget(await owner.get("/training/runs"))).toEqual(["3000", "2999", reset]);
    expect(budget(await owner.get("/backtest/list"))).toEqual(["6000", "5999", reset]);
    expect(budget(await owner.get("/nope"))).toEqual(["600", "598", reset]);
    for (let used = 3; used < 99; used++) await owner.get("/trade/orders");
    expect(budget(await owner.get("/trade/orders"))).toEqual(["100", "0", reset]);
    const rejected = await owner.get("/trade/orders");
    expect([...codeOf(rejected), ...budget(rejected), rejected.headers.get("retry-after")]).toEqual([
      429,
      "RATE_LIMIT_EXCEEDED",
      "100",
      "0",
      reset,
      "30",
    ]);
    expect(rejected.json.error.details).toEqual({ limit: 100, window_seconds: 60, retry_after_seconds: 30 });
    await exchange.advance(29_999);
    expect((await owner.get("/trade/orders")).headers.get("retry-after")).toBe("1");
    await exchange.advance(1);
    expect(budget(await owner.get("/trade/orders"))[1]).toBe("99");
  });

  it("count logins and registrations per address, and no other public path", async () => {
    const { exchange } = await limited();
    const from = (address: string, path: string, method = "POST"): Promise<Answer> =>
      send(exchange, method, `/api/v1/auth/${path}`, method === "POST" ? {} : undefined, {
        "x-forwarded-for": `${address}, 10.0.0.1`,
      });
    for (const [remaining, path] of [
      ["4", "login"],
      ["3", "user-login"],
      ["2", "login"],
    ] as const)
      expect((await from("1.1.1.1", path)).headers.get("x-ratelimit-remaining")).toBe(remaining);
    expect((await from("1.1.1.1", "login", "OPTIONS")).headers.get("x-ratelimit-remaining")).toBe("1");
    await from("1.1.1.1", "login");
    expect((await from("1.1.1.1", "login")).status).toBe(429);
    expect((await from("2.2.2.2", "login")).status).toBe(422);
    expect((await from("1.1.1.1", "register")).headers.get("x-ratelimit-remaining")).toBe("2");
    expect(budget(await from("1.1.1.1", "forgot-password"))).toEqual([null, null, null]);
    expect(budget(await send(exchange, "GET", "/api/v1/market/prices"))).toEqual([null, null, null]);
    expect(budget(await send(exchange, "GET", "/api/v1/account/balance"))).toEqual([null, null, null]);
  });

  it("ignore what a client claims as its address", async () => {
    for (const fidelity of ["declared", "observed"] as const) {
      const from = new WeakMap<Request, string>();
      const clock = virtualClock(START);
      const exchange = createExchange({ fidelity, clock, market: market(), clientAddress: (each) => from.get(each) });
      const remaining = async (address: string | undefined, forwarded: string): Promise<string | null> => {
        const headers = { "x-forwarded-for": forwarded, "content-type": "application/json" };
        const init = { method: "POST", body: "{}", headers };
        const request = new Request("http://exchange.test/api/v1/auth/login", init);
        if (address !== undefined) from.set(request, address);
        return (await exchange.fetch(request)).headers.get("x-ratelimit-remaining");
      };
      expect(await remaining("1.1.1.1", "9.9.9.1")).toBe("4");
      expect(await remaining("1.1.1.1", "9.9.9.2")).toBe("3");
      expect(await remaining("::ffff:1.1.1.1", "9.9.9.3, 9.9.9.4")).toBe("2");
      expect(await remaining("2.2.2.2", "1.1.1.1")).toBe("4");
      // One subscriber usually has 2^64 addresses.
      expect(await remaining("2001:db8:0:1::1", "")).toBe("4");
      expect(await remaining("2001:db8:0:1:ffff::2", "")).toBe("3");
      expect(await remaining("2001:db8:0:2::1", "")).toBe("4");
      expect(await remaining(undefined, "1.1.1.1")).toBe("4");
      expect(await remaining(undefined, "2.2.2.2")).toBe("3");
    }
  });

  it("count by the address that a trusted proxy appended, not by forged ones", async () => {
    const { exchange } = await limited();
    const remaining = async (forwarded: string): Promise<string | null> =>
      (await send(exchange, "POST", "/api/v1/auth/login", {}, { "x-forwarded-for": forwarded })).headers.get(
        "x-ratelimit-remaining",
      );
    expect(await remaining("3.3.3.3")).toBe("4");
    expect(await remaining("9.9.9.9, 3.3.3.3:5123")).toBe("3");
    expect(await remaining("9.9.9.8, 3.3.3.3, 10.0.0.1")).toBe("2");
    expect(await remaining("[2001:db8::1]:80")).toBe("4");
    expect(await remaining("2001:db8::2")).toBe("3");
    expect(await remaining("10.0.0.7, 127.0.0.1")).toBe("4");
  });

  it("can be switched off", async () => {
    const { owner } = await setup();
    for (let used = 0; used < 101; used++) await owner.get("/trade/orders");
    expect(budget(await owner.get("/trade/orders"))).toEqual([null, null, null]);
  });
});

describe("the loopback", () => {
  it("has latency, executes orders even if the caller aborts, and can be closed", async () => {
    const clock = virtualClock(START);
    const exchange = createExchange({ market: market(), clock, latency: 50 });
    const { apiKey } = await exchange.register();
    const headers = { "x-api-key": apiKey, "content-type": "application/json" };
    const body = JSON.stringify({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001" });
    const url = `${exchange.connection.baseUrl}/api/v1/trade/order`;
    const abort = new AbortController();
    const given = exchange.connection.fetch(url, { method: "POST", headers, body, signal: abort.signal });
    await clock.advance(49);
    expect(clock.pending).toBe(1);
    abort.abort(new Error("enough"));
    await expect(given).rejects.toThrow("enough");
    expect(clock.pending).toBe(0);

    const history = exchange.fetch(`${exchange.connection.baseUrl}/api/v1/trade/history`, { headers });
    await clock.advance(50);
    expect(((await (await history).json()) as { total: number }).total).toBe(1);

    const cut = exchange.fetch(`${exchange.connection.baseUrl}/health`);
    await clock.advance(1);
    exchange.close();
    exchange.close();
    await expect(cut).rejects.toThrow(TypeError);
    await expect(exchange.fetch(`${exchange.connection.baseUrl}/health`)).rejects.toThrow("closed");
    expect(clock.pending).toBe(0);
  });
});
