// Random actions on a small exchange, through every route that changes state.
import fc from "fast-check";
import type { Exchange, ManualMarket, ServiceRecord } from "../../../src/exchange/index.ts";
import { below } from "../../support/seeded.ts";
import { send, type AnswerTo } from "./trader.ts";

export const PAIRS = {
  BTCUSDT: { price: "50000", volume: "18000" },
  DOGEUSDT: { price: "0.12345", volume: "90000000" },
} as const;

/** One action; numbers are taken modulo the number of existing objects. */
export interface Deed {
  readonly what: number;
  readonly which: number;
  readonly amount: number;
}

export const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.record({ what: fc.nat({ max: 999 }), which: fc.nat({ max: 99 }), amount: fc.integer({ min: 1, max: 9999 }) }),
  { minLength: 5, maxLength: 60 },
);

const SIDES = ["buy", "buy", "sell"] as const;
const TYPES = ["market", "market", "limit", "stop_loss", "take_profit"] as const;

/** Performs actions on an exchange and remembers the created objects, so that later actions can use them. */
export class Actor {
  readonly #exchange: Exchange;
  keys: string[] = [];
  accountKeys: string[] = [];
  secrets: string[] = [];
  #orders: string[] = [];
  #agents: string[] = [];
  #webhooks: string[] = [];
  #backtests: string[] = [];
  #strategies: string[] = [];
  #decisions: string[] = [];
  decisionAgents: string[] = [];
  #feedback: string[] = [];

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** The same objects on another exchange. */
  on(exchange: Exchange): Actor {
    const twin = new Actor(exchange);
    twin.keys = [...this.keys];
    twin.accountKeys = [...this.accountKeys];
    twin.secrets = [...this.secrets];
    twin.#orders = [...this.#orders];
    twin.#agents = [...this.#agents];
    twin.#webhooks = [...this.#webhooks];
    twin.#backtests = [...this.#backtests];
    twin.#strategies = [...this.#strategies];
    twin.#decisions = [...this.#decisions];
    twin.decisionAgents = [...this.decisionAgents];
    twin.#feedback = [...this.#feedback];
    return twin;
  }

  async register(): Promise<void> {
    const { apiKey, accountKey, apiSecret, agentId } = await this.#exchange.register({ displayName: "Kestrel" });
    this.keys.push(apiKey);
    this.accountKeys.push(accountKey);
    this.secrets.push(apiSecret);
    this.#agents.push(agentId);
  }

  async do({ what, which, amount }: Deed): Promise<void> {
    await ACTIONS[what % ACTIONS.length]?.(this, which, amount);
  }

