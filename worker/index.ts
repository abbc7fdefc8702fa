// A cron bot: looks at several pairs at once and buys a fixed amount of the one that fell most.
import { isAgentExchangeError } from "agentexchange";
import { buyTheDip, type Run } from "./buyTheDip.ts";
import { connect, type Platform } from "./connect.ts";

/** What wrangler.toml and the secrets give. */
export interface Env extends Platform {
  /** Pairs to choose from, with commas between. */
  readonly SYMBOLS: string;
  /** What one run spends, in USDT. */
  readonly AMOUNT_USDT: string;
  /** Keeps the last run. */
  readonly RUNS: KVNamespace;
}

const LAST = "last";

export default {
  async scheduled({ scheduledTime, cron }, env) {
    const run = await runOnce(env);
    const line = JSON.stringify({ event: "run", cron, scheduledAt: new Date(scheduledTime), ...run });
    console.log(line);
    await env.RUNS.put(LAST, line);
  },

  async fetch(request, env) {
    if (new URL(request.url).pathname !== "/") return Response.json({ error: "not found" }, { status: 404 });
    if (request.method !== "GET") {
      return Response.json({ error: "only GET" }, { status: 405, headers: { allow: "GET" } });
    }
    const lastRun = await env.RUNS.get<Run>(LAST, "json");
    try {
      await using client = await connect(env);
      return Response.json({ lastRun, portfolio: await client.getPortfolio() });
    } catch (error) {
      return Response.json({ lastRun, portfolio: null, error: described(error) }, { status: 502 });
    }
  },
} satisfies ExportedHandler<Env>;

async function runOnce(env: Env): Promise<Run | { outcome: "failed"; error: object }> {
  try {
    await using client = await connect(env);
    return await buyTheDip(client, env.SYMBOLS.split(","), env.AMOUNT_USDT);
  } catch (error) {
    return { outcome: "failed", error: described(error) };
  }
}

/** What may be told of an error: ours hold no secrets, others are named only by their text. */
function described(error: unknown): { code: string; message: string } {
  const code = isAgentExchangeError(error) ? error.code : "UNEXPECTED";
  return { code, message: error instanceof Error ? error.message : String(error) };
}
