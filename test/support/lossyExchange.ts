import { AgentExchangeClient } from "../../src/client/index.ts";
import {
  createExchange,
  virtualClock,
  type Exchange,
  type ExchangeOptions,
  type VirtualClock,
} from "../../src/exchange/index.ts";
import { OrderOutcomeUnknownError, type ClientOptions } from "../../src/transport/index.ts";
import { drive, failure } from "./drive.ts";
import { memoryStore, type MemoryStore } from "./memoryStore.ts";
import { brokenConnection } from "./scripted.ts";

/** What happens to an order's request. A number: the connection breaks, and the order is executed after that many ms. */
export type OrderFate =
  | number
  | "lost before"
  | "lost after"
  | "never answered"
  | { readonly answersAfter: number }
  | { readonly executesAfter: number };

/** An order that the exchange executes. */
export const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;

/** An embedded exchange behind a connection that can lose orders. */
export interface LossyExchange {
  readonly clock: VirtualClock;
  readonly exchange: Exchange;
  readonly store: MemoryStore;
  readonly keys: { readonly apiKey: string; readonly accountKey: string; readonly agentId: string };
  /** The fates of the next orders; further ones are answered normally. */
  readonly fates: OrderFate[];
  /** Every order's request. */
  readonly sent: readonly Request[];
  readonly clientOptions: ClientOptions;
  createClient(options?: ClientOptions): AgentExchangeClient;
  /** Places the order, which must end with an unknown outcome. */
  loseOrder(client: AgentExchangeClient, fate: OrderFate): Promise<OrderOutcomeUnknownError>;
  /** Ids of the agent's orders. */
  orderIds(): Promise<readonly string[]>;
}

export async function lossyExchange(
  fidelity: "declared" | "observed" = "declared",
  exchangeOptions: ExchangeOptions = {},
): Promise<LossyExchange> {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const store = memoryStore();
  const exchange = createExchange({ clock, seed: 3, rateLimits: false, fidelity, store, ...exchangeOptions });
  const keys = await exchange.register({ startingBalance: "100000000" });
  const fates: OrderFate[] = [];
  const sent: Request[] = [];
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    // Without its signal: the exchange executes what it has received.
    const { signal: _signal, ...request } = init;
    if (init.method !== "POST") return exchange.fetch(url, request);
    sent.push(new Request(url, request));
    const fate = fates.shift();
    if (typeof fate === "number") void wait(fate).then(() => exchange.fetch(url, request));
    if (fate === "never answered") return new Promise(() => {});
    if (fate === "lost before" || typeof fate === "number") throw brokenConnection();
    if (typeof fate === "object" && "executesAfter" in fate) await wait(fate.executesAfter);
    const response = await exchange.fetch(url, request);
    if (fate === "lost after") throw brokenConnection();
    if (typeof fate === "object" && "answersAfter" in fate) await wait(fate.answersAfter);
    return response;
  }

  const clientOptions: ClientOptions = {
    baseUrl: exchange.connection.baseUrl,
    apiKey: keys.apiKey,
    clock,
    fetch,
    retry: { random: () => 0.5 },
    rateLimit: false,
  };
  const createClient = (options: ClientOptions = {}): AgentExchangeClient =>
    new AgentExchangeClient({ ...clientOptions, ...options });

  return {
    clock,
    exchange,
    store,
    keys,
    fates,
    sent,
    clientOptions,
    createClient,
    async loseOrder(client, fate) {
      fates.push(fate);
      const error = await failure(clock, client.placeMarketOrder(order));
      if (error instanceof OrderOutcomeUnknownError) return error;
      throw new Error("The order's outcome is known.", { cause: error });
    },
    orderIds: async () => (await drive(clock, createClient().listOrders())).map(({ orderId }) => orderId),
  };
}
