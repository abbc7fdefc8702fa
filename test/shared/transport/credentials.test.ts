// Authentication: with a key, or with a token that all waiting calls obtain together.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { AuthenticationError, ConnectionError, RateLimitError, ValidationError } from "../../../src/errors/index.ts";
import { createExchange, virtualClock, type VirtualClock } from "../../../src/exchange/index.ts";
import type { ClientOptions, Clock, Token } from "../../../src/transport/index.ts";
import * as answers from "../../support/answers.ts";
import { drive, failure } from "../../support/drive.ts";
import { neverSettles, errorResponse, scripted } from "../../support/scripted.ts";

const HOUR = 3_600_000;
const login = { apiKey: "ak_live_of_the_account", apiSecret: "sk_live_of_it", token: "login" } as const;

/** A token like the platform's, valid for an hour from `now`. */
function jwt(now: number, serial = 0, life = 3600): string {
  const part = (value: unknown): string =>
    btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const iat = Math.floor(now / 1000);
  return `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: `ä~${serial}`.slice(2), iat, exp: iat + life })}.sig${serial}`;
}

/** A platform that issues tokens and accepts those that it has issued. */
function platform({
  clock = virtualClock("2026-03-05T14:00:00Z"),
  skew = 0,
  local = 0,
}: { clock?: VirtualClock; skew?: number; local?: number } = {}) {
  const good = new Set<string>();
  let logins = 0;
  const now = (): number => clock.now() + skew;
  const server = scripted((sent) => {
    if (sent.path === "/api/v1/auth/login") {
      const token = jwt(now(), logins++);
      good.add(token);
      const expiresAt = new Date(Math.floor(now() / 1000) * 1000 + HOUR);
      return Response.json({ token, expires_at: expiresAt.toISOString().replace(".000", ""), token_type: "Bearer" });
    }
    if (sent.path.includes("/market/")) return answers.price();
    const token = sent.headers["authorization"]?.replace("Bearer ", "") ?? "";
    return good.has(token) || sent.headers["x-api-key"] !== undefined
      ? answers.balance()
      : errorResponse(401, "INVALID_TOKEN");
  }, clock);
  const wrong: Clock = { ...clock, now: () => clock.now() + local };
  return {
    clock,
    server,
    good,
    logins: () => server.sent.filter(({ path }) => path === "/api/v1/auth/login").length,
    client: (options: ClientOptions = {}) =>
      new AgentExchangeClient({ fetch: server.fetch, clock: local === 0 ? clock : wrong, ...options }),
  };
}

describe("with a key", () => {
  test("there is no login, and the key is sent", async () => {
    const { clock, server, client, logins } = platform();
    const keyed = client({ apiKey: "ak_live_x", apiSecret: "sk_live_x" });
    await drive(clock, Promise.all([keyed.getBalance(), keyed.getBalance()]));
    expect(logins()).toBe(0);
    expect(server.sent[0]?.headers).toMatchObject({ "x-api-key": "ak_live_x" });
    expect(server.sent[0]?.headers["authorization"]).toBeUndefined();
  });

  test.each([
    ["a key", { apiKey: "ak_live_x" }],
    ["a token", { token: "t.o.k" }],
    ["a login", login],
  ])("public calls do not send %s", async (_name, options) => {
    const { clock, server, client, logins } = platform();
    await drive(clock, client({ ...options, agentId: answers.agentId }).getPrice("BTCUSDT"));
    expect(logins()).toBe(0);
    for (const name of ["x-api-key", "authorization", "x-agent-id", "x-signature"]) {
      expect(server.sent[0]?.headers).not.toHaveProperty(name);
    }
  });

  test("without credentials the error says what to pass, and nothing is sent", async () => {
    const { clock, server, client } = platform();
    const error = await failure(clock, client().getBalance());
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ code: "MISSING_CREDENTIALS", attempts: 0, status: null });
    expect((error as Error).message).toContain("apiKey");
    expect(server.sent).toHaveLength(0);
  });
});

