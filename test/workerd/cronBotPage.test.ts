// Who may see and steer a cron bot: tokens, sessions, origins, methods, bodies.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { AgentExchangeClient, type ClientOptions } from "agentexchange";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { agents, alerts, buyAlways, fastClock, mandate, openExchange, testBot } from "./support/testBot.ts";

const ORIGIN = "https://bot.example";
const bearer = { authorization: `Bearer ${env.ADMIN_TOKEN}` };
const HTML = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const SAME = { "sec-fetch-site": "same-origin", origin: ORIGIN };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function request(path: string, init: RequestInit = {}, bindings: Cloudflare.Env = env): Promise<Answer> {
  const response = await testBot.fetch(new Request(ORIGIN + path, init), bindings);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const post = (path: string, headers: Record<string, string>, body?: string): Promise<Answer> =>
  request(path, { method: "POST", headers, ...(body === undefined ? {} : { body }) });

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const JSON_BODY = { "content-type": "application/json" };

const codeOf = ({ text }: Answer): unknown => (JSON.parse(text) as { error?: { code: string } }).error?.code;

/** Logs in as a browser does; returns the cookie. */
async function login(): Promise<string> {
  const { status, headers } = await post("/login", { ...HTML, ...SAME, ...FORM }, `token=${env.ADMIN_TOKEN}`);
  expect([status, headers.get("location")]).toEqual([303, "/"]);
  const cookie = headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/^session=[^;]+; Path=\/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict$/);
  expect(cookie).not.toContain(env.ADMIN_TOKEN);
  return cookie.split(";")[0] ?? "";
}

beforeEach(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  const { client } = await openExchange();
  agents.set(`page-${crypto.randomUUID()}`, { client, mandate, strategy: buyAlways() });
});

