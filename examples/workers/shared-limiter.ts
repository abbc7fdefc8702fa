// examples/workers/shared-limiter.ts
import { AgentExchangeClient, sharedLimiter } from "agentexchange";
import { LimiterObject } from "agentexchange/workers";

interface Env {
  readonly API_KEY: string;
  readonly BASE_URL: string;
  readonly LIMITER: DurableObjectNamespace<LimiterObject>;
}

export { LimiterObject };
export default {
  async fetch(_request, env) {
    const rateLimit = sharedLimiter(() => env.LIMITER.getByName("my-account"));
    await using client = new AgentExchangeClient({ apiKey: env.API_KEY, baseUrl: env.BASE_URL, rateLimit });
    const { totalEquity } = await client.getPortfolio();
    return Response.json({ totalEquity });
  },
} satisfies ExportedHandler<Env>;
