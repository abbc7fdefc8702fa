// examples/cron-tick.ts
import { dollarCostAverage, memoryBotStore, runTick } from "agentexchange/bots";
import { createExchange } from "agentexchange/exchange";

const exchange = createExchange({ seed: 1 });
const { apiKey } = await exchange.register({ displayName: "bot" });
const store = memoryBotStore(); // in a Durable Object: sqlBotStore()

const tick = { scheduledTime: Date.UTC(2026, 10, 27, 12), cron: "0 * * * *" };
const options = {
  tick,
  store,
  client: { ...exchange.connection, apiKey },
  strategy: dollarCostAverage({ amount: "25" }),
  mandate: { symbols: ["BTCUSDT"], maxPerDay: "100", until: "2036-12-31T00:00:00Z" },
};
const first = await runTick(options);
const again = await runTick(options); // the platform may deliver a trigger twice

console.log(first.kind === "ran" ? first.record.outcome : first.why); // ordered
console.log(again.kind === "ran" ? again.record.outcome : again.why); // done
