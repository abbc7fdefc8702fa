import { dollarCostAverage, memoryBotStore, runTick } from "agentexchange/bots";
import { createExchange } from "agentexchange/exchange";

const exchange = createExchange();
const { apiKey } = await exchange.register({ displayName: "saver", startingBalance: "10000" });
const agent = {
  store: memoryBotStore(),
  client: { ...exchange.connection, apiKey },
  strategy: dollarCostAverage({ amount: "100" }),
  mandate: { symbols: ["BTCUSDT", "ETHUSDT"], maxPerDay: "250", until: "2099-12-31T00:00:00Z" },
};
for (let hour = 0; hour < 3; hour++) {
  const result = await runTick({ ...agent, tick: { scheduledTime: hour * 3_600_000, cron: "0 * * * *" } });
  if (result.kind === "ran") console.log(result.record.outcome, result.record.reason);
}