afterEach(() => {
  agents.clear();
  alerts.length = 0;
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const name = (): string => [...agents.keys()][0] ?? "";

test("healthz is open and says nothing but whether the settings are valid", async () => {
  expect(await request("/healthz")).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  agents.set("not a name", { mandate, strategy: buyAlways() });
  expect(await request("/healthz")).toMatchObject({ status: 503, text: '{"status":"misconfigured"}' });
});

test.for([undefined, "", "short", "x".repeat(31)])("with the token %j everything but healthz is off", async (token) => {
  const bindings = { ...env, ADMIN_TOKEN: token } as typeof env;
  for (const authorization of ["Bearer ", `Bearer ${token ?? "undefined"}`]) {
    const answer = await request("/", { headers: { authorization } }, bindings);
    expect([answer.status, codeOf(answer)]).toEqual([503, "ADMIN_TOKEN_MISSING"]);
    expect(answer.text).toContain("wrangler secret put ADMIN_TOKEN");
  }
  expect((await request("/healthz", {}, bindings)).status).toBe(200);
});

test("a line break at the end of the secret is no part of the token", async () => {
  const bindings = { ...env, ADMIN_TOKEN: `${env.ADMIN_TOKEN}\n` };
  expect((await request("/", { headers: bearer }, bindings)).status).toBe(200);
});

test.for([
  "",
  "Bearer",
  "Bearer  ",
  "Bearer undefined",
  `Bearer ${env.ADMIN_TOKEN}x`,
  `Bearer ${env.ADMIN_TOKEN.slice(1)}`,
  `Bearer ${env.ADMIN_TOKEN.toUpperCase()}`,
  `Bearer ${env.ADMIN_TOKEN} ${env.ADMIN_TOKEN}`,
  `Basic ${btoa(`admin:${env.ADMIN_TOKEN}`)}`,
  env.ADMIN_TOKEN,
])("authorization %j is refused everywhere", async (authorization) => {
  for (const [method, path] of [
    ["GET", "/"],
    ["POST", "/run"],
    ["POST", "/halt"],
    ["POST", "/resume"],
    ["POST", "/settle"],
    ["POST", "/logout"],
  ] as const) {
    const answer = await request(path, { method, headers: { authorization } });
    expect([path, answer.status, codeOf(answer)]).toEqual([path, 401, "UNAUTHORIZED"]);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  }
  expect((await env.AGENT.getByName(name()).status()).runs).toEqual([]);
});

test("the token is not taken from the URL", async () => {
  expect((await request(`/?token=${env.ADMIN_TOKEN}`)).status).toBe(401);
});

test.for([
  ["GET", "/run"],
  ["GET", "/halt"],
  ["GET", "/login"],
  ["POST", "/"],
  ["PUT", "/run"],
  ["DELETE", "/"],
  ["POST", "/healthz"],
] as const)("%s %s is not allowed", async ([method, path]) => {
  const answer = await request(path, { method, headers: bearer });
  expect([answer.status, codeOf(answer)]).toEqual([405, "METHOD_NOT_ALLOWED"]);
  expect(answer.headers.get("allow")).not.toContain(method);
});

test.for(["/run/", "//", "/Run", "/index.html", "/toString", "/__proto__", "/healthz/x", "/%72un"])(
  "%s is not found",
  async (path) => {
    expect((await request(path, { headers: bearer })).status).toBe(404);
  },
);

test("as JSON, it shows the agents", async () => {
  const { status, text, headers } = await request("/", { headers: { ...bearer, accept: "application/json" } });
  expect(status).toBe(200);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(JSON.parse(text)).toMatchObject({
    agents: [{ agent: name(), strategy: "buyAlways", portfolio: { totalEquity: "10000" }, runs: [], nextTick: null }],
  });
  expect((await request("/", { method: "HEAD", headers: bearer })).status).toBe(200);
});

test("a browser logs in by a form, sees the page, and logs out", async () => {
  const form = await request("/", { headers: HTML });
  expect(form.status).toBe(401);
  expect(form.text).toContain('action="/login"');
  const cookie = await login();
  const page = await request("/", { headers: { ...HTML, cookie } });
  expect(page.status).toBe(200);
  expect(page.text).toContain(name());
  expect(page.text).not.toContain(env.ADMIN_TOKEN);
  expect(page.headers.get("content-security-policy")).toMatch(
    /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
  );
  const out = await post("/logout", { ...HTML, ...SAME, cookie });
  expect([out.status, out.headers.get("set-cookie")]).toEqual([
    303,
    expect.stringContaining("session=; Path=/; Max-Age=0"),
  ]);
});

test("the policy allows exactly the style of the page", async () => {
  const { text, headers } = await request("/", { headers: { ...HTML, cookie: await login() } });
  const [, style = ""] = /<style>([^]*)<\/style>/.exec(text) ?? [];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
  const hash = btoa(String.fromCodePoint(...new Uint8Array(digest)));
  expect(headers.get("content-security-policy")).toContain(`'sha256-${hash}'`);
  expect(text).not.toMatch(/<script|\sstyle=|\son[a-z]+=/);
});

test("a wrong token gets the form again, and no session", async () => {
  const answer = await post("/login", { ...HTML, ...SAME, ...FORM }, "token=wrong");
  expect([answer.status, answer.headers.get("set-cookie")]).toEqual([401, null]);
  expect(answer.text).toContain("This is not the admin token.");
});

test("a session ends after twelve hours, with another token, and if it is altered", async () => {
  const cookie = await login();
  const statusOf = async (sent: string, bindings = env): Promise<number> =>
    (await request("/", { headers: { cookie: sent } }, bindings)).status;
  expect(await statusOf(`a=b; ${cookie}`)).toBe(200);
  expect(await statusOf(cookie, { ...env, ADMIN_TOKEN: "another-token-for-tests-of-32-chars" })).toBe(401);
  const [, until = "", signature = ""] = /^session=(\d+)\.(\w+)$/.exec(cookie) ?? [];
  for (const altered of [
    `session=${Number(until) + 1}.${signature}`,
    `session=${until}.${signature.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))}`,
    `session=${until}.`,
    `session=${env.ADMIN_TOKEN}`,
    `xsession=${until}.${signature}`,
    "session=",
  ])
    expect([altered, await statusOf(altered)]).toEqual([altered, 401]);
  vi.useFakeTimers({ toFake: ["Date"], now: Number(until) - 1 });
  expect(await statusOf(cookie)).toBe(200);
  vi.setSystemTime(Number(until));
  expect(await statusOf(cookie)).toBe(401);
});

test.for<[string, Record<string, string>]>([
  ["another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
  ["another subdomain", { "sec-fetch-site": "same-site", origin: "https://evil.bot.example" }],
  ["a lying origin", { "sec-fetch-site": "cross-site", origin: ORIGIN }],
  ["an older browser on another site", { origin: "https://evil.example" }],
  ["a sandboxed page", { origin: "null" }],
  ["nobody known", {}],
])("a form of %s does nothing with a session", async ([, headers]) => {
  const cookie = await login();
  for (const path of ["/run", "/halt", "/resume", "/settle", "/logout"]) {
    const answer = await post(path, { ...HTML, ...headers, cookie });
    expect([path, answer.status, codeOf(answer)]).toEqual([path, 403, "CROSS_ORIGIN"]);
  }
  expect((await post("/login", { ...headers, ...FORM }, `token=${env.ADMIN_TOKEN}`)).status).toBe(403);
  expect(await env.AGENT.getByName(name()).status()).toMatchObject({ halted: false, runs: [] });
});

test("run places one order; the same form again none", async () => {
  const cookie = await login();
  const page = await request("/", { headers: { ...HTML, cookie } });
  const [, tick = ""] = /name="tick" value="(\d+)"/.exec(page.text) ?? [];
  const body = new URLSearchParams({ agent: name(), tick }).toString();
  const told = async (): Promise<string | null> =>
    (await post("/run", { ...HTML, ...SAME, ...FORM, cookie }, body)).headers.get("location");
  const answers = await Promise.all([told(), told(), told()]);
  expect(answers.filter((location) => location === "/?told=run")).toHaveLength(1);
  expect(await told()).toBe("/?told=done");
  const { runs } = await env.AGENT.getByName(name()).status();
  expect(runs).toMatchObject([{ outcome: "ordered", tick: { cron: "manual" } }]);
  const shown = await request("/?told=done", { headers: { ...HTML, cookie } });
  expect(shown.text).toContain("This button had already started its run");
});

test("run says as JSON what happened, also if it failed", async () => {
  const ran = await post("/run", bearer);
  expect(ran.status).toBe(200);
  expect(JSON.parse(ran.text)).toMatchObject({ reports: [{ agent: name(), outcome: "ordered", failure: null }] });
  const { runs } = await env.AGENT.getByName(name()).status();
  const again = await post("/run", { ...bearer, ...JSON_BODY }, JSON.stringify({ tick: runs[0]?.tick.scheduledTime }));
  expect([again.status, JSON.parse(again.text)]).toEqual([
    409,
    { reports: [{ agent: name(), outcome: "skipped", why: "done" }] },
  ]);
  const strategy = buyAlways(() => {
    throw new Error("no idea");
  });
  agents.set(name(), { ...(agents.get(name()) ?? { mandate }), strategy });
  expect((await post("/run", bearer)).status).toBe(502);
});

test("halt and resume, for all agents or one", async () => {
  const { client } = await openExchange();
  const other = `other-${crypto.randomUUID()}`;
  agents.set(other, { client, mandate, strategy: buyAlways() });
  const halted = await post("/halt", { ...bearer, ...JSON_BODY }, '{"reason":"strange prices"}');
  expect(halted.status).toBe(200);
  expect(JSON.parse(halted.text)).toMatchObject({ reports: [{ cancelled: 0, problems: [] }, { cancelled: 0 }] });
  await evictDurableObject(env.AGENT.getByName(other));
  expect((await post("/resume", { ...bearer, ...FORM }, `agent=${other}&by=Ada`)).status).toBe(200);
  expect(await env.AGENT.getByName(other).status()).toMatchObject({ halted: false });
  expect(await env.AGENT.getByName(name()).status()).toMatchObject({ halted: { reason: "strange prices" } });
  const page = await request("/", { headers: { ...HTML, ...bearer } });
  expect(page.text).toContain("strange prices");
});

describe("settle", () => {
  /** An order that was lost, and two equal ones of somebody else. Returns the ID of one of these. */
  async function loseOrder(): Promise<string> {
    // Settling waits 15 s, and the page has its form only after a minute.
    const clock = fastClock(Date.now() - 600_000, 100);
    const { exchange, client } = await openExchange({ clock });
    const person = new AgentExchangeClient(client);
    const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.001" } as const;
    let other = "";
    const fetch: ClientOptions["fetch"] = async (url, init) => {
      if (init.method !== "POST" || other !== "") return exchange.fetch(url, init);
      await person.placeMarketOrder(order);
      ({ orderId: other } = await person.placeMarketOrder(order));
      throw new TypeError("fetch failed");
    };
    agents.set(name(), { client: { ...client, clock, fetch }, mandate, strategy: buyAlways() });
    await post("/run", bearer);
    return other;
  }

  test("by a form: the page shows the order, what it can be, and that it is settled", async () => {
    const other = await loseOrder();
    const cookie = await login();
    const page = await request("/", { headers: { ...HTML, cookie } });
    const [, call = ""] = /name="call" value="([^"]+)"/.exec(page.text) ?? [];
    const send = (order: string): Promise<Answer> =>
      post(
        "/settle",
        { ...HTML, ...SAME, ...FORM, cookie },
        new URLSearchParams({ agent: name(), call, order }).toString(),
      );
    const wrong = await send("<b>mine</b>");
    expect(wrong.status).toBe(400);
    expect(wrong.text).toMatch(new RegExp(`role="alert">settle: orderId must be one of .*${other}`));
    const settled = await send(other);
    expect([settled.status, settled.headers.get("location")]).toEqual([303, "/?told=executed"]);
    expect(await env.AGENT.getByName(name()).status()).toMatchObject({ unknown: [], used: { orders: 1, unknown: 0 } });
    expect((await request("/?told=executed", { headers: { ...HTML, cookie } })).text).toContain("it was executed");
  });

  test("by JSON: its pair is traded again, and the history tells what became of the order", async () => {
    await loseOrder();
    const stub = env.AGENT.getByName(name());
    const [unknown] = (await stub.status()).unknown;
    await post("/run", bearer);
    expect((await stub.status()).runs).toMatchObject([{ outcome: "refused", error: "SYMBOL_UNDECIDED" }, {}]);
    const body = JSON.stringify({ agent: name(), call: unknown?.callId, order: "none", by: "Ada" });
    const answer = await post("/settle", { ...bearer, ...JSON_BODY }, body);
    expect([answer.status, answer.text]).toEqual([200, '{"state":"not executed"}']);
    await post("/run", bearer);
    expect((await stub.status()).runs).toMatchObject([
      { outcome: "ordered", undecided: [], reconciled: [{ order: null }] },
      {},
      { outcome: "unknown" },
    ]);
  });

  test.each(["{}", '{"agent":"nobody","call":"a","order":"none"}', '{"call":"a","order":"none"}'])(
    "refuses %s",
    async (body) => {
      expect((await post("/settle", { ...bearer, ...JSON_BODY }, body)).status).toBe(400);
      const named = await post("/settle", bearer, JSON.stringify({ agent: name(), call: "a", order: "none" }));
      expect(named.status).toBe(415);
    },
  );

  test("says that the exchange cannot be asked, as a page", async () => {
    await loseOrder();
    const stub = env.AGENT.getByName(name());
    const [unknown] = (await stub.status()).unknown;
    const { client, ...settings } = agents.get(name()) ?? { mandate, strategy: buyAlways() };
    const fetch = (): Promise<Response> => Promise.reject(new TypeError("fetch failed"));
    agents.set(name(), { ...settings, client: { ...(client as ClientOptions), fetch, retry: false } });
    const body = new URLSearchParams({ agent: name(), call: unknown?.callId ?? "", order: "none" }).toString();
    const answer = await post("/settle", { ...bearer, ...HTML, ...FORM }, body);
    expect(answer.status).toBe(502);
    expect(answer.text).toMatch(/role="alert">[^<]*no response from/);
    expect(codeOf(await post("/settle", { ...bearer, ...FORM }, body))).toBe("CONNECTION_FAILED");
    expect((await stub.status()).unknown).toHaveLength(1);
  });

  test("refuses a call that the journal does not have", async () => {
    const body = JSON.stringify({ agent: name(), call: "a", order: "none" });
    const answer = await post("/settle", { ...bearer, ...JSON_BODY }, body);
    expect([answer.status, codeOf(answer)]).toEqual([400, "INVALID_BODY"]);
    expect(answer.text).toContain("callId is not in the journal");
  });
});

test.for<[string, string, string, number]>([
  ["application/json", '{"agent":"nobody"}', "UNKNOWN_AGENT", 400],
  ["application/json", '{"agent":"__proto__"}', "UNKNOWN_AGENT", 400],
  ["application/json", '{"tick":"soon"}', "INVALID_BODY", 400],
  ["application/json", '{"tick":99999999999999}', "INVALID_BODY", 400],
  ["application/json", '{"tick":-1}', "INVALID_BODY", 400],
  ["application/json", '{"ticks":1}', "INVALID_BODY", 400],
  ["application/json", '{"agent":["a"]}', "INVALID_BODY", 400],
  ["application/json", "[]", "INVALID_BODY", 400],
  ["application/json", "{", "INVALID_BODY", 400],
  ["application/json", `{"agent":"${"x".repeat(5000)}"}`, "BODY_TOO_LARGE", 413],
  ["text/plain", '{"agent":"nobody"}', "UNSUPPORTED_TYPE", 415],
])("a body of %s %j is refused with %s", async ([type, body, code, status]) => {
  const answer = await post("/run", { ...bearer, "content-type": type }, body);
  expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  expect((await env.AGENT.getByName(name()).status()).runs).toEqual([]);
});

test("texts of others are shown as texts", async () => {
  const script = "<script>alert(1)</script>";
  await post("/halt", { ...bearer, ...JSON_BODY }, JSON.stringify({ reason: script }));
  const { text } = await request(`/?told=${encodeURIComponent(script)}`, { headers: { ...HTML, ...bearer } });
  expect(text).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(text).not.toContain(script);
});

test("invalid settings are told in one line", async () => {
  agents.clear();
  const answer = await request("/", { headers: bearer });
  expect([answer.status, JSON.parse(answer.text)]).toEqual([
    500,
    { error: { code: "AGENT_FAILED", message: "The bot has no agents. Return at least one from agents(env)." } },
  ]);
});

test("an exchange that does not answer leaves the rest of the page", async () => {
  const fetch = (): Promise<Response> => Promise.reject(new TypeError("fetch failed"));
  agents.set(name(), { client: { apiKey: "ak_live_x", fetch, retry: false }, mandate, strategy: buyAlways() });
  const { status, text } = await request("/", { headers: { ...HTML, ...bearer } });
  expect(status).toBe(200);
  expect(text).toContain("The portfolio could not be read.");
});
