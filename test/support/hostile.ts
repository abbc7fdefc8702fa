// Requests that a gateway must refuse, each made from one that it would accept.
import { signRequest } from "../../src/signing/index.ts";
import { endpointsByName } from "../../src/tools/catalogue/endpoints.ts";
import { BASE, HOST, ORIGIN, SECRETS, TRADING, withHeaders } from "./gateway.ts";
import { below, pick } from "./seeded.ts";

export const ORDER = JSON.stringify({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001" });

/** A request before it is signed. */
export interface Plan {
  readonly method: string;
  readonly target: string;
  readonly body?: string | undefined;
  readonly base?: string;
  readonly timestamp: number;
  readonly secret?: string;
  readonly caller?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function signedBy(plan: Plan): Promise<Request> {
  const { method, target, body, base = BASE, timestamp, secret = SECRETS.trader, caller = "trader" } = plan;
  const headers: Record<string, string> = {
    ...(await signRequest({ method, target, body }, secret, { timestamp })),
    "X-API-Key": caller,
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
  };
  const request = new Request(base + target, { method, headers, ...(body === undefined ? {} : { body }) });
  return plan.headers === undefined ? request : withHeaders(request, plan.headers);
}

/** What a kind of attack needs. */
export interface Attack {
  readonly random: () => number;
  /** Unused by any other request. */
  readonly timestamp: number;
  readonly plan: Plan;
  /** A request that was accepted before. */
  readonly accepted: Request;
  readonly token: string;
  readonly ticket: string;
  readonly expired: string;
}

type Kind = (attack: Attack) => Request | Promise<Request>;

const changed = (text: string, random: () => number): string => {
  const at = below(random, text.length);
  const other = text[at] === "0" ? "1" : "0";
  return text.slice(0, at) + other + text.slice(at + 1);
};

function withToken(token: string, { method, target, body }: Plan): Request {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return new Request(BASE + target, { method, headers, ...(body === undefined ? {} : { body }) });
}

/** A path that servers could read differently, with what it would mean. */
const PATHS = [
  "/api/v1/trade%2Forder",
  "/api/v1/trade/%2e%2e/account/reset",
  "/api/v1/trade/../account/reset",
  "/api/v1/./account/reset",
  "/api/v1//account/balance",
  "//api/v1/account/balance",
  "/api/v1/account/balance/",
  "/api/v1/account/balance%00",
  "/api/v1/account/balance%00.json",
  "/api/v1/account\\reset",
  "/api/v1/account%5Cbalance",
  "/API/v1/account/balance",
  "/api/v1/account/Balance",
  "/api/v1/account/balancé",
  "/api/v1/account/balance;a=b",
  "/api/v1/account/balance%0d%0aHost:%20evil.example",
  "/https://evil.example/api/v1/account/balance",
  "/api/v1/trade/order/%2e%2e%2forders",
  "/api/v2/account/balance",
  "/ws/v1",
  "/api/v1/agents/OVERVIEW",
  "/",
] as const;

const REWRITES = [
  "x-http-method-override",
  "x-method-override",
  "x-original-url",
  "x-rewrite-url",
  "x-http-method",
] as const;

const FOREIGN = [...endpointsByName.values()].filter(
  ({ name, access }) => !TRADING.some((allowed) => allowed === name) && access !== "public",
);

/** By name, so that a failure tells which one passed. */
export const KINDS: Readonly<Record<string, Kind>> = {
  replayed: ({ accepted }) => accepted,
  "replayed with another nonce": ({ accepted }) => withHeaders(accepted, { "x-nonce": "other" }),
  "replayed in upper case": ({ accepted }) =>
    withHeaders(accepted, { "x-signature": (accepted.headers.get("x-signature") ?? "").toUpperCase() }),
  "altered body": async ({ plan }) => {
    const request = await signedBy({ ...plan, method: "POST", target: "/api/v1/trade/order", body: ORDER });
    return new Request(request, { body: ORDER.replace("0.001", "0.009"), method: "POST" });
  },
  "altered signature": async ({ plan, random }) => {
    const request = await signedBy(plan);
    return withHeaders(request, { "x-signature": changed(request.headers.get("x-signature") ?? "", random) });
  },
  "altered timestamp": async ({ plan }) => {
    const request = await signedBy(plan);
    return withHeaders(request, { "x-timestamp": String(plan.timestamp + 1) });
  },
  "altered query": async ({ plan }) => {
    const request = await signedBy({ ...plan, method: "GET", target: "/api/v1/trade/orders", body: undefined });
    return new Request(`${request.url}?limit=1`, request);
  },
  "another caller": async ({ plan }) => withHeaders(await signedBy(plan), { "x-api-key": "viewer" }),
  "unknown caller": ({ plan }) => signedBy({ ...plan, caller: "nobody" }),
  "strange caller": ({ plan }) => signedBy({ ...plan, caller: "__proto__" }),
  "wrong secret": ({ plan }) => signedBy({ ...plan, secret: SECRETS.viewer }),
  late: ({ plan, random }) => signedBy({ ...plan, timestamp: plan.timestamp - 60_000 - below(random, 1e6) }),
  early: ({ plan, random }) => signedBy({ ...plan, timestamp: plan.timestamp + 60_000 + below(random, 1e6) }),
  unsigned: ({ plan }) => new Request(BASE + plan.target, { method: plan.method, body: plan.body ?? null }),
  oversized: ({ plan }) =>
    signedBy({ ...plan, method: "POST", target: "/api/v1/trade/order", body: ORDER + " ".repeat(70_000) }),
  "length that lies": async ({ plan }) => withHeaders(await signedBy(plan), { "content-length": "99999999" }),
  "two lengths": async ({ plan }) => withHeaders(await signedBy(plan), { "content-length": "3, 5" }),
  "length and chunks": async ({ plan }) =>
    withHeaders(await signedBy(plan), { "content-length": "3", "transfer-encoding": "chunked" }),
  "strange encoding": async ({ plan }) => withHeaders(await signedBy(plan), { "transfer-encoding": "xchunked" }),
  compressed: async ({ plan }) => withHeaders(await signedBy(plan), { "content-encoding": "gzip" }),
  rewriting: async ({ plan, random }) => withHeaders(await signedBy(plan), { [pick(random, REWRITES)]: "DELETE" }),
  "wrong host": ({ plan, random }) =>
    signedBy({
      ...plan,
      base: pick(random, ["https://evil.example", `https://${HOST}.evil.example`, "http://127.0.0.1"]),
    }),
  "another Host": async ({ plan }) => withHeaders(await signedBy(plan), { host: "evil.example" }),
  "wrong origin": ({ plan, random }) =>
    signedBy({
      ...plan,
      headers: { origin: pick(random, ["https://evil.example", "null", `${ORIGIN}.evil.example`, `${ORIGIN}:8443`]) },
    }),
  "strange path": ({ plan, random }) =>
    signedBy({ ...plan, method: "GET", body: undefined, target: pick(random, PATHS) }),
  "foreign operation": ({ plan, random }) => {
    const { method, path, base = "/api/v1" } = FOREIGN[below(random, FOREIGN.length)] ?? { method: "GET", path: "/" };
    const target = base + path.replaceAll(/\{\w+\}/g, "0f0e0d0c-0b0a-4908-8706-050403020100");
    return signedBy({ ...plan, method, target, body: method === "GET" || method === "DELETE" ? undefined : "{}" });
  },
  "unknown parameter": ({ plan, random }) => {
    const query = pick(random, ["api_key=ak_live_x", "limit=1&limit=2", "agent_id=1", "limit=%00", "__proto__=1"]);
    return signedBy({ ...plan, method: "GET", body: undefined, target: `/api/v1/trade/orders?${query}` });
  },
  "another agent": async ({ plan }) =>
    withHeaders(await signedBy(plan), { "x-agent-id": "0f0e0d0c-0b0a-4908-8706-050403020100" }),
  "two credentials": async ({ plan, token }) => withHeaders(await signedBy(plan), { authorization: `Bearer ${token}` }),
  "altered token": ({ plan, token, random }) => withToken(changed(token, random), plan),
  "expired token": ({ plan, expired }) => withToken(expired, plan),
  "ticket as token": ({ plan, ticket }) => withToken(ticket, plan),
  "token without a signature": ({ plan, token }) =>
    withToken(`${btoa('{"alg":"none"}').replaceAll("=", "")}.${token.split(".")[1]}.`, plan),
  "key of the platform as token": ({ plan }) => withToken("ak_live_canary", plan),
  "wrong method": ({ plan, random }) =>
    signedBy({
      ...plan,
      method: pick(random, ["HEAD", "OPTIONS", "PUT", "PATCH"]),
      body: undefined,
      target: "/api/v1/trade/order",
    }),
  "form of a page": async ({ plan }) => {
    const request = await signedBy({ ...plan, method: "POST", target: "/api/v1/trade/order", body: ORDER });
    return withHeaders(request, { "content-type": "text/plain" });
  },
  "order with unknown fields": ({ plan }) =>
    signedBy({ ...plan, method: "POST", target: "/api/v1/trade/order", body: ORDER.replace("{", '{"agent_id":"x",') }),
};
