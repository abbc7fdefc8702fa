// examples/workers/two-agents.ts
import { movingAverageCross, type Strategy } from "agentexchange/bots";
import { createCronBot, type CronBotEnv } from "agentexchange/workers";

interface Env extends CronBotEnv {
  readonly BASE_URL: string;
  readonly TREND_KEY: string;
  readonly WEEKEND_KEY: string;
  readonly EMAIL: SendEmail;
}

/** A strategy of your own decides; what it wants is checked, recorded and sent by the bot. */
const weekend: Strategy = {
  name: "weekend",
  decide({ scheduledAt, symbols: [symbol = ""] }) {
    if (scheduledAt.getUTCDay() !== 6) return { kind: "hold", reason: "It is not Saturday." };
    return {
      kind: "order",
      reason: "It is.",
      tool: "placeMarketOrder",
      input: { symbol, side: "buy", quantity: "0.01" },
    };
  },
};

const until = "2099-12-31T00:00:00Z";
const bot = createCronBot<Env>({
  agents: ({ BASE_URL, TREND_KEY, WEEKEND_KEY }) => ({
    trend: {
      client: { baseUrl: BASE_URL, apiKey: TREND_KEY },
      strategy: movingAverageCross({ amount: "100", stopPct: "5" }),
      mandate: { symbols: ["BTCUSDT", "ETHUSDT"], maxPerDay: "500", maxDrawdownPct: "20", until },
    },
    weekend: {
      client: { baseUrl: BASE_URL, apiKey: WEEKEND_KEY },
      strategy: weekend,
      mandate: { symbols: ["ETHUSDT"], maxOrder: "100", until },
      every: 86_400_000, // a schedule of its own beside the cron triggers
    },
  }),
  async notify({ agent, outcome, reason }, { EMAIL }) {
    const subject = `${agent ?? "All agents"}: ${outcome}`;
    await EMAIL.send({ from: "bot@example.com", to: "you@example.com", subject, text: reason });
  },
});
export const { AgentObject } = bot;
export default bot;
