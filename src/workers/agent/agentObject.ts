import { DurableObject } from "cloudflare:workers";
import { runTick, sqlBotStore, type BotStore, type Tick, type TickResult } from "../../bots/index.ts";
import { createClient, getPortfolio, toPlain, type Client } from "../../client/index.ts";
import { isAgentExchangeError, ValidationError } from "../../errors/index.ts";
import { createToolbox, type HaltReport, type Toolbox } from "../../tools/index.ts";
import type { ClientOptions } from "../../transport/index.ts";
import { databaseOf } from "../databaseOf.ts";
import { exchangeConnection } from "../exchangeConnection.ts";
import type { ExchangeObject } from "../exchangeObject.ts";
import { alert, cleaned, log, messageOf } from "./report.ts";
import { nextOf, withTick, type Schedules } from "./schedules.ts";
import { readAgents, SettingsError } from "./settings.ts";
import type { AgentStatus } from "./status.ts";
import type { Agent, AgentReport, AgentSettings, CronBotEnv, CronBotOptions, SettleReport } from "./types.ts";

/** Runs that a page shows. */
const SHOWN_RUNS = 25;
/** A page waits no longer for the exchange. */
const PAGE_TIMEOUT = 10_000;

/**
 * One agent of a cron bot: its history, its journal and its alarm, in a Durable Object that is addressed by the agent's
 * name. Export the class that {@link createCronBot} returns.
 */
export abstract class AgentObject<Env extends CronBotEnv = CronBotEnv> extends DurableObject<Env> implements Agent {
  readonly #store: BotStore;
  /** The key of the agent's account, while it is opened. */
  #account: Promise<string> | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { storage } = ctx;
    this.#store = sqlBotStore(databaseOf(storage));
    if (ctx.id.name !== undefined && storage.kv.get("name") === undefined) storage.kv.put("name", ctx.id.name);
    // The platform forgets an alarm that has failed too often.
    void ctx.blockConcurrencyWhile(() => this.#arm());
  }

  /** The options of the bot. */
  protected abstract get options(): CronBotOptions<Env>;

