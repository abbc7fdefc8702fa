// examples/workers/exchange-object.ts
import { AgentExchangeClient } from "agentexchange";
import { exchangeConnection, ExchangeObject, type ExchangeObjectOptions } from "agentexchange/workers";

export class Exchange extends ExchangeObject {
  // Left out: the platform as documented, for pages of any origin.
  static override readonly options: ExchangeObjectOptions = {
    fidelity: "observed",
    corsOrigins: ["https://app.example"],
  };
}

interface Env {
  readonly EXCHANGE: DurableObjectNamespace<Exchange>;
}

export default {
  async fetch(_request, { EXCHANGE }) {
    const exchange = () => EXCHANGE.getByName("main");
    // By RPC, which no HTTP request can reach. A bot registers once and keeps the key.
    const { apiKey } = await exchange().register({ displayName: "bot", startingBalance: "10000" });
    const client = new AgentExchangeClient({ ...exchangeConnection(exchange), apiKey });
    const { executedPrice } = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
    return Response.json({ executedPrice });
  },
} satisfies ExportedHandler<Env>;
