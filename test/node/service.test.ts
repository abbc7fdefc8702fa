// The documented service over the embedded exchange: what it answers, and that its OpenAPI document says so.
import { AgentExchangeClient, type ClientOptions } from "agentexchange";
import { createExchange, virtualClock, type Exchange } from "agentexchange/exchange";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openApi } from "../../examples/service/openapi.ts";
import { problemOf } from "../../examples/service/problems.ts";
import { createService, type Service } from "../../examples/service.ts";
import type { Hono } from "hono";

const TOKEN = "a token of the tests";
const ORDER = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" };

interface Setup {
  readonly exchange: Exchange;
  readonly client: AgentExchangeClient;
  readonly service: Service & { readonly app: Hono };
  readonly call: (path: string, init?: RequestInit) => Promise<Answer>;
  readonly order: (body: unknown, headers?: Record<string, string>) => Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

const opened: Setup[] = [];
afterEach(async () => {
  for (const { service, exchange } of opened.splice(0)) {
    await service.close();
    exchange.close();
  }
});

const validator = new Ajv2020({ strict: false, validateFormats: false });
validator.addSchema(openApi, "openapi");

/** The document's response for a request. */
function described(method: string, path: string, status: number): string {
  const paths = Object.keys(openApi.paths).toSorted(
    (a, b) => a.split("{").length - b.split("{").length || b.length - a.length,
  );
  const found = paths.find((each) => new RegExp(`^${each.replace(/\{\w+\}/g, "[^/]+")}$`).test(path)) ?? "";
  return `/paths/${found.replaceAll("/", "~1").replaceAll("{", "%7B").replaceAll("}", "%7D")}/${method.toLowerCase()}/responses/${status}`;
}

/** Every JSON answer is checked against the document. */
function check(method: string, path: string, answer: Answer): void {
  const pointer = described(method, path, answer.status);
  let node: unknown = openApi;
  for (const part of pointer.slice(1).split("/")) {
    const name = decodeURIComponent(part).replaceAll("~1", "/");
    node = (node as Record<string, unknown>)[name];
    const ref = (node as { $ref?: string } | undefined)?.$ref;
    if (ref !== undefined)
      node = ref
        .slice(2)
        .split("/")
        .reduce((at, each) => (at as Record<string, unknown>)[each] as object, openApi as object);
  }
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  const schema = (node as { content?: Record<string, { schema: object }> } | undefined)?.content?.[type]?.schema;
  expect(schema, `${method} ${path} ${answer.status} ${type}`).toBeDefined();
  const resolved = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')) as object;
  const isValid = validator.validate(resolved, answer.body);
  expect([method, path, answer.status, validator.errorsText(), answer.body], validator.errorsText()).toEqual([
    method,
    path,
    answer.status,
    isValid ? "No errors" : "valid",
    answer.body,
  ]);
}

async function setup(options: Partial<ClientOptions> = {}, exchange: Exchange = createExchange()): Promise<Setup> {
  const { apiKey } = await exchange.register();
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey, retry: false, ...options });
  const service = createService(client, TOKEN);
  const call = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const headers = new Headers({ authorization: `Bearer ${TOKEN}` });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    const response = await service.fetch(new Request(`http://service.test${path}`, { ...init, headers }));
    const answer = {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answer["body"],
    };
    if (!path.startsWith("/nowhere")) check(init.method ?? "GET", path.split("?")[0] ?? "", answer);
    return answer;
  };
  const order = (body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    call("/order", { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });
  const made = { exchange, client, service, call, order };
  opened.push(made);
  return made;
}

/** A client whose next order gets this error instead of an answer. */
const failing = (status: number, code: string, details: object = {}): Pick<ClientOptions, "fetch"> => ({
  fetch: async () =>
    Response.json({ error: { code, message: "No.", details } }, { status, headers: { "retry-after": "7" } }),
});