  async tick(tick: Tick): Promise<AgentReport> {
    const settings = this.#settings();
    const { kv } = this.ctx.storage;
    kv.put("schedules", withTick(this.#schedules, tick.cron, tick.scheduledTime));
    const { strategy, mandate, dryRun, limits } = settings;
    const result = await runTick({
      tick,
      store: this.#store,
      actor: this.#name,
      client: settings.client ?? (() => this.#connection(settings)),
      strategy,
      mandate,
      dryRun,
      limits,
    });
    return this.#report(tick, result);
  }

  async status(): Promise<AgentStatus> {
    const settings = this.#settings();
    return this.#withToolbox(settings, async (toolbox, client) => {
      const { halted, used, unknown } = await toolbox.status();
      const portfolio = await client.send(getPortfolio).then(
        (value) => ({ portfolio: toPlain(value), problem: null }),
        (error: unknown) => ({ portfolio: null, problem: messageOf(this.env, error) }),
      );
      return {
        agent: this.#name,
        strategy: settings.strategy.name,
        isDryRun: settings.dryRun === true,
        halted,
        used,
        unknown: unknown.map(({ callId, tool, symbol, time }) => ({ callId, tool, symbol, time })),
        mandate: settings.mandate,
        nextTick: await this.#nextTick(settings),
        ...portfolio,
        runs: this.#store.runs(SHOWN_RUNS).map((run) => cleaned(this.env, run)),
      };
    });
  }

  async halt(reason: string): Promise<HaltReport> {
    const report = await this.#withToolbox(this.#settings(), (toolbox) => toolbox.halt({ reason }));
    log(this.env, "info", { event: "halted", agent: this.#name, reason, ...report });
    return report;
  }

  async resume(by: string): Promise<void> {
    await this.#withToolbox(this.#settings(), (toolbox) => toolbox.resume(by));
    log(this.env, "info", { event: "resumed", agent: this.#name, by });
  }

  async settle(callId: string, orderId: string | null, by: string): Promise<SettleReport> {
    try {
      const decision = { orderId, by };
      const call = await this.#withToolbox(this.#settings(), (toolbox) => toolbox.settle(callId, decision));
      const state = call.result === null ? "unknown" : call.result.ok ? "executed" : "not executed";
      log(this.env, "info", { event: "settled", agent: this.#name, callId, by, state });
      return { state };
    } catch (error) {
      // Errors lose their class on the way to the Worker.
      if (!isAgentExchangeError(error)) throw error;
      const isInput = error instanceof ValidationError;
      const code = isInput ? "INVALID_BODY" : error.code;
      return { problem: messageOf(this.env, error), code, status: isInput ? 400 : 502 };
    }
  }

  /** A tick of the agent's own schedule. It may come more than once. */
  override async alarm(): Promise<void> {
    const { every } = this.#settings();
    if (every === undefined) return;
    const scheduledTime = Math.floor(Date.now() / every) * every;
    // Before the run, which may not live to the end.
    await this.ctx.storage.setAlarm(scheduledTime + every);
    const { failure } = { failure: null, ...(await this.tick({ scheduledTime, cron: `every ${every} ms` })) };
    if (failure !== null) throw new Error(failure);
  }

  get #name(): string {
    const name = this.ctx.id.name ?? this.ctx.storage.kv.get<string>("name");
    if (name === undefined) throw new SettingsError("An agent's object must be addressed by the agent's name.");
    return name;
  }

  get #schedules(): Schedules {
    return this.ctx.storage.kv.get<Schedules>("schedules") ?? {};
  }

  #settings(): AgentSettings {
    const settings = readAgents(this.options.agents, this.env).get(this.#name);
    if (settings === undefined) throw new SettingsError(`The bot has no agent "${this.#name}".`);
    return settings;
  }

  async #arm(): Promise<void> {
    let every: number | undefined;
    try {
      ({ every } = this.#settings());
    } catch {
      return; // whatever is called next tells
    }
    if (every === undefined || (await this.ctx.storage.getAlarm()) !== null) return;
    await this.ctx.storage.setAlarm((Math.floor(Date.now() / every) + 1) * every);
  }

  async #nextTick({ crons = [] }: AgentSettings): Promise<string | null> {
    const alarm = await this.ctx.storage.getAlarm();
    const cron = nextOf(this.#schedules, crons, Date.now());
    const times = [alarm, cron].filter((time) => time !== null);
    return times.length === 0 ? null : new Date(Math.min(...times)).toISOString();
  }

  /** A toolbox for people: halts and limits are in the journal, so that they hold for every toolbox of this agent. */
  async #withToolbox<T>(settings: AgentSettings, use: (toolbox: Toolbox, client: Client) => Promise<T>): Promise<T> {
    const client = createClient({ timeout: PAGE_TIMEOUT, ...(await this.#connection(settings)) });
    const { journal } = this.#store;
    const toolbox = createToolbox(client, { mandate: settings.mandate, journal, actor: this.#name });
    try {
      return await use(toolbox, client);
    } finally {
      await toolbox.close();
      await client.close();
    }
  }

  async #connection({ client }: AgentSettings): Promise<ClientOptions> {
    if (client !== undefined) return typeof client === "function" ? client() : client;
    const { EXCHANGE } = this.env;
    if (EXCHANGE === undefined)
      throw new SettingsError(`Agent "${this.#name}" needs a client, or the Worker the binding EXCHANGE.`);
    // Two calls at once must not trade with two accounts.
    this.#account ??= this.#openAccount(EXCHANGE).finally(() => (this.#account = undefined));
    const apiKey = await this.#account;
    return { ...exchangeConnection(() => EXCHANGE.getByName(this.#name)), apiKey };
  }

  async #openAccount(exchange: DurableObjectNamespace<ExchangeObject>): Promise<string> {
    const { kv } = this.ctx.storage;
    const known = kv.get<string>("apiKey");
    if (known !== undefined) return known;
    const { apiKey } = await exchange.getByName(this.#name).register({ displayName: this.#name });
    kv.put("apiKey", apiKey);
    return apiKey;
  }

  async #report(tick: Tick, result: TickResult): Promise<AgentReport> {
    const agent = this.#name;
    if (result.kind === "skipped") {
      log(this.env, "info", { event: "skipped", agent, tick, why: result.why });
      return { agent, outcome: "skipped", why: result.why };
    }
    const { isRecorded, error } = result;
    const record = cleaned(this.env, result.record);
    const hasFailed = record.outcome === "failed" || error !== undefined;
    const reason = record.outcome === "failed" ? record.reason : messageOf(this.env, error);
    const failure = hasFailed ? reason : null;
    log(this.env, hasFailed ? "error" : "info", { event: "run", agent, ...record, isRecorded, failure });
    if (failure !== null) await this.#alert({ tick, outcome: "failed", reason: failure, run: record });
    else if (record.outcome === "unknown")
      await this.#alert({ tick, outcome: "unknown", reason: record.reason, run: record });
    return { agent, outcome: record.outcome, run: record, failure };
  }

  #alert(alerted: Omit<Parameters<typeof alert>[1], "agent">): Promise<void> {
    return alert(this.options, { agent: this.#name, ...alerted }, this.env);
  }
}
