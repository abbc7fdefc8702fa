import { describe, expect, it } from "vitest";
import { randomWalkMarket, type Exchange } from "../../../src/exchange/index.ts";
import { cases } from "../../support/runtime.ts";
import { BOTH } from "./backtests.ts";
import { fuzzer, type FuzzedRequest, type Known } from "./fuzzedRequests.ts";
import { open, send, trader, type Trader } from "./trader.ts";

const SEED = 20_260_105;
const ORIGIN = "http://exchange.test";
const UUID = /"([a-z_]*id)":"([0-9a-f]{8}-[0-9a-f-]{27})"/g;
const KEY = /"api_key":"(ak_live_[\w-]+)"/g;
const MAX_IDS = 60;
const MAX_KEYS = 12;

/** What is wrong with a response; undefined if it is well-formed. */
function fault(method: string, { status, headers }: Response, text: string, mayCrash: boolean): string | undefined {
  if (status >= 500 && status !== 501 && status !== 503 && !mayCrash) return "a crash";
  // Responses to HEAD have no body.
  if (status === 204 || status === 307 || method === "HEAD")
    return text === "" || method === "HEAD" ? undefined : "a body";
  const type = headers.get("content-type");
  if (type === null) return "no content type";
  // Pre-flight responses are plain text.
  if (method === "OPTIONS" && type.startsWith("text/plain")) return undefined;
  if (type !== "application/json") return status === 200 && text !== "" ? undefined : `an error as ${type}`;
  const body = JSON.parse(text) as { readonly error?: Record<string, unknown>; readonly detail?: unknown } | null;
  if (status < 300) return typeof body === "object" && body !== null ? undefined : "no object";
  if (body?.error !== undefined) {
    const { code, message } = body.error;
    return typeof code === "string" && typeof message === "string" ? undefined : "an error without code or message";
  }
  if (typeof body?.detail === "string") return undefined;
  const isIssue = (issue: unknown): boolean => {
    const { type: kind, loc, msg } = issue as Record<string, unknown>;
    return typeof kind === "string" && typeof msg === "string" && Array.isArray(loc) && loc.length > 0;
  };
  const isList = status === 422 && Array.isArray(body?.detail) && body.detail.length > 0;
  return isList && (body.detail as unknown[]).every(isIssue) ? undefined : "an error of no known shape";
}

const KIB = 1024;
const utf8 = new TextEncoder();

/** The size limit of a response: ten times its request plus 64 KiB; lists may have 2 KiB more for each row. */
function maxBytes({ method, target, headers, body = "" }: FuzzedRequest, status: number, text: string): number {
  const request = [method, target, ...Object.entries(headers).flat(), body].reduce(
    (sum, part) => sum + utf8.encode(part).length,
    0,
  );
  const max = 10 * request + 64 * KIB;
  if (status !== 200 || method !== "GET" || text.length <= max) return max;
  const { searchParams } = new URL(target, ORIGIN);
  const page = Number(searchParams.get("limit") ?? 100);
  const lists = Object.values(JSON.parse(text) as object).filter((part) => Array.isArray(part));
  return max + Math.min(page, ...lists.map(({ length }) => length)) * 2 * KIB;
}

/** Remembers ids and keys of a response, so that later requests refer to existing objects. */
function learn(known: Known, text: string, chosen: number): void {
  const excerpt = text.slice(0, 5000);
  for (const [, name = "", id = ""] of excerpt.matchAll(UUID)) {
    if (known.ids.some((each) => each.id === id && each.name === name)) continue;
    if (known.ids.length < MAX_IDS) known.ids.push({ name, id });
    else known.ids[chosen % MAX_IDS] = { name, id };
  }
  for (const [, key = ""] of excerpt.matchAll(KEY)) if (known.keys.length < MAX_KEYS) known.keys.push(key);
}

/** Drops a key that is no longer valid, and keeps the keys of at least two accounts. */
async function keepKeys(exchange: Exchange, known: Known, rejected?: string): Promise<void> {
  const at = known.keys.indexOf(rejected ?? "");
  if (at >= 0) known.keys.splice(at, 1);
  while (known.keys.length < 4) {
    const { apiKey, accountKey } = await exchange.register({ startingBalance: "1000000" });
    known.keys.push(apiKey, accountKey);
  }
}

async function fuzz(fidelity: (typeof BOTH)[number], count: number): Promise<Map<number, number>> {
  const next = fuzzer(SEED);
  const webhookFetch = async (): Promise<Response> => new Response(null, { status: 200 });
  const exchange = open({ market: randomWalkMarket({ seed: 3 }), fidelity, webhookFetch, insecureKeys: true });
  const known: Known = { ids: [], keys: [] };
  const statuses = new Map<number, number>();
  for (let at = 0; at < count; at++) {
    await keepKeys(exchange, known);
    const request: FuzzedRequest = next(known);
    const { method, target, headers, body } = request;
    let wrong: string | undefined;
    try {
      const init = { method, headers, ...(body === undefined ? {} : { body }) };
      const response = await exchange.fetch(`${ORIGIN}${target}`, init);
      const text = await response.text();
      wrong = fault(method, response, text, fidelity === "observed");
      const max = maxBytes(request, response.status, text);
      const bytes = utf8.encode(text).length;
      if (wrong === undefined && bytes > max) wrong = `${bytes} bytes instead of at most ${max}`;
      if (wrong !== undefined) wrong += `: ${response.status} ${text.slice(0, 300)}`;
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      learn(known, text, at);
      if (response.status === 401) await keepKeys(exchange, known, headers["x-api-key"]);
      if (at % 50 === 0) await exchange.advance(20_000);
    } catch (error) {
      wrong = `it threw ${String(error)}`;
    }
    if (wrong !== undefined) throw new Error(`seed ${SEED}, request ${at}, ${JSON.stringify(request)}: ${wrong}`);
  }
  exchange.close();
  return statuses;
}

