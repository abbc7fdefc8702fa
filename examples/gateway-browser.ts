// examples/gateway-browser.ts
import { AgentExchangeClient } from "agentexchange";
import { ticketSocket } from "agentexchange/gateway";

export function openDashboard(baseUrl: string, password: string): AgentExchangeClient {
  const token = async (): Promise<string> => {
    const response = await fetch(`${baseUrl}/gateway/token`, { method: "POST", body: JSON.stringify({ password }) });
    if (!response.ok) throw new Error(`The login failed with status ${response.status}.`);
    return ((await response.json()) as { token: string }).token;
  };
  return new AgentExchangeClient({ baseUrl, token, idempotencyKeys: true, WebSocket: ticketSocket(token) });
}