describe("OpenAPI", () => {
  test("describes every route, and nothing else", async () => {
    const { service } = await setup();
    const routes = service.app.routes
      .filter(({ method, path }) => method !== "ALL" && path !== "/*")
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}")}`);
    const paths = Object.entries(openApi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect([...new Set(routes)].toSorted()).toEqual(paths.toSorted());
  });

  test("is served without a token, and all its references lead somewhere", async () => {
    const { call } = await setup();
    const { body } = await call("/openapi.json", { headers: { authorization: "" } });
    expect(body).toEqual(JSON.parse(JSON.stringify(openApi)));
    expect(body["openapi"]).toBe("3.1.0");
    const refs = [...JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) => path);
    expect(refs.length).toBeGreaterThan(50);
    for (const path of new Set(refs)) {
      const target = path
        .split("/")
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], body);
      expect(target, path).toBeTypeOf("object");
    }
  });

  test("accepts the orders that the service accepts, and rejects others", async () => {
    const accepts = (body: object): boolean => validator.validate("openapi#/components/schemas/OrderInput", body);
    expect(accepts(ORDER)).toBe(true);
    expect(accepts({ ...ORDER, type: "limit", price: "50000" })).toBe(true);
    expect(accepts({ ...ORDER, type: "limit" })).toBe(false);
    expect(accepts({ ...ORDER, type: "iceberg" })).toBe(false);
    expect(accepts({ ...ORDER, side: "hold" })).toBe(false);
  });
});

