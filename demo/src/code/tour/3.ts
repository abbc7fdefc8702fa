import { AgentExchangeClient, OrderOutcomeUnknownError } from "agentexchange";
import { createExchange } from "agentexchange/exchange";
import type { Tell } from "./tell.ts";

export async function run(tell: Tell): Promise<void> {
  // The order arrives and is executed, then the line breaks.
  const exchange = createExchange({
    latency: 80,
    faults: ({ method }) => (method === "POST" ? "reset-after" : undefined),
  });
  const { apiKey } = await exchange.register({ startingBalance: "10000" });
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
  const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;
  const error: unknown = await client.placeMarketOrder(order).catch((problem: unknown) => problem);
  if (!(error instanceof OrderOutcomeUnknownError)) throw new Error("The answer was not lost.");
  tell("The answer is lost. The order is not sent again; the call fails with", error.code);
  const found = await error.reconcile();
  tell("The client looks the order up, and finds it", found?.status);
  tell("Orders on the exchange", (await client.listOrders()).length);
  await client.close();
}
