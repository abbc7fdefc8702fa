import { AgentExchangeClient, type ClientOptions } from "agentexchange";
import { createExchange } from "agentexchange/exchange";

export interface Platform {
  /** Origin of the platform; without it there is an embedded exchange, which lives as long as the isolate. */
  readonly BASE_URL?: string;
  /** An agent's key; a secret. */
  readonly API_KEY?: string;
}

let embedded: Promise<ClientOptions> | undefined;

/** A client for one event: in Workers nothing that waits may outlive the event that began it. */
export async function connect({ BASE_URL, API_KEY }: Platform): Promise<AgentExchangeClient> {
  if (!BASE_URL) return new AgentExchangeClient(await (embedded ??= embeddedExchange()));
  if (!API_KEY) throw new Error("BASE_URL is set and API_KEY is not: npx wrangler secret put API_KEY");
  return new AgentExchangeClient({ baseUrl: BASE_URL, apiKey: API_KEY, timeout: 10_000 });
}

async function embeddedExchange(): Promise<ClientOptions> {
  const exchange = createExchange();
  const { apiKey } = await exchange.register({ displayName: "cron bot" });
  return { ...exchange.connection, apiKey };
}
