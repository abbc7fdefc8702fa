// A cron bot: compares several symbols and buys a fixed amount of the one that fell most.
import { isAgentExchangeError } from "agentexchange";
import { buyTheDip, type Run } from "./buyTheDip.ts";
import { connect, type Platform } from "./connect.ts";

/** Variables and secrets, see wrangler.toml. */
export interface Env extends Platform {
  /** Symbols to choose from, separated by commas. */
  readonly SYMBOLS: string;
  /** Amount that one run spends, in USDT. */
  readonly AMOUNT_USDT: string;
  /** Stores the last run. */
  readonly RUNS: KVNamespace;
}

const LAST_RUN = "last";

export default {
  async scheduled({ scheduledTime, cron }, env) {
    const run = await runOnce(env);
    const line = JSON.stringify({ event: "run", cron, scheduledAt: new Date(scheduledTime), ...run });
    console.log(line);
    await env.RUNS.put(LAST_RUN, line);
  },

  async fetch(request, env) {
    if (new URL(request.url).pathname !== "/") return Response.json({ error: "not found" }, { status: 404 });
    if (request.method !== "GET") {
      return Response.json({ error: "method not allowed" }, { status: 405, headers: { allow: "GET" } });
    }
    const lastRun = await env.RUNS.get<Run>(LAST_RUN, "json");
    try {
      await using client = await connect(env);
      return Response.json({ lastRun, portfolio: await client.getPortfolio() });
    } catch (error) {
      return Response.json({ lastRun, portfolio: null, error: describeError(error) }, { status: 502 });
    }
  },
} satisfies ExportedHandler<Env>;

async function runOnce(env: Env): Promise<Run | { outcome: "failed"; error: object }> {
  try {
    await using client = await connect(env);
    return await buyTheDip(client, env.SYMBOLS.split(","), env.AMOUNT_USDT);
  } catch (error) {
    return { outcome: "failed", error: describeError(error) };
  }
}

/** The parts of an error that are safe to publish. Errors of the client contain no secrets. */
function describeError(error: unknown): { code: string; message: string } {
  const code = isAgentExchangeError(error) ? error.code : "UNEXPECTED";
  return { code, message: error instanceof Error ? error.message : String(error) };
}
