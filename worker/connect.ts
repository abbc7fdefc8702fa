import { AgentExchangeClient, type ClientOptions } from "agentexchange";
import { createExchange } from "agentexchange/exchange";

export interface Platform {
  /** Origin of the platform. Without it, an embedded exchange is used, which lives as long as the isolate. */
  readonly BASE_URL?: string;
  /** An agent's key. Set it as a secret. */
  readonly API_KEY?: string;
}

let embedded: Promise<ClientOptions> | undefined;

/** Creates a client for one event: in Workers, pending work must not outlive the event that started it. */
export async function connect({ BASE_URL, API_KEY }: Platform): Promise<AgentExchangeClient> {
  if (!BASE_URL) return new AgentExchangeClient(await (embedded ??= openEmbeddedExchange()));
  if (!API_KEY) throw new Error("BASE_URL is set but API_KEY is not. Run: npx wrangler secret put API_KEY");
  return new AgentExchangeClient({ baseUrl: BASE_URL, apiKey: API_KEY, timeout: 10_000 });
}

async function openEmbeddedExchange(): Promise<ClientOptions> {
  const exchange = createExchange();
  const { apiKey } = await exchange.register({ displayName: "cron bot" });
  return { ...exchange.connection, apiKey };
}
