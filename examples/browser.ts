// examples/browser.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";

const client = new AgentExchangeClient(createExchange().connection); // or { baseUrl: "https://…" }
const { entries } = await client.marketSnapshot(["BTCUSDT", "ETHUSDT", "SOLUSDT"]);

const list = document.createElement("ul");
for (const { symbol, price, error } of entries) {
  list.append(
    Object.assign(document.createElement("li"), { textContent: `${symbol} ${price?.price ?? error?.message}` }),
  );
}
document.body.append(list);
