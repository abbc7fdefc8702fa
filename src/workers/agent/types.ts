import type { ClaimRefusal, RunRecord, Tick, TickOptions } from "../../bots/index.ts";
import type { HaltReport } from "../../tools/index.ts";
import type { ExchangeObject } from "../exchangeObject.ts";
import type { AgentStatus } from "./status.ts";

/** What the Worker of a cron bot needs in its `env`. */
export interface CronBotEnv {
  /** Binding of the Durable Objects of the class `AgentObject`. */
  readonly AGENT: DurableObjectNamespace<Agent>;
  /** Secret of at least 32 characters that opens the page and its actions. If it is not set, they are disabled. */
  readonly ADMIN_TOKEN?: string | undefined;
  /** Binding of the Durable Objects of the class `ExchangeObject`, for agents without `client`. */
  readonly EXCHANGE?: DurableObjectNamespace<ExchangeObject> | undefined;
}

/** One agent of a cron bot. */
export interface AgentSettings extends Pick<TickOptions, "strategy" | "mandate" | "dryRun" | "limits"> {
  /**
   * Options of the client, with a key that no other agent has: two agents with one key would take each other's orders for
   * their own. Default: an exchange of the agent's own in a Durable Object of the binding `EXCHANGE`.
   */
  readonly client?: TickOptions["client"] | undefined;
  /**
   * Milliseconds between the ticks of a schedule of the agent's own, by its alarm; at least 60 000. It is independent of
   * cron triggers, and begins when the agent is first used. Default none.
   */
  readonly every?: number | undefined;
  /**
   * The cron expressions of `wrangler.toml`, for the next tick: a Worker is not told its own, so that without them it is
   * known from the ticks that came.
   */
  readonly crons?: readonly string[] | undefined;
}

/** What somebody should look at: a run that failed, or an order whose outcome is unknown. */
export interface BotAlert {
  /** Null if the settings are invalid, which is told once for all agents. */
  readonly agent: string | null;
  readonly tick: Tick;
  readonly outcome: "failed" | "unknown";
  /** One sentence without secrets. */
  readonly reason: string;
  /** Null if the run did not get as far as a record. */
  readonly run: RunRecord | null;
}

/** Options of {@link createCronBot}. */
export interface CronBotOptions<Env> {
  /**
   * The agents by name. The name identifies the agent's object: another name is another agent, with a history of its own.
   * If it throws, every run fails with the error's message before anything is sent.
   */
  readonly agents: (env: Env) => Readonly<Record<string, AgentSettings>>;
  /** Tells somebody, for example through a webhook or an e-mail binding. What it throws is logged. */
  readonly notify?: ((alert: BotAlert, env: Env) => void | Promise<void>) | undefined;
}

/** What became of a tick of an agent. */
export type AgentReport = { readonly agent: string } & (
  | { readonly outcome: "skipped"; readonly why: ClaimRefusal }
  | { readonly outcome: RunRecord["outcome"]; readonly run: RunRecord; readonly failure: string | null }
);

/** Whether an order was executed, after a person's decision; otherwise why the decision was refused. */
export type SettleReport =
  | { readonly state: "executed" | "not executed" | "unknown" }
  | { readonly problem: string; readonly code: string; readonly status: 400 | 502 };

/** What a Worker can ask the object of an agent, which has the agent's name. */
export interface Agent extends Rpc.DurableObjectBranded {
  /**
   * Runs the agent at a tick; the same tick again does nothing. It resolves also if the run failed.
   *
   * @throws SettingsError if the settings are invalid
   */
  tick(tick: Tick): Promise<AgentReport>;
  /** What the agent has done and will do. */
  status(): Promise<AgentStatus>;
  /** Cancels all pending orders, and refuses orders until `resume`. */
  halt(reason: string): Promise<HaltReport>;
  /** Ends a halt. `by` names the person. */
  resume(by: string): Promise<void>;
  /**
   * Settles an order whose outcome runs cannot find out, as a person says, by the toolbox's `settle`. It takes 15
   * seconds. If the order is found meanwhile, the decision is not used.
   */
  settle(callId: string, orderId: string | null, by: string): Promise<SettleReport>;
}
