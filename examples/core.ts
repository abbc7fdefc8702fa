// examples/core.ts
import { createClient, getPrice, getTicker, type Client } from "agentexchange/core";
import { createExchange } from "agentexchange/exchange";

// An operation of your own takes a client first, and sends others.
async function describe(client: Client, symbol: string): Promise<string> {
  const [{ price }, { changePct }] = await Promise.all([client.send(getPrice, symbol), client.send(getTicker, symbol)]);
  return `${symbol} ${price} (${changePct} %)`;
}

const client = createClient(createExchange().connection); // the options of AgentExchangeClient
console.log(await client.send(describe, "BTCUSDT"));
await client.close();