describe('with token: "login"', () => {
  test("a hundred simultaneous first calls share one login", async () => {
    const { clock, server, client, logins } = platform();
    const trader = client(login);
    await drive(clock, Promise.all(Array.from({ length: 100 }, () => trader.getBalance())));
    expect(logins()).toBe(1);
    expect(server.sent).toHaveLength(101);
    expect(JSON.parse(server.sent[0]?.body ?? "")).toEqual({ api_key: login.apiKey, api_secret: login.apiSecret });
  });

  test("it logs in again once, shortly before the token expires", async () => {
    const { clock, client, logins } = platform();
    const trader = client(login);
    await drive(clock, trader.getBalance());
    await clock.advance(HOUR - 31_000 - clock.elapsed());
    await drive(clock, trader.getBalance());
    expect(logins()).toBe(1);
    await clock.advance(2000);
    await drive(clock, Promise.all(Array.from({ length: 10 }, () => trader.getBalance())));
    expect(logins()).toBe(2);
  });

  test.each([-30 * 24 * HOUR, -2 * HOUR, 2 * HOUR, 30 * 24 * HOUR])(
    "a local clock that is %i ms off does not cause repeated logins",
    async (local) => {
      const { clock, client, logins } = platform({ local });
      const trader = client(login);
      for (let index = 0; index < 20; index++) await drive(clock, trader.getBalance());
      expect(logins()).toBe(1);
      await clock.advance(HOUR);
      for (let index = 0; index < 5; index++) await drive(clock, trader.getBalance());
      expect(logins()).toBe(2);
    },
  );

  test("a rejected token leads to one more login, shared by all calls", async () => {
    const { clock, server, good, client, logins } = platform();
    const trader = client(login);
    await drive(clock, trader.getBalance());
    good.clear();
    await drive(clock, Promise.all(Array.from({ length: 20 }, () => trader.getBalance())));
    expect(logins()).toBe(2);
    expect(server.sent.filter(({ path }) => path.endsWith("/balance"))).toHaveLength(41);
  });

  test("a token that is rejected again is not renewed again", async () => {
    const { clock, client, server, logins } = platform();
    const trader = client({
      ...login,
      fetch: async (url, init) =>
        url.endsWith("/auth/login") ? server.fetch(url, init) : errorResponse(401, "INVALID_TOKEN"),
    });
    const error = await failure(clock, trader.getBalance());
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error).toMatchObject({ code: "INVALID_TOKEN", attempts: 2, retryable: false });
    expect(logins()).toBe(2);
  });

  test("a failed login fails all waiting calls, and the next call tries again", async () => {
    let broken = true;
    const { clock, server, client, logins } = platform();
    const trader = client({
      ...login,
      retry: false,
      fetch: (url, init) => (broken ? Promise.reject(new TypeError("fetch failed")) : server.fetch(url, init)),
    });
    const results = await drive(clock, Promise.allSettled(Array.from({ length: 10 }, () => trader.getBalance())));
    for (const result of results) expect((result as PromiseRejectedResult).reason).toBeInstanceOf(ConnectionError);
    broken = false;
    await drive(clock, trader.getBalance());
    expect(logins()).toBe(1);
  });

  test("a wrong secret is tried once, not three times", async () => {
    const clock = virtualClock();
    const server = scripted(() => errorResponse(401, "INVALID_API_KEY"));
    const error = await failure(clock, new AgentExchangeClient({ ...login, clock, fetch: server.fetch }).getBalance());
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(server.sent).toHaveLength(1);
  });

  test("the login is aborted when the last waiting call ends, not before", async () => {
    const clock = virtualClock();
    const server = scripted(neverSettles, clock);
    const client = new AgentExchangeClient({ ...login, clock, fetch: server.fetch });
    const callers = [new AbortController(), new AbortController()];
    const calls = callers.map(({ signal }) => client.getBalance({ signal }));
    for (const call of calls) call.catch(() => {});
    await clock.advance(10);
    callers[0]?.abort("one");
    await clock.advance(0);
    expect(server.sent[0]?.signal?.aborted).toBe(false);
    callers[1]?.abort("two");
    await expect(calls[0]).rejects.toBe("one");
    await expect(calls[1]).rejects.toBe("two");
    await clock.advance(0);
    expect(server.sent[0]?.signal?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
    // The next call starts a new login.
    const next = client.getBalance();
    next.catch(() => {});
    await clock.advance(0);
    expect(server.sent).toHaveLength(2);
    await client.close();
  });

  test("the embedded exchange behaves like the platform", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const exchange = createExchange({ clock, seed: 3 });
    const account = await exchange.register();
    const trader = new AgentExchangeClient({
      ...exchange.connection,
      apiKey: account.accountKey,
      apiSecret: account.apiSecret,
      token: "login",
    });
    for (let hour = 0; hour < 3; hour++) {
      const balances = await drive(clock, Promise.all([trader.getBalance(), trader.getBalance()]));
      expect(balances[0]?.totalEquityUsdt.toString()).toBe("10000");
      await clock.advance(HOUR);
    }
  });
});

