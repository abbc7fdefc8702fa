// One agent: its account, the store of its bot, and what it has done.
import { Decimal } from "agentexchange";
import {
  memoryBotStore,
  runTick,
  type Decision,
  type MemoryBotStore,
  type RunRecord,
  type Strategy,
} from "agentexchange/bots";
import { createClient, getPortfolio, type Client } from "agentexchange/core";
import type { Connection, FillEntry } from "agentexchange/exchange";
import { createToolbox, type JsonObject, type Toolbox, type ToolResult } from "agentexchange/tools";
import { Curve } from "./curve.ts";
import { mandateOf, START_BALANCE, STRATEGIES } from "./strategies.ts";
import type { AgentSettings, AgentView, ArenaEvent, Call, LastDecision } from "./types.ts";

/** The schedule's name: ticks come from the arena, not from a cron expression. */
const SCHEDULE = "arena";
/** Calls whose orders may still be filled, and of which a person may want to know. */
const MAX_CALLS = 200;
/** A run needs the entries since the newest checkpoint only, and no earlier run. Each moment that is kept has a copy. */
const STORE = { maxRuns: 1, maxEntries: 1 } as const;
/** A toolbox remembers every call that it has read, so it is replaced now and then. */
const TOOLBOX_READS = 25;

export interface Account {
  readonly apiKey: string;
  readonly agentId: string;
}

interface Sent {
  readonly line: string;
  readonly status: number;
  readonly answer: string;
}

/** What a trader has done: plain values, so that a fork copies them. */
interface History {
  readonly store: MemoryBotStore;
  readonly curve: Curve;
  /** Those whose orders wait, by the order's id; the oldest first. */
  readonly calls: Map<string, Call>;
  equity: Decimal;
  peak: Decimal;
  drawdownPct: Decimal;
  usedToday: Decimal;
  halted: string | null;
  orders: number;
  refusals: number;
  count: number;
  last: LastDecision | null;
}

export interface TraderOptions {
  readonly index: number;
  readonly settings: AgentSettings;
  readonly seed: number;
  readonly account: Account;
  readonly connection: Connection;
  /** The trader that this one goes on from, on a fork of the exchange. */
  readonly from?: Trader | undefined;
}

export class Trader {
  readonly settings: AgentSettings;
  readonly account: Account;
  readonly #index: number;
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #history: History;
  readonly #strategy: Strategy;
  #toolbox: Toolbox | null = null;
  #reads = 0;
  #decision: Decision | null = null;
  #sent: Sent | null = null;

  constructor({ index, settings, seed, account, connection, from }: TraderOptions) {
    this.settings = settings;
    this.account = account;
    this.#index = index;
    this.#connection = connection;
    this.#client = createClient(this.#options());
    this.#history = from === undefined ? newHistory() : copyHistory(from.#history);
    const strategy = STRATEGIES[settings.kind].make(settings, seed + index);
    this.#strategy = {
      name: strategy.name,
      decide: async (context) => (this.#decision = await strategy.decide(context)),
    };
  }

  get equity(): Decimal {
    return this.#history.equity;
  }

  /** Runs one tick; returns the refusal, if there was one. */
  async tick(time: number): Promise<ArenaEvent | null> {
    this.#decision = null;
    this.#sent = null;
    const result = await runTick({
      tick: { scheduledTime: time, cron: SCHEDULE },
      store: this.#history.store,
      client: this.#options(),
      strategy: this.#strategy,
      mandate: mandateOf(this.settings),
      actor: this.settings.name,
      clock: this.#connection.clock,
    });
    if (result.kind === "skipped") return null;
    const { record } = result;
    const history = this.#history;
    history.last = { time, outcome: record.outcome, reason: record.reason };
    const decision = this.#decision as Decision | null;
    if (decision?.kind !== "order") return null;
    return this.#remember(time, decision, record);
  }

  /** Reads the account, after all traders have had their turn. */
  async observe(time: number): Promise<void> {
    const history = this.#history;
    const { totalEquity } = await this.#client.send(getPortfolio);
    history.equity = totalEquity;
    history.peak = Decimal.max(history.peak, totalEquity);
    const fall = history.peak.minus(totalEquity).div(history.peak).times(100);
    history.drawdownPct = Decimal.max(history.drawdownPct, fall);
    history.curve.add({ time, value: totalEquity.toNumber() });
    await this.#readStatus();
  }

