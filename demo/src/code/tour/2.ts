import { AgentExchangeClient } from "agentexchange";
import { createExchange, seededFaults } from "agentexchange/exchange";
import type { Tell } from "./tell.ts";

export async function run(tell: Tell): Promise<void> {
  const rates = { "reset-after": 0.15, "5xx-before": 0.15, "truncated-body": 0.1 };
  const exchange = createExchange({ latency: 20, faults: seededFaults({ seed: 7, rates }) });
  let sent = 0;
  const client = new AgentExchangeClient({
    ...exchange.connection,
    retry: { attempts: 8, baseDelay: 50 },
    onResponse({ attempt, code }) {
      sent++;
      if (code !== null) tell(`Attempt ${attempt} of a call fails; it is sent again`, code);
    },
  });
  for (let call = 0; call < 12; call++) await client.getPrice("BTCUSDT");
  tell("Calls, all answered", 12);
  tell("Requests that this took", sent);
  await client.close();
}
