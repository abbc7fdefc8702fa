// What a gateway adds to a request: the same calls by a client of the exchange and by one whose requests pass a gateway.
import { AgentExchangeClient, type ClientOptions } from "agentexchange";
import { createExchange, manualMarket } from "agentexchange/exchange";
import { createGateway } from "agentexchange/gateway";
import { compare, type Measured } from "./harness.ts";

const SECRET = "a-secret-of-at-least-32-characters";
const ORDER = { symbol: "BTCUSDT", side: "buy", quantity: "0.0001" } as const;

/** Rows in pairs: the bare exchange, then through the gateway. */
export async function gatewayBench(): Promise<readonly (readonly Measured[])[]> {
  const market = manualMarket({ BTCUSDT: { price: "60000", volume: "18000" } });
  const exchange = createExchange({ seed: 42, rateLimits: false, market });
  const { apiKey, agentId } = await exchange.register({ startingBalance: "1000000000" });
  const upstream = { ...exchange.connection, apiKey };
  const limits = {
    max_position_size_pct: 100,
    daily_loss_limit_pct: 100,
    max_open_orders: 1_000_000,
    max_order_size_pct: 100,
    order_rate_limit: 1_000_000,
  };
  const changed = await exchange.fetch(`http://exchange.localhost/api/v1/agents/${agentId}`, {
    method: "PUT",
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    body: JSON.stringify({ risk_profile: limits }),
  });
  if (!changed.ok) throw new Error(`PUT /agents: ${changed.status}`);
  const { fetch } = createGateway({
    upstream,
    hosts: ["gateway.example.com"],
    callers: () => ({ secret: SECRET, allow: ["getBalance", "placeMarketOrder", "getPrice"] }),
    tokenSecret: SECRET,
    login: () => "caller",
  });
  const origin = "https://gateway.example.com";
  const login = await fetch(new Request(`${origin}/gateway/token`, { method: "POST" }));
  const { token } = (await login.json()) as { token: string };
  const connection: ClientOptions = {
    baseUrl: origin,
    fetch: (url, init) => fetch(new Request(url, init)),
    rateLimit: false,
  };
  const bare = new AgentExchangeClient({ ...upstream, rateLimit: false });
  // The same as the gateway's callers do, without a gateway: what signing costs is not the gateway's.
  const signing = new AgentExchangeClient({ ...upstream, rateLimit: false, apiSecret: SECRET, signRequests: true });
  const signed = new AgentExchangeClient({ ...connection, apiKey: "caller", apiSecret: SECRET, signRequests: true });
  const page = new AgentExchangeClient({ ...connection, token });
  const plan = { rounds: 31, batch: 50, clock: "cpu" } as const;
  const through = (name: string, client: AgentExchangeClient, run: (one: AgentExchangeClient) => Promise<unknown>) => ({
    name,
    run: () => run(client),
  });
  const read = (one: AgentExchangeClient): Promise<unknown> => one.getBalance();
  const price = (one: AgentExchangeClient): Promise<unknown> => one.getPrice("BTCUSDT");
  const order = (one: AgentExchangeClient): Promise<unknown> => one.placeMarketOrder(ORDER);
  return [
    await compare(
      [through("getBalance, bare", bare, read), through("with a token, through the gateway", page, read)],
      plan,
    ),
    await compare(
      [through("getBalance, signed", signing, read), through("signed, through the gateway", signed, read)],
      plan,
    ),
    await compare(
      [through("getPrice, signed", signing, price), through("signed, through the gateway", signed, price)],
      plan,
    ),
    await compare(
      [through("placeMarketOrder, bare", bare, order), through("with a token, through the gateway", page, order)],
      {
        rounds: 15,
        batch: 20,
        clock: "cpu",
      },
    ),
  ];
}