describe("answers", () => {
  test("show portfolio, snapshot and orders of every type", async () => {
    const { call, order, client } = await setup();
    expect((await call("/healthz")).body).toEqual({ status: "ok" });
    expect((await call("/portfolio")).body["totalEquity"]).toBe("10000");
    const { body } = await call("/snapshot?symbols=BTCUSDT,NOSUCHUSDT");
    expect(body["entries"]).toMatchObject([
      { symbol: "BTCUSDT", error: null },
      { symbol: "NOSUCHUSDT", price: null, ticker: null, error: { status: 422, code: "INVALID_SYMBOL" } },
    ]);
    const placed = await order(ORDER);
    expect(placed.status).toBe(201);
    expect((await call(placed.headers.get("location") ?? "")).body).toMatchObject({
      status: "filled",
      quantity: "0.01",
    });
    for (const [type, fields] of [
      ["limit", { side: "buy", price: "20000" }],
      ["stop_loss", { side: "sell", triggerPrice: "20000" }],
      ["take_profit", { side: "sell", triggerPrice: "200000" }],
    ] as const) {
      const pending = await order({ ...ORDER, quantity: "0.001", type, ...fields });
      expect([type, pending.status]).toEqual([type, 201]);
    }
    expect(await client.getOpenOrders()).toHaveLength(3);
  });

  test.for<[string, RequestInit, number, string]>([
    ["/portfolio", { headers: { authorization: "" } }, 401, "UNAUTHORIZED"],
    ["/portfolio", { headers: { authorization: "Bearer x" } }, 401, "UNAUTHORIZED"],
    ["/order", { method: "POST", headers: { authorization: TOKEN } }, 401, "UNAUTHORIZED"],
    ["/events", { headers: { authorization: "" } }, 401, "UNAUTHORIZED"],
    ["/snapshot", {}, 422, "VALIDATION_ERROR"],
    ["/snapshot?symbols=,", {}, 422, "VALIDATION_ERROR"],
    [
      `/snapshot?symbols=${Array.from({ length: 21 }, (_, index) => `A${index}USDT`).join(",")}`,
      {},
      422,
      "VALIDATION_ERROR",
    ],
    ["/events?symbols=BTC/USDT", {}, 422, "VALIDATION_ERROR"],
    ["/order/6a0e6f0c-8f3e-4d67-a0a5-1c2f4b9d7e20", {}, 404, "ORDER_NOT_FOUND"],
    ["/order/x", {}, 422, "VALIDATION_ERROR"],
    ["/order/outcome/x", {}, 404, "NOT_FOUND"],
    ["/nowhere", {}, 404, "NOT_FOUND"],
  ])("%s: %o", async ([path, init, status, code]) => {
    const { call } = await setup();
    const answer = await call(path, init);
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.headers.has("www-authenticate")).toBe(status === 401);
  });

  test.for<[unknown, number, string]>([
    ["", 400, "INVALID_JSON"],
    ["{", 400, "INVALID_JSON"],
    [null, 422, "VALIDATION_ERROR"],
    [[], 422, "VALIDATION_ERROR"],
    ['"BTCUSDT"', 422, "VALIDATION_ERROR"],
    [{}, 422, "VALIDATION_ERROR"],
    [{ ...ORDER, quantity: -1 }, 422, "VALIDATION_ERROR"],
    [{ ...ORDER, side: "hold" }, 422, "VALIDATION_ERROR"],
    [{ ...ORDER, type: "iceberg" }, 422, "VALIDATION_ERROR"],
    [{ ...ORDER, type: "limit" }, 422, "VALIDATION_ERROR"],
    [{ ...ORDER, price: "1" }, 422, "VALIDATION_ERROR"],
    [{ ...ORDER, symbol: "NOSUCHUSDT" }, 422, "ORDER_REJECTED"],
    [{ ...ORDER, quantity: "1" }, 422, "ORDER_REJECTED"],
    [{ ...ORDER, note: "x".repeat(20_000) }, 413, "TOO_LARGE"],
  ])("the order %j", async ([body, status, code]) => {
    const { order, client } = await setup();
    expect(await order(body)).toMatchObject({ status, body: { status, code } });
    expect(await client.listOrders()).toEqual([]);
  });

  test.for<[number, string, number, string]>([
    [401, "INVALID_API_KEY", 502, "UPSTREAM_CREDENTIALS"],
    [403, "PERMISSION_DENIED", 403, "PERMISSION_DENIED"],
    [429, "RATE_LIMIT_EXCEEDED", 429, "RATE_LIMIT_EXCEEDED"],
    [500, "INTERNAL_ERROR", 502, "INTERNAL_ERROR"],
    [503, "SERVICE_UNAVAILABLE", 503, "SERVICE_UNAVAILABLE"],
  ])("%i %s of the exchange is %i", async ([sent, code, status, shown]) => {
    const { call } = await setup(failing(sent, code));
    const answer = await call("/portfolio");
    expect(answer).toMatchObject({ status, body: { status, code: shown } });
    expect(answer.headers.get("retry-after")).toBe(status === 429 ? "7" : null);
    expect(JSON.stringify(answer.body)).not.toContain("ak_live_");
  });

  test.for<[string, number]>([
    ["STRATEGY_NOT_FOUND", 404],
    ["STRATEGY_INVALID_STATE", 409],
    ["ORDER_NOT_CANCELLABLE", 409],
    ["INSUFFICIENT_BALANCE", 422],
  ])("%s is %i", async ([code, status]) => {
    const client = new AgentExchangeClient({ ...failing(status, code), apiKey: "ak_live_x", retry: false });
    const error: unknown = await client
      .cancelOrder("6a0e6f0c-8f3e-4d67-a0a5-1c2f4b9d7e20")
      .catch((reason: unknown) => reason);
    expect(problemOf(error)).toMatchObject({ status, code });
  });

  test.for<[string, Partial<ClientOptions>, number, string]>([
    ["cannot be reached", { fetch: () => Promise.reject(new TypeError("fetch failed")) }, 502, "CONNECTION_FAILED"],
    ["answers nonsense", { fetch: async () => new Response("<html>") }, 502, "BROKEN_BODY"],
    ["does not answer", { fetch: () => new Promise(() => {}), timeout: 20 }, 504, "TIMEOUT"],
  ])("an exchange that %s", async ([, options, status, code]) => {
    expect(await (await setup(options)).call("/portfolio")).toMatchObject({ status, body: { status, code } });
  });

  test("an error of the service itself is 500 and says nothing else", async () => {
    const { client, call } = await setup();
    vi.spyOn(client, "getPortfolio").mockRejectedValue(new Error("secret detail"));
    const { status, body } = await call("/portfolio");
    expect([status, body["detail"]]).toEqual([500, "The service failed."]);
  });
});

