// A bot that trades at the ticks of the cron triggers in wrangler.toml, at most one order a tick.
import { parseBotSettings } from "agentexchange/bots";
import { createCronBot, type AgentSettings, type CronBotEnv } from "agentexchange/workers";

/** Secrets and bindings, see wrangler.toml. Its other variables are read by parseBotSettings. */
export interface Env extends CronBotEnv {
  readonly BASE_URL?: string;
  readonly API_KEY?: string;
  readonly ALERT_WEBHOOK?: string;
}

const bot = createCronBot<Env>({
  // Several agents are several entries here, each with an API key of its own.
  agents: (env) => ({ main: { ...parseBotSettings({ ...env }), client: connection(env) } }),
  async notify({ agent, outcome, reason }, { ALERT_WEBHOOK }) {
    if (!ALERT_WEBHOOK) return;
    const body = JSON.stringify({ text: `${agent ?? "all agents"}: ${outcome}. ${reason}` });
    await fetch(ALERT_WEBHOOK, { method: "POST", headers: { "content-type": "application/json" }, body });
  },
});

/** Without a BASE_URL, the bot has an exchange of its own inside this Worker. */
function connection({ BASE_URL, API_KEY }: Env): AgentSettings["client"] {
  if (!BASE_URL) return undefined;
  if (!API_KEY) throw new Error("BASE_URL is set, but API_KEY is not. Run: npx wrangler secret put API_KEY");
  return { baseUrl: BASE_URL, apiKey: API_KEY };
}

export const { AgentObject } = bot;
export { ExchangeObject } from "agentexchange/workers";
export default bot;
