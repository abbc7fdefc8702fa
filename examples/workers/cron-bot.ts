// examples/workers/cron-bot.ts
import { buyTheDip } from "agentexchange/bots";
import { createCronBot, type CronBotEnv } from "agentexchange/workers";

const bot = createCronBot<CronBotEnv>({
  agents: () => ({
    dip: {
      strategy: buyTheDip({ amount: "25", minDropPct: "2" }),
      mandate: { symbols: ["BTCUSDT", "ETHUSDT"], maxOrder: "30", maxPerDay: "100", until: "2099-12-31T00:00:00Z" },
    },
  }),
});
export const { AgentObject } = bot;
export { ExchangeObject } from "agentexchange/workers"; // where agents without `client` trade
export default bot;