describe("orders with an unknown outcome", () => {
  /** Loses the answers to orders: executed, or not even received. */
  async function lossy(executed: boolean): Promise<Setup & { readonly lose: (count: number) => void }> {
    const exchange = createExchange({ clock: virtualClock("2026-03-05T14:00:00Z") });
    let left = 0;
    const made = await setup(
      {
        fetch: async (url, init) => {
          if (init.method !== "POST" || left === 0) return exchange.fetch(url, init);
          left--;
          if (executed) await exchange.fetch(url, init);
          throw new TypeError("fetch failed");
        },
      },
      exchange,
    );
    return { ...made, lose: (count) => (left = count) };
  }

  test("are answered with 202 and where to ask, and found there", async () => {
    const { order, call, client, lose } = await lossy(true);
    lose(1);
    const { status, body, headers } = await order(ORDER);
    expect([status, body]).toEqual([202, { unknown: true, outcome: headers.get("location") }]);
    const found = await call(headers.get("location") ?? "");
    expect(found).toMatchObject({ status: 200, body: { status: "filled", symbol: "BTCUSDT" } });
    expect(await client.getTradeHistory()).toHaveLength(1);
  });

  test("that do not exist are 404 after a while, and their key can be used again", async () => {
    const { order, call, client, exchange, lose } = await lossy(false);
    const key = { "Idempotency-Key": "a/b?c" };
    lose(1);
    const { status, headers } = await order(ORDER, key);
    expect(status).toBe(202);
    expect((await order(ORDER, key)).status).toBe(202);
    const asked = call(headers.get("location") ?? "");
    const timer = setInterval(() => void exchange.advance(500), 1);
    expect(await asked).toMatchObject({ status: 404, body: { code: "ORDER_NOT_PLACED" } });
    clearInterval(timer);
    expect((await order(ORDER, key)).status).toBe(201);
    expect(await client.getTradeHistory()).toHaveLength(1);
  });
});