describe("with the caller's own token", () => {
  test("a string is sent as it is, and its rejection is the error", async () => {
    const { clock, server, good, client } = platform();
    good.add("t.o.k");
    await drive(clock, client({ token: "t.o.k" }).getBalance());
    expect(server.sent[0]?.headers["authorization"]).toBe("Bearer t.o.k");
    expect(await failure(clock, client({ token: "b.a.d" }).getBalance())).toMatchObject({
      code: "INVALID_TOKEN",
      attempts: 1,
    });
  });

  test("a function is called once at a time, and again when its token expires or is rejected", async () => {
    const { clock, good, client } = platform();
    let calls = 0;
    const source = async (): Promise<Token> => {
      const token = `token-${++calls}`;
      good.add(token);
      return { token, expiresAt: new Date(clock.now() + 600_000) };
    };
    const trader = client({ token: source });
    await drive(clock, Promise.all(Array.from({ length: 30 }, () => trader.getBalance())));
    expect(calls).toBe(1);
    await clock.advance(571_000);
    await drive(clock, trader.getBalance());
    expect(calls).toBe(2);
    good.clear();
    await drive(clock, trader.getBalance());
    expect(calls).toBe(3);
  });

  test("a token without an expiry is used until it is rejected", async () => {
    const { clock, good, client } = platform();
    let calls = 0;
    const trader = client({
      token: () => {
        good.add(`token-${++calls}`);
        return `token-${calls}`;
      },
    });
    for (let day = 0; day < 3; day++) {
      await drive(clock, trader.getBalance());
      await clock.advance(24 * HOUR);
    }
    expect(calls).toBe(1);
  });

  test("a function that throws fails the call with its error, and is called again", async () => {
    const { clock, good, client } = platform();
    const reason = new Error("vault is closed");
    let calls = 0;
    const trader = client({
      token: () => {
        if (calls++ === 0) throw reason;
        good.add("t.o.k");
        return "t.o.k";
      },
    });
    expect(await failure(clock, trader.getBalance())).toBe(reason);
    await drive(clock, trader.getBalance());
  });

  test.each([undefined, null, "", "two words", "line\nbreak", 42, {}, { token: "" }, { token: "line\nbreak" }])(
    "an invalid token (%j) is rejected without repeating it, and nothing is sent",
    async (value) => {
      const { clock, server, client } = platform();
      const error = await failure(clock, client({ token: () => value as string }).getBalance());
      expect(error).toBeInstanceOf(ValidationError);
      expect(error).toMatchObject({ field: "token" });
      expect((error as Error).message).not.toContain("line");
      expect(server.sent).toHaveLength(0);
    },
  );
});

describe("invalid options", () => {
  test.each<[string, ClientOptions]>([
    ["apiKey", { apiKey: "" }],
    ["apiKey", { apiKey: "ak live" }],
    ["apiKey", { apiKey: "undefined\n" }],
    ["token", { token: "login" }],
    ["token", { token: "login", apiKey: "ak_live_x" }],
    ["token", { token: "t.o.k", apiKey: "ak_live_x" }],
    ["signRequests", { signRequests: true, apiKey: "ak_live_x" }],
    ["timeout", { timeout: 0 }],
    ["timeout", { timeout: Number.NaN }],
    ["retry.attempts", { retry: { attempts: 0 } }],
    ["retry.baseDelay", { retry: { baseDelay: -1 } }],
    ["rateLimit", { rateLimit: true as unknown as false }],
    ["baseUrl", { baseUrl: "exchange.example" }],
    ["baseUrl", { baseUrl: "ftp://exchange.example" }],
    ["baseUrl", { baseUrl: "https://user:secret@exchange.example" }],
    ["baseUrl", { baseUrl: "https://exchange.example/api/v1/" }],
    ["baseUrl", { baseUrl: "https://exchange.example/?key=secret" }],
    ["baseUrl", { baseUrl: "http://exchange.example", apiKey: "ak_live_x" }],
    ["apikey", { apikey: "ak_live_x" } as ClientOptions],
  ])("%s is rejected by the constructor, without its value", (field, options) => {
    let error: unknown;
    try {
      void new AgentExchangeClient(options);
    } catch (problem) {
      error = problem;
    }
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ field });
    expect((error as Error).message).not.toMatch(/secret@|key=secret|ak_live_x|ak live/);
  });

  test("plain http is accepted for this machine, or when allowed", () => {
    for (const baseUrl of [
      "http://localhost:8000",
      "http://127.0.0.1:1",
      "http://[::1]:1",
      "http://exchange.localhost",
      "https://exchange.example",
    ]) {
      expect(() => new AgentExchangeClient({ baseUrl, apiKey: "ak_live_x" })).not.toThrow();
    }
    expect(
      () =>
        new AgentExchangeClient({ baseUrl: "http://exchange.example", apiKey: "ak_live_x", allowInsecureHttp: true }),
    ).not.toThrow();
  });

  test("unknown call options and invalid timeouts are rejected", async () => {
    const client = new AgentExchangeClient({ fetch: neverSettles });
    await expect(client.getPrice("BTCUSDT", { timeOut: 1 } as object)).rejects.toMatchObject({ field: "timeOut" });
    for (const timeout of [0, -1, Number.NaN])
      await expect(client.getPrice("BTCUSDT", { timeout })).rejects.toMatchObject({ field: "timeout" });
  });
});

test("the client also limits its logins", async () => {
  const clock = virtualClock("2026-03-05T14:00:10Z");
  const server = scripted(
    ({ path }) => (path === "/api/v1/auth/login" ? errorResponse(500, "INTERNAL_ERROR") : answers.balance()),
    clock,
  );
  const trader = new AgentExchangeClient({ ...login, clock, fetch: server.fetch, retry: false, timeout: 20_000 });
  for (let index = 0; index < 5; index++) await failure(clock, trader.getBalance());
  expect(server.sent).toHaveLength(5);
  expect(await failure(clock, trader.getBalance())).toBeInstanceOf(RateLimitError);
  expect(server.sent).toHaveLength(5);
});