describe("random requests", () => {
  // An unhandled rejection fails the run in every runtime.
  it.each(BOTH)("get well-formed responses (%s)", { timeout: 120_000 }, async (fidelity) => {
    const statuses = await fuzz(fidelity, cases(20_000, 2000));
    // Most requests must reach their endpoint, or the test proves nothing.
    for (const status of [200, 201, 400, 401, 403, 404, 405, 409, 422, 501])
      expect([status, (statuses.get(status) ?? 0) > 0]).toEqual([status, true]);
  });
});

describe("absurd sizes", () => {
  const setup = async (): Promise<Trader> => trader(open({}));
  const order = { symbol: "BTCUSDT", side: "buy", type: "market" };
  const MIB = 1024 * 1024;

  it("of bodies: more than 1 MiB is 413, on every path", async () => {
    const owner = await setup();
    for (const path of ["/trade/order", "/strategies", "/metrics/deflated-sharpe", "/nowhere"]) {
      const { status, json } = await owner.send("POST", path, `{"x":"${"x".repeat(MIB)}"}`);
      expect([path, status, json]).toEqual([path, 413, { detail: "Request body too large" }]);
    }
    const full = `{"x":"${"x".repeat(MIB - 8)}"}`;
    expect(full.length).toBe(MIB);
    expect((await owner.send("POST", "/trade/order", full)).status).toBe(422);
  });

  it("of bodies are counted in bytes, not in characters", async () => {
    const owner = await setup();
    expect((await owner.send("POST", "/trade/order", `{"x":"${"é".repeat(MIB / 2)}"}`)).status).toBe(413);
  });

  it("of streamed bodies: reading stops at the limit", async () => {
    let pulled = 0;
    const chunk = new Uint8Array(64 * 1024).fill(32);
    const endless = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(chunk);
      },
    });
    const init = { method: "POST", body: endless, duplex: "half" };
    const request = new Request("http://exchange.test/api/v1/trade/order", init);
    // Runtimes without request streams send a string.
    const isStreamed = request.headers.get("content-type") === null;
    expect((await open({}).fetch(request)).status).toBe(isStreamed ? 413 : 401);
    expect(pulled).toBeLessThan(2 + 16 + 2);
  });

  it.each([
    ["lists", "[".repeat(10_000) + "]".repeat(10_000)],
    ["objects", '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000)],
    ["lists that never end", "[".repeat(1_000_000)],
    ["a field", `{"definition":${"[".repeat(10_000)}${"]".repeat(10_000)}}`],
  ])("of nesting: %s", async (_, body) => {
    const owner = await setup();
    for (const path of ["/strategies", "/trade/order", "/training/runs", "/auth/register"]) {
      const { status, json } = await owner.send("POST", path, body);
      expect([path, status, json.detail[0]?.type]).toEqual([path, 422, "json_invalid"]);
    }
  });

  it.each([
    ["whole", "9".repeat(500_000)],
    ["after the point", `0.${"0".repeat(500_000)}1`],
    ["of an exponent", `1e${"9".repeat(500_000)}`],
    ["of a negative exponent", `1e-${"9".repeat(400)}`],
  ])("of numbers: %s", async (_, digits) => {
    const owner = await setup();
    for (const quantity of [`"${digits}"`, digits]) {
      const market = JSON.stringify({ ...order, quantity: 0 }).replace(":0}", `:${quantity}}`);
      expect([400, 422]).toContain((await owner.send("POST", "/trade/order", market)).status);
      const limit = JSON.stringify({ ...order, type: "limit", quantity: 1, price: 0 }).replace(":0}", `:${quantity}}`);
      expect([400, 422]).toContain((await owner.send("POST", "/trade/order", limit)).status);
      const balance = `{"display_name":"x","starting_balance":${quantity}}`;
      expect((await owner.send("POST", "/auth/register", balance)).status).toBe(422);
      expect((await owner.send("POST", "/backtest/create", balance)).status).toBe(422);
    }
    expect((await owner.get(`/trade/orders?limit=${digits.slice(0, 10_000)}`)).status).toBe(422);
  });

  it("of queries, paths and headers", async () => {
    const exchange = open({});
    const owner = await trader(exchange);
    const long = "A".repeat(500_000);
    expect((await owner.get(`/market/prices?symbols=${long}`)).json.count).toBe(0);
    expect((await owner.get(`/trade/history?symbol=${long}`)).status).toBe(200);
    const many = Array.from({ length: 50_000 }, (_, at) => `limit=${(at % 50) + 1}`).join("&");
    expect((await owner.get(`/trade/orders?${many}`)).status).toBe(200);
    expect((await owner.get(`/market/price/${long}`)).status).toBe(400);
    expect((await send(exchange, "GET", `/${"a/".repeat(200_000)}`)).status).toBe(401);
    expect((await owner.get(`/${"a/".repeat(200_000)}`)).status).toBe(404);
    expect((await owner.get("/account/info", { "x-api-key": long })).status).toBe(401);
  });

  it("of backtests: ten thousand years", async () => {
    const owner = await setup();
    const plan = { start_time: "0001-01-01T00:00:00Z", end_time: "9999-12-31T00:00:00Z", starting_balance: "1000" };
    expect([400, 422]).toContain((await owner.send("POST", "/backtest/create", plan)).status);
  });
});
