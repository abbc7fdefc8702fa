import type { Tick } from "../../bots/index.ts";
import { AgentObject } from "./agentObject.ts";
import { alert, log, messageOf } from "./report.ts";
import { handle } from "./routes.ts";
import { readAgents } from "./settings.ts";
import type { AgentReport, CronBotEnv, CronBotOptions } from "./types.ts";

/** The Worker of a cron bot: its main module exports it as default, and `AgentObject` by name. */
export interface CronBot<Env extends CronBotEnv> {
  /** Gives each agent its tick. Rejects if a run failed, after all were tried, so that the trigger fails. */
  scheduled(controller: Pick<ScheduledController, "scheduledTime" | "cron">, env: Env): Promise<void>;
  /** Serves the page and its actions. */
  fetch(request: Request, env: Env): Promise<Response>;
  /** The class of the agents' Durable Objects. */
  readonly AgentObject: new (ctx: DurableObjectState, env: Env) => AgentObject<Env>;
}

/**
 * Creates a bot that trades at the ticks of cron triggers and alarms: at most one order a tick, with a history, limits
 * and a page. Its `env` needs the binding `AGENT` to the class `AgentObject`, which the main module must export.
 *
 * @example
 * ```ts
 * const bot = createCronBot<Env>({
 *   agents: (env) => ({
 *     main: {
 *       client: { baseUrl: env.BASE_URL, apiKey: env.API_KEY },
 *       strategy: dollarCostAveraging({ amount: "25" }),
 *       mandate: { symbols: ["BTCUSDT"], maxPerDay: "100", until: "2027-12-31T00:00:00Z" },
 *     },
 *   }),
 * });
 * export const { AgentObject } = bot;
 * export default bot;
 * ```
 */
export function createCronBot<Env extends CronBotEnv>(options: CronBotOptions<Env>): CronBot<Env> {
  return {
    scheduled: ({ scheduledTime, cron }, env) => runAll(options, env, { scheduledTime, cron }),
    fetch: (request, env) => handle(options, env, request),
    AgentObject: class extends AgentObject<Env> {
      protected override get options(): CronBotOptions<Env> {
        return options;
      }
    },
  };
}

async function runAll<Env extends CronBotEnv>(options: CronBotOptions<Env>, env: Env, tick: Tick): Promise<void> {
  const names = await agentNames(options, env, tick);
  const reports = await Promise.allSettled(names.map((name) => env.AGENT.getByName(name).tick(tick)));
  const failures: string[] = [];
  for (const [index, report] of reports.entries()) {
    const agent = names[index] ?? "";
    const failure = report.status === "fulfilled" ? failureOf(report.value) : messageOf(env, report.reason);
    if (failure === null) continue;
    failures.push(`${agent}: ${failure}`);
    // What an object reports, it has told itself.
    if (report.status === "rejected") await tell(options, env, { agent, tick, reason: failure });
  }
  if (failures.length > 0)
    throw new Error(`${failures.length} of ${names.length} agents failed: ${failures.join("; ")}`);
}

async function agentNames<Env extends CronBotEnv>(
  options: CronBotOptions<Env>,
  env: Env,
  tick: Tick,
): Promise<readonly string[]> {
  try {
    return [...readAgents(options.agents, env).keys()];
  } catch (error) {
    const reason = messageOf(env, error);
    await tell(options, env, { agent: null, tick, reason });
    throw new Error(reason, { cause: error });
  }
}

async function tell<Env extends CronBotEnv>(
  options: CronBotOptions<Env>,
  env: Env,
  failed: { readonly agent: string | null; readonly tick: Tick; readonly reason: string },
): Promise<void> {
  log(env, "error", { event: "run", outcome: "failed", ...failed });
  await alert(options, { ...failed, outcome: "failed", run: null }, env);
}

const failureOf = (report: AgentReport): string | null => (report.outcome === "skipped" ? null : report.failure);