  /** Cancels pending orders and refuses new ones until `resume`. */
  async halt(reason: string): Promise<void> {
    await (await this.#ownToolbox()).halt({ reason });
    await this.#readStatus();
  }

  async resume(): Promise<void> {
    await (await this.#ownToolbox()).resume("the person at the page");
    await this.#readStatus();
  }

  /** Places an order by hand, within the same mandate. */
  async order(time: number, tool: string, input: JsonObject): Promise<ToolResult> {
    this.#sent = null;
    const reason = "placed by hand";
    const result = await (await this.#ownToolbox()).run(tool, input, { reason });
    const orderId = result.ok ? textOf((result.data as JsonObject)["orderId"]) : null;
    const outcome = result.ok ? "ordered" : "refused";
    const answer = result.ok ? JSON.stringify(result.data) : `${result.error.code}: ${result.error.message}`;
    this.#keep({ time, method: tool, input, reason, outcome, answer, orderId });
    return result;
  }

  /** A line for a fill of this trader. */
  eventOf({ tradeId, orderId, time, symbol, side, quantity, price, fee }: FillEntry): ArenaEvent {
    const { calls } = this.#history;
    const call = calls.get(orderId) ?? null;
    // An order is filled at once.
    calls.delete(orderId);
    const agent = this.#index;
    return { id: tradeId, agent, time, kind: "fill", symbol, side, quantity, price, fee, times: 1, call };
  }

  view(): AgentView {
    const { equity, drawdownPct, curve, orders, refusals, usedToday, halted, last } = this.#history;
    return {
      settings: this.settings,
      equity,
      changePct: equity.div(START_BALANCE).minus(1).times(100),
      drawdownPct,
      curve: curve.points,
      spaced: curve.spaced,
      orders,
      refusals,
      usedToday,
      halted,
      last,
    };
  }

  async close(): Promise<void> {
    await this.#toolbox?.close();
    await this.#client.close();
  }

  /** The exchange answers at once and belongs to the arena, so there is nothing to wait for or to repeat. */
  #options(): Connection & { readonly apiKey: string; readonly rateLimit: false; readonly retry: false } {
    return {
      ...this.#connection,
      fetch: async (input, init) => {
        const response = await this.#connection.fetch(input, init);
        const { pathname } = new URL(input instanceof Request ? input.url : input);
        if (init?.method === "POST" && pathname.endsWith("/trade/order"))
          this.#sent = {
            line: `POST ${pathname}`,
            status: response.status,
            answer: await response.clone().text(),
          };
        return response;
      },
      apiKey: this.account.apiKey,
      rateLimit: false,
      retry: false,
    };
  }

  #remember(time: number, decision: Extract<Decision, { kind: "order" }>, record: RunRecord): ArenaEvent | null {
    const { tool: method, input, reason } = decision;
    const { outcome, order, error } = record;
    const sent = this.#sent;
    const answer = error === null ? (sent?.answer ?? "") : `${error}: ${record.reason}`;
    const call = this.#keep({ time, method, input, reason, outcome, answer, orderId: order?.id ?? null });
    if (outcome === "ordered") return null;
    return {
      id: call.id,
      agent: this.#index,
      time,
      kind: "refused",
      symbol: textOf(input["symbol"]),
      side: textOf(input["side"]),
      quantity: textOf(input["quantity"]),
      price: null,
      fee: null,
      times: 1,
      call,
    };
  }

  #keep(made: Omit<Call, "id" | "agent" | "request">): Call {
    const history = this.#history;
    const sent = this.#sent;
    const request = sent === null ? null : { line: sent.line, status: sent.status };
    const call = { id: `${this.#index}-${++history.count}`, agent: this.settings.name, request, ...made };
    if (call.outcome === "ordered") history.orders++;
    else history.refusals++;
    if (call.orderId === null) return call;
    history.calls.set(call.orderId, call);
    const [oldest] = history.calls.keys();
    if (history.calls.size > MAX_CALLS && oldest !== undefined) history.calls.delete(oldest);
    return call;
  }

  async #readStatus(): Promise<void> {
    const { used, halted } = await (await this.#ownToolbox()).status();
    this.#history.usedToday = new Decimal(used.value);
    this.#history.halted = halted === false ? null : halted.reason;
  }

  /** What a person does goes through a toolbox with the bot's own journal. Reading that anew at every tick takes time. */
  async #ownToolbox(): Promise<Toolbox> {
    if (this.#toolbox !== null && this.#reads++ < TOOLBOX_READS) return this.#toolbox;
    await this.#toolbox?.close();
    this.#reads = 0;
    this.#toolbox = createToolbox(this.#client, {
      mandate: mandateOf(this.settings),
      actor: this.settings.name,
      journal: this.#history.store.journal,
    });
    return this.#toolbox;
  }
}

function newHistory(): History {
  const start = new Decimal(START_BALANCE);
  const zero = new Decimal(0);
  return {
    store: memoryBotStore(STORE),
    curve: new Curve(),
    calls: new Map(),
    equity: start,
    peak: start,
    drawdownPct: zero,
    usedToday: zero,
    halted: null,
    orders: 0,
    refusals: 0,
    count: 0,
    last: null,
  };
}

function copyHistory(history: History): History {
  const { store, curve, calls } = history;
  return { ...history, store: store.fork(), curve: new Curve(curve), calls: new Map(calls) };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