  async #send<Method extends string, Path extends string>(
    method: Method,
    path: Path,
    body: unknown,
    key: string | undefined,
    more: Record<string, string> = {},
  ): Promise<AnswerTo<Method, Path>["json"]> {
    const headers: Record<string, string> = key === undefined ? more : { "x-api-key": key, ...more };
    return (await send(this.#exchange, method, `/api/v1${path}` as Path, body, headers)).json;
  }

  #key(which: number): string | undefined {
    return some(which % 4 === 0 ? this.accountKeys : this.keys, which);
  }

  async order(which: number, amount: number): Promise<void> {
    const symbol = which % 2 === 0 ? "BTCUSDT" : "DOGEUSDT";
    const type = some(TYPES, amount) ?? "market";
    const base = Number(PAIRS[symbol].price);
    const order = {
      symbol,
      side: some(SIDES, which),
      type,
      quantity: ((amount % 40) * (1000 / base) * 0.05).toFixed(5),
      ...(type === "market" ? {} : { price: (base * (0.9 + (amount % 20) / 100)).toFixed(6) }),
    };
    // Some keys are repeated, with the same order or another one.
    const more = amount % 3 === 0 ? { "idempotency-key": `key-${amount % 4}` } : {};
    const { order_id: id } = await this.#send("POST", "/trade/order", order, this.#key(which), more);
    if (id !== undefined) this.#orders.push(id);
  }

  async cancel(which: number): Promise<void> {
    await this.#send("DELETE", `/trade/order/${some(this.#orders, which) ?? "none"}`, undefined, this.#key(which));
  }

  async cancelAll(which: number): Promise<void> {
    await this.#send("DELETE", "/trade/orders/open", undefined, this.#key(which));
  }

  async signUp(which: number): Promise<void> {
    const email = `kestrel${which % 3}@Example.com`;
    const { api_key: key } = await this.#send(
      "POST",
      "/auth/register",
      { display_name: "Wren", email, password: "correct horse" },
      undefined,
    );
    if (key !== undefined) this.accountKeys.push(key);
  }

  async logIn(which: number): Promise<void> {
    if (which % 2 === 0) {
      const email = `kestrel${which % 3}@example.com`;
      await this.#send("POST", "/auth/user-login", { email, password: "correct horse" }, undefined);
    } else {
      const body = { api_key: this.accountKeys[0], api_secret: this.secrets[0] };
      await this.#send("POST", "/auth/login", body, undefined);
    }
  }

  async makeAgent(which: number, amount: number): Promise<void> {
    const body = { display_name: `Agent ${amount}`, starting_balance: String(amount) };
    const agent = await this.#send("POST", "/agents", body, this.#key(which));
    if (agent.api_key !== undefined) this.keys.push(agent.api_key);
    if (agent.agent_id !== undefined) this.#agents.push(agent.agent_id);
  }

  async changeAgent(which: number, amount: number): Promise<void> {
    const path = `/agents/${some(this.#agents, which) ?? "none"}`;
    const key = some(this.accountKeys, which);
    if (amount % 4 === 0) await this.#send("PUT", path, { display_name: `Renamed ${amount}` }, key);
    else if (amount % 12 === 3) await this.#send("DELETE", path, undefined, key);
    else if (amount % 4 === 1) await this.#send("POST", `${path}/clone`, undefined, key);
    else await this.#send("POST", `${path}/archive`, undefined, key);
  }

  async limits(which: number, amount: number): Promise<void> {
    const profile = {
      max_position_size_pct: 1 + (amount % 100),
      daily_loss_limit_pct: 1 + (amount % 100),
      max_open_orders: 1 + (amount % 20),
    };
    await this.#send("PUT", "/account/risk-profile", profile, this.#key(which));
  }

  async reset(which: number, amount: number): Promise<void> {
    const body = { confirm: true, new_starting_balance: String(amount) };
    await this.#send("POST", "/account/reset", body, this.#key(which));
  }

  async webhook(which: number, amount: number): Promise<void> {
    const key = some(this.accountKeys, which);
    const path = `/webhooks/${some(this.#webhooks, which) ?? "none"}`;
    if (amount % 3 === 0) await this.#send("DELETE", path, undefined, key);
    else if (amount % 3 === 1) await this.#send("POST", `${path}/test`, undefined, key);
    else {
      const body = {
        url: "https://hooks.example.com/x",
        events: ["backtest.completed", "strategy.test.completed", "strategy.deployed"],
      };
      const { id } = (await this.#send("POST", "/webhooks", body, key)) as unknown as { readonly id?: string };
      if (id !== undefined) this.#webhooks.push(id);
    }
  }

  async backtest(which: number, amount: number): Promise<void> {
    const key = some(this.keys, which);
    const path = `/backtest/${some(this.#backtests, which) ?? "none"}`;
    if (amount % 4 === 1) await this.#send("POST", `${path}/start`, undefined, key);
    else if (amount % 4 === 2) await this.#send("POST", `${path}/step/batch`, { steps: 1 + (amount % 50) }, key);
    else if (amount % 4 === 3) {
      const body = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001" };
      await this.#send("POST", `${path}/trade/order`, body, key);
    } else {
      const body = {
        start_time: "2026-01-05T00:00:00Z",
        end_time: "2026-01-05T01:00:00Z",
        starting_balance: String(amount),
      };
      const made = (await this.#send("POST", "/backtest/create", body, key)) as unknown as { session_id?: string };
      if (made.session_id !== undefined) this.#backtests.push(made.session_id);
    }
  }

  async strategy(which: number, amount: number): Promise<void> {
    const key = some(this.accountKeys, which);
    const path = `/strategies/${some(this.#strategies, which) ?? "none"}`;
    if (amount % 4 === 1) {
      const range = { start: "2026-01-01T00:00:00Z", end: "2026-01-03T00:00:00Z" };
      await this.#send(
        "POST",
        `${path}/test`,
        { version: 1, episodes: 1, episode_duration_days: 1, date_range: range },
        key,
      );
    } else if (amount % 4 === 2) await this.#send("POST", `${path}/deploy`, { version: 1 }, key);
    else if (amount % 4 === 3) await this.#send("POST", `${path}/undeploy`, undefined, key);
    else {
      const definition = {
        pairs: ["BTCUSDT"],
        timeframe: "1h",
        entry_conditions: { rsi_below: 45 },
        exit_conditions: { take_profit_pct: 1, stop_loss_pct: 1 },
      };
      const made = await this.#send("POST", "/strategies", { name: "Dip", definition }, key);
      const { strategy_id: id } = made as unknown as { readonly strategy_id?: string };
      if (id !== undefined) this.#strategies.push(id);
    }
  }

  /** What the trading service would write. Records of agents, decisions and orders that do not exist are rejected. */
  async record(which: number, amount: number): Promise<void> {
    const agent = some(this.#agents, which) ?? "none";
    const traceId = `run ${amount % 5}`;
    const write = (record: ServiceRecord): Promise<string | undefined> =>
      this.#exchange.record(agent, record).catch(() => undefined);
    const orderId = some(this.#orders, amount);
    if (amount % 5 === 0) {
      const id = await write({ kind: "decision", direction: "buy", traceId, confidence: "0.5", orderId });
      if (id === undefined) return;
      this.#decisions.push(id);
      if (!this.decisionAgents.includes(agent)) this.decisionAgents.push(agent);
    } else if (amount % 5 === 1) {
      await write({ kind: "outcome", decisionId: some(this.#decisions, which) ?? "none", pnl: amount % 9 });
    } else if (amount % 5 === 2) {
      await write({ kind: "signal", traceId, strategyName: "dip", symbol: "BTCUSDT", action: "buy" });
    } else if (amount % 5 === 3) {
      const id = await write({ kind: "feedback" });
      if (id !== undefined) this.#feedback.push(id);
    } else {
      const path = `/agents/${agent}/feedback/${some(this.#feedback, amount) ?? "none"}`;
      await this.#send("PATCH", path, { status: "resolved" }, some(this.accountKeys, which));
    }
    await this.#send("GET", `/agents/${agent}/decisions/analyze`, undefined, some(this.accountKeys, which));
  }

  async price(which: number, amount: number): Promise<void> {
    const symbol = which % 2 === 0 ? "BTCUSDT" : "DOGEUSDT";
    const { market } = this.#exchange;
    if ("set" in market) {
      const price = (Number(PAIRS[symbol].price) * (0.9 + (amount % 20) / 100)).toFixed(6);
      (market as ManualMarket).set(symbol, { price });
    }
    if (amount % 2 === 0) this.#exchange.sweep();
  }

  async pass(_: number, amount: number): Promise<void> {
    await this.#exchange.advance(amount * 37);
  }

  async read(which: number): Promise<void> {
    await this.#send("GET", "/analytics/portfolio/history?interval=1m", undefined, this.#key(which));
  }
}

type Action = (actor: Actor, which: number, amount: number) => Promise<void>;
const signUp: Action = (actor, which) => actor.signUp(which);
const logIn: Action = (actor, which) => actor.logIn(which);

const ACTIONS: readonly Action[] = [
  ...Array.from({ length: 10 }, (): Action => (actor, which, amount) => actor.order(which, amount)),
  (actor, which) => actor.cancel(which),
  (actor, which) => actor.cancel(which),
  (actor, which) => actor.cancelAll(which),
  signUp,
  logIn,
  (actor, which, amount) => actor.makeAgent(which, amount),
  (actor, which, amount) => actor.changeAgent(which, amount),
  (actor, which, amount) => actor.limits(which, amount),
  (actor, which, amount) => actor.reset(which, amount),
  (actor, which, amount) => actor.webhook(which, amount),
  (actor, which, amount) => actor.webhook(which, amount),
  (actor, which, amount) => actor.backtest(which, amount),
  (actor, which, amount) => actor.backtest(which, amount),
  (actor, which, amount) => actor.strategy(which, amount),
  (actor, which, amount) => actor.strategy(which, amount),
  (actor, which, amount) => actor.price(which, amount),
  (actor, which, amount) => actor.price(which, amount),
  (actor, which, amount) => actor.pass(which, amount),
  (actor, which, amount) => actor.pass(which, amount),
  (actor, which) => actor.read(which),
  (actor, which, amount) => actor.record(which, amount),
  (actor, which, amount) => actor.record(which, amount),
];

/** A random action. Those that hash a password are rare: they take fifty times as long as others. */
export function someDeed(random: () => number): Deed {
  const deed = { what: below(random, 1000), which: below(random, 100), amount: 1 + below(random, 9999) };
  const action = ACTIONS[deed.what % ACTIONS.length];
  return (action === signUp || action === logIn) && random() < 0.95 ? someDeed(random) : deed;
}

function some<Item>(items: readonly Item[], which: number): Item | undefined {
  return items[which % Math.max(1, items.length)];
}

export const SHOWN: readonly string[] = [
  "/account/info",
  "/account/balance",
  "/account/positions",
  "/account/portfolio",
  "/account/pnl",
  "/trade/orders?limit=500",
  "/trade/orders/open",
  "/trade/history?limit=500",
  "/agents?include_archived=true",
  "/webhooks",
  "/analytics/performance",
  "/analytics/portfolio/history?interval=1m",
  "/backtest/list",
  "/strategies",
];

/** Everything that an exchange shows below some paths with its keys, and its journal. Exchanges with equal states show the same. */
export async function digestOf(exchange: Exchange, actor: Actor, paths = SHOWN): Promise<string> {
  const shown: unknown[] = [];
  for (const key of [...actor.accountKeys, ...actor.keys]) {
    for (const path of paths) {
      const { status, json } = await send(exchange, "GET", `/api/v1${path}`, undefined, { "x-api-key": key });
      shown.push([path, status, json]);
    }
  }
  for (const agent of actor.decisionAgents)
    for (const key of actor.accountKeys)
      for (const path of ["analyze", "trace/run 0"]) {
        const target = `/api/v1/agents/${agent}/decisions/${path}`;
        const { status, json } = await send(exchange, "GET", target, undefined, { "x-api-key": key });
        shown.push([path, status, json]);
      }
  return JSON.stringify([shown, [...exchange.journal]]);
}
