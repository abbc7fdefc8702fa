// An exchange behind a connection that loses requests or responses, on its own clock.
import { expect } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { createExchange, virtualClock, type Exchange, type VirtualClock } from "../../../src/exchange/index.ts";
import { OrderOutcomeUnknownError, type ClientOptions } from "../../../src/transport/index.ts";
import { failure } from "../../support/drive.ts";
import { brokenConnection } from "../../support/scripted.ts";

export const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;

interface Setup {
  readonly clock: VirtualClock;
  readonly exchange: Exchange;
  readonly apiKey: string;
  readonly agentId: string;
  readonly accountKey: string;
  readonly client: AgentExchangeClient;
  readonly other: AgentExchangeClient;
  /** The fates of the next orders. */
  readonly fates: (
    | "lost before"
    | "lost after"
    | { readonly arrivesAfter: number }
    | { readonly answersAfter: number }
  )[];
  readonly requests: string[];
  createClient(options?: ClientOptions): AgentExchangeClient;
}

interface SetupOptions extends ClientOptions {
  /** Milliseconds by which the exchange's clock is ahead of the client's. */
  readonly ahead?: number;
  /** Rate of the exchange's clock relative to the client's. */
  readonly rate?: number;
  readonly date?: (exchangeTime: number) => string | null;
}

export async function setUp({ ahead = 0, rate = 1, date, ...options }: SetupOptions = {}): Promise<Setup> {
  const start = Date.UTC(2026, 2, 5, 14);
  const clock = virtualClock(new Date(start));
  const exchangeTime = (): number => start + ahead + (clock.now() - start) * rate;
  const exchange = createExchange({
    clock: {
      now: exchangeTime,
      elapsed: () => clock.elapsed(),
      setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
      clearTimeout: (timer) => clock.clearTimeout(timer),
      hold: (work) => clock.hold(work),
    },
    seed: 5,
    rateLimits: false,
  });
  const account = await exchange.register({ startingBalance: "1000000000" });
  const fates: Setup["fates"] = [];
  const requests: string[] = [];
  const later = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    requests.push(`${init.method} ${url.replace(exchange.connection.baseUrl, "").split("?")[0]}`);
    const fate = init.method === "POST" ? fates.shift() : undefined;
    const { signal, ...rest } = init;
    if (fate === "lost before") throw brokenConnection();
    if (typeof fate === "object" && "arrivesAfter" in fate) {
      void later(fate.arrivesAfter).then(() => exchange.fetch(url, rest));
      throw brokenConnection();
    }
    const response = await exchange.fetch(url, rest);
    if (fate === "lost after") throw brokenConnection();
    if (typeof fate === "object") {
      await Promise.race([
        later(fate.answersAfter),
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason as Error));
        }),
      ]);
    }
    const stamp = date === undefined ? new Date(exchangeTime()).toUTCString() : date(exchangeTime());
    response.headers.delete("date");
    if (stamp !== null) response.headers.set("date", stamp);
    return response;
  };
  const createClient = (more: ClientOptions = {}): AgentExchangeClient =>
    new AgentExchangeClient({
      baseUrl: exchange.connection.baseUrl,
      apiKey: account.apiKey,
      clock,
      fetch,
      rateLimit: false,
      ...options,
      ...more,
    });
  return {
    clock,
    exchange,
    apiKey: account.apiKey,
    agentId: account.agentId,
    accountKey: account.accountKey,
    fates,
    requests,
    createClient,
    client: createClient(),
    other: new AgentExchangeClient({ ...exchange.connection, clock, apiKey: account.apiKey, rateLimit: false }),
  };
}

export async function loseOrder(
  it: Setup,
  fate: Setup["fates"][number],
  client = it.client,
): Promise<OrderOutcomeUnknownError> {
  it.fates.push(fate);
  const error = await failure(it.clock, client.placeMarketOrder(order));
  expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
  return error as OrderOutcomeUnknownError;
}
