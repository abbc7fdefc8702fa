import { AgentExchangeClient } from "../../../src/client/index.ts";
import {
  createExchange,
  manualMarket,
  virtualClock,
  type Exchange,
  type ExchangeOptions,
  type ManualMarket,
  type VirtualClock,
} from "../../../src/exchange/index.ts";
import type { AgentExchangeStream, Gap } from "../../../src/stream/index.ts";
import type { ClientOptions } from "../../../src/transport/index.ts";
import { seeded } from "../../support/seeded.ts";
import { watchedSockets, type Sockets } from "../../support/sockets.ts";

/** A stream of an embedded exchange, with everything that it reported. */
export interface Harness {
  readonly clock: VirtualClock;
  readonly exchange: Exchange<ManualMarket>;
  readonly sockets: Sockets;
  readonly client: AgentExchangeClient;
  readonly apiKey: string;
  readonly stream: AgentExchangeStream;
  readonly states: string[];
  readonly gaps: Gap[];
  readonly errors: unknown[];
  /** REST requests, such as `GET /api/v1/trade/orders?limit=100`. */
  readonly requests: string[];
  readonly price: (symbol: string, price: string) => void;
  /** Drops data messages that contain this string from now on; an empty one ends that. */
  readonly mute: (text: string) => void;
  readonly seconds: (count: number) => Promise<void>;
}

export async function createHarness(
  options: ExchangeOptions<ManualMarket> = {},
  clientOptions: ClientOptions = {},
): Promise<Harness> {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const pairs = Object.fromEntries(
    ["BTCUSDT", "ETHUSDT", "SOLUSDT"].map((symbol) => [symbol, { price: "100", volume: "1000000" }]),
  );
  const exchange = createExchange({ clock, market: manualMarket(pairs), ...options });
  const { apiKey } = await exchange.register();
  const sockets = watchedSockets(exchange.connection.WebSocket);
  const requests: string[] = [];
  const client = new AgentExchangeClient({
    ...exchange.connection,
    WebSocket: sockets.WebSocket,
    apiKey,
    retry: { random: seeded(1) },
    onRequest: ({ method, path }) => void requests.push(`${method} ${path}`),
    ...clientOptions,
  });
  const stream = client.openStream();
  const states: string[] = [];
  const gaps: Gap[] = [];
  const errors: unknown[] = [];
  stream.on("state", (state) => void states.push(state));
  stream.on("gap", (gap) => void gaps.push(gap));
  stream.on("error", (error) => void errors.push(error));
  return {
    clock,
    exchange,
    sockets,
    client,
    apiKey,
    stream,
    states,
    gaps,
    errors,
    requests,
    price: (symbol, price) => exchange.market.set(symbol, { price }),
    mute: (text) => void (sockets.muted = text),
    seconds: (count) => exchange.advance(count * 1000),
  };
}
