// A gateway in front of an embedded exchange that can lose the answers to orders.
import { AgentExchangeClient } from "../../src/client/index.ts";
import { createGateway } from "../../src/gateway/index.ts";
import type { Caller, Gateway, GatewayOptions } from "../../src/gateway/index.ts";
import { signRequest } from "../../src/signing/index.ts";
import type { ClientOptions } from "../../src/transport/index.ts";
import { lossyExchange, type LossyExchange } from "./lossyExchange.ts";

export const HOST = "gateway.example.com";
export const BASE = `https://${HOST}`;
export const ORIGIN = "https://dashboard.example.com";
export const SECRETS = {
  trader: "secret-of-the-trader-0123456789abcdef",
  viewer: "secret-of-the-viewer-0123456789abcdef",
} as const;
export const TOKEN_SECRET = "signs-tokens-0123456789-0123456789-0123456789";

export const PLACE = ["placeMarketOrder", "placeLimitOrder", "placeStopLoss", "placeTakeProfit"] as const;
export const TRADING = ["getBalance", "listOrders", "getOrder", "getOpenOrders", "cancelOrder", ...PLACE] as const;

export const CALLERS: Readonly<Record<string, Caller>> = {
  trader: { secret: SECRETS.trader, allow: TRADING, channels: ["ticker", "orders"] },
  viewer: { secret: SECRETS.viewer, allow: ["getPrice", "getPortfolio", "getAccountInfo"] },
  browser: { allow: TRADING, channels: ["ticker", "orders"] },
};

export interface GatewayDesk extends LossyExchange {
  readonly gateway: Gateway;
  /** Errors that the gateway reported. */
  readonly failures: readonly unknown[];
  /** Options of a client whose requests go to the gateway. */
  readonly connection: ClientOptions;
  createCaller(options: ClientOptions): AgentExchangeClient;
  /** A signed request of a caller. */
  signed(id: keyof typeof SECRETS, method: string, target: string, body?: string): Promise<Request>;
  token(): Promise<string>;
}

export async function gatewayDesk(
  options: Partial<GatewayOptions> = {},
  exchange: Parameters<typeof lossyExchange> = [],
): Promise<GatewayDesk> {
  const lossy = await lossyExchange(...exchange);
  const { clock, clientOptions } = lossy;
  const failures: unknown[] = [];
  const gateway = createGateway({
    upstream: { ...clientOptions, WebSocket: lossy.exchange.connection.WebSocket },
    hosts: [HOST],
    origins: [ORIGIN],
    callers: (id) => CALLERS[id],
    login: (request) => (request.headers.get("authorization") === "Basic password" ? "browser" : null),
    tokenSecret: TOKEN_SECRET,
    onError: (error) => void failures.push(error),
    ...options,
  });
  const connection: ClientOptions = {
    baseUrl: BASE,
    clock,
    rateLimit: false,
    retry: { random: () => 0.5 },
    fetch: (url, init) => gateway.fetch(new Request(url, init)),
  };
  return {
    ...lossy,
    gateway,
    failures,
    connection,
    createCaller: (caller) => new AgentExchangeClient({ ...connection, ...caller }),
    async signed(id, method, target, body) {
      const headers: Record<string, string> = {
        ...(await signRequest({ method, target, body }, SECRETS[id], { timestamp: clock.now() })),
        "X-API-Key": id,
      };
      if (body !== undefined) headers["Content-Type"] = "application/json";
      return new Request(BASE + target, { method, headers, ...(body === undefined ? {} : { body }) });
    },
    async token() {
      const init = { method: "POST", headers: { authorization: "Basic password" } };
      const request = new Request(`${BASE}/gateway/token`, init);
      const response = await gateway.fetch(withHeaders(request, { origin: ORIGIN }));
      return ((await response.json()) as { readonly token: string }).token;
    },
  };
}

/** A request with headers that browsers do not let a test set, such as Origin. */
export function withHeaders(request: Request, added: Readonly<Record<string, string>>): Request {
  const headers = new Map<string, string>();
  for (const [name, value] of request.headers) headers.set(name, value);
  for (const [name, value] of Object.entries(added)) headers.set(name.toLowerCase(), value);
  const lookUp = {
    get: (name: string) => headers.get(name.toLowerCase()) ?? null,
    has: (name: string) => headers.has(name.toLowerCase()),
    [Symbol.iterator]: () => headers.entries(),
  };
  return new Proxy(request, {
    get(target, property) {
      if (property === "headers") return lookUp;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}