describe("an Idempotency-Key", () => {
  test("places one order, however many requests have it, and goes on to the exchange", async () => {
    const keys: (string | null)[] = [];
    const exchange = createExchange();
    const fetch: ClientOptions["fetch"] = (url, init) => {
      if (init.method === "POST") keys.push(new Headers(init.headers).get("idempotency-key"));
      return exchange.fetch(url, init);
    };
    const { order, client } = await setup({ fetch }, exchange);
    const key = { "Idempotency-Key": "order-7" };
    const answers = await Promise.all(Array.from({ length: 10 }, () => order(ORDER, key)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${String(body["orderId"])}`)).size).toBe(1);
    expect(await client.getTradeHistory()).toHaveLength(1);
    expect(keys).toEqual(["order-7"]);
    expect(await order({ ...ORDER, quantity: "0.02" }, key)).toMatchObject({
      status: 422,
      body: { code: "IDEMPOTENCY_KEY_REUSED" },
    });
    expect((await order(ORDER, { "Idempotency-Key": "x".repeat(256) })).status).toBe(400);
    expect((await order(ORDER)).status).toBe(201);
  });

  test("gets the same rejection again, and can be used again after an order that was not sent", async () => {
    const exchange = createExchange();
    let isDown = true;
    const fetch: ClientOptions["fetch"] = (url, init) =>
      isDown ? Promise.resolve(new Response(null, { status: 429 })) : exchange.fetch(url, init);
    const { order } = await setup({ fetch, rateLimit: false }, exchange);
    expect((await order(ORDER, { "Idempotency-Key": "order-8" })).status).toBe(429);
    isDown = false;
    expect((await order(ORDER, { "Idempotency-Key": "order-8" })).status).toBe(201);
    const large = { ...ORDER, quantity: "1" };
    for (const status of [422, 422]) expect((await order(large, { "Idempotency-Key": "order-9" })).status).toBe(status);
  });
});

/** Reads server-sent events one by one. */
function eventsOf(response: Response): (() => Promise<
  { readonly event: string; readonly data: Record<string, unknown> } | undefined
>) & {
  cancel(): Promise<void>;
} {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = "";
  const next = async (): ReturnType<ReturnType<typeof eventsOf>> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(text.slice(0, Math.max(0, end))) ?? [];
      if (end >= 0) text = text.slice(end + 2);
      if (event !== "") return { event, data: JSON.parse(data) as Record<string, unknown> };
      if (end >= 0) continue;
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  };
  return Object.assign(next, { cancel: () => reader.cancel() });
}

describe("events", () => {
  const open = async ({ service }: Setup, query: string, signal?: AbortSignal): Promise<Response> => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    return service.fetch(new Request(`http://service.test/events${query}`, { headers, ...(signal ? { signal } : {}) }));
  };

  test("are prices of the pairs and fills, until the service shuts down", async () => {
    const made = await setup();
    const response = await open(made, "?symbols=BTCUSDT,ETHUSDT");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const next = eventsOf(response);
    const price = await next();
    expect(price).toMatchObject({ event: "price", data: { price: expect.stringMatching(/^[\d.]+$/) as string } });
    const { body } = await made.order(ORDER);
    for (;;) {
      const seen = await next();
      if (seen?.event !== "fill") continue;
      expect(seen.data).toMatchObject({ orderId: body["orderId"], status: "filled" });
      break;
    }
    const closed = made.service.close();
    let last = await next();
    while (last !== undefined) last = await next();
    await closed;
    expect((await made.service.fetch(new Request("http://service.test/healthz"))).status).toBe(503);
  });

  test("of a pair that does not exist end with a problem", async () => {
    const next = eventsOf(await open(await setup(), "?symbols=NOSUCHUSDT"));
    expect(await next()).toMatchObject({ event: "problem", data: { status: 422, code: "INVALID_SYMBOL" } });
    expect(await next()).toBeUndefined();
  });

  test("end their subscription when the caller is gone, and share one connection until then", async () => {
    const exchange = createExchange();
    const sockets: { readonly readyState: number }[] = [];
    const Base = exchange.connection.WebSocket;
    class Counted extends Base {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    }
    const made = await setup({ WebSocket: Counted }, exchange);
    const callers = (await Promise.all([1, 2, 3].map(() => open(made, "?symbols=BTCUSDT")))).map(eventsOf);
    for (const next of callers) expect((await next())?.event).toBe("price");
    expect(sockets).toHaveLength(1);
    await callers.pop()?.cancel();
    expect((await callers[0]?.())?.event).toBe("price");
    for (const caller of callers) await caller.cancel();
    await expect.poll(() => sockets[0]?.readyState).toBe(WebSocket.CLOSED);
  });

  test("wait for a slow caller: only the newest price of a pair is kept", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const exchange = createExchange({ clock });
    const made = await setup({}, exchange);
    const response = await open(made, "?symbols=BTCUSDT");
    await exchange.advance(60_000);
    const next = eventsOf(response);
    const prices: unknown[] = [];
    const reading = (async () => {
      for (let seen = await next(); seen !== undefined; seen = await next())
        prices.push(seen.data["timestamp"] ?? seen.data);
    })();
    await exchange.advance(0);
    await made.service.close();
    await reading;
    expect(prices.length).toBeLessThanOrEqual(3);
  });
});

test("a shutdown waits for the order in flight", async () => {
  const exchange = createExchange();
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const fetch: ClientOptions["fetch"] = async (url, init) => {
    if (init.method === "POST") await gate;
    return exchange.fetch(url, init);
  };
  const { order, service } = await setup({ fetch }, exchange);
  const placing = order(ORDER);
  await new Promise((resolve) => setImmediate(resolve));
  let isClosed = false;
  const closing = service.close().then(() => (isClosed = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isClosed).toBe(false);
  release();
  expect((await placing).status).toBe(201);
  await closing;
});
