// examples/worker.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";

export default {
  async fetch(_request: Request, env: { readonly BASE_URL?: string }): Promise<Response> {
    const options = env.BASE_URL ? { baseUrl: env.BASE_URL } : createExchange().connection;
    await using client = new AgentExchangeClient(options);
    return Response.json(await client.marketSnapshot(["BTCUSDT", "ETHUSDT", "SOLUSDT"]));
  },
};
