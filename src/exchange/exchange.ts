import { isVirtual, systemClock, type Clock } from "./clock.ts";
import { registerAccount } from "./engine/accounts.ts";
import { amountOf, textOfAmount, textOfStored } from "./engine/amount.ts";
import { createCourier, type HostLookup, type WebhookFetch } from "./engine/courier.ts";
import { createMonitor, type Monitor } from "./engine/monitor.ts";
import { createWorld, type World } from "./engine/world.ts";
import type { Faults } from "./faults.ts";
import { createDisturbance } from "./faultyLine.ts";
import { quirksOf, type Fidelity } from "./fidelity.ts";
import { startingBalanceOf } from "./http/balances.ts";
import { PLATFORM_ORIGINS, type CorsOrigins } from "./http/cors.ts";
import { registrationEntry } from "./http/command.ts";
import { createHandler } from "./http/handle.ts";
import { accountRoutes } from "./http/routes/account.ts";
import { agentRoutes } from "./http/routes/agents.ts";
import { analyticsRoutes } from "./http/routes/analytics.ts";
import { authRoutes } from "./http/routes/auth.ts";
import { backtestAccountRoutes } from "./http/routes/backtestAccount.ts";
import { backtestReportRoutes } from "./http/routes/backtestReports.ts";
import { backtestRoutes } from "./http/routes/backtest.ts";
import { healthRoutes } from "./http/routes/health.ts";
import { dataRangeRoutes } from "./http/routes/dataRange.ts";
import { indicatorRoutes } from "./http/routes/indicators.ts";
import { marketRoutes } from "./http/routes/market.ts";
import { missingRoutes } from "./http/routes/missing.ts";
import { tradeRoutes } from "./http/routes/trade.ts";
import { webhookRoutes } from "./http/routes/webhooks.ts";
import type { Journal } from "./journal.ts";
import { createLine } from "./line.ts";
import type { Market, MarketSource } from "./market/market.ts";
import { randomWalkMarket } from "./market/randomWalk.ts";

/** How an exchange is made. Everything is optional. */
export interface ExchangeOptions<M extends Market = Market> {
  /** Where prices come from; default a random walk. */
  readonly market?: MarketSource<M> | undefined;
  /** `declared` (default): the platform as it was meant; `observed`: as it behaves, quirks and all. */
  readonly fidelity?: Fidelity | undefined;
  /** Where time comes from; default the computer's. */
  readonly clock?: Clock | undefined;
  /** Of ids, keys and the default market; default 1. */
  readonly seed?: number | undefined;
  /** Milliseconds that every answer is on its way; default 0. */
  readonly latency?: number | undefined;
  /** Whether the platform's rate limits apply; default true. */
  readonly rateLimits?: boolean | undefined;
  /** Whether requests with credentials must be signed with the account's secret; default false. */
  readonly requireSignatures?: boolean | undefined;
  /** Origins of pages that may read answers; default `"*"`, or the platform's list when `observed`. */
  readonly corsOrigins?: CorsOrigins | undefined;
  /** What delivers webhooks; default the global `fetch` of the moment. */
  readonly webhookFetch?: WebhookFetch | undefined;
  /** What a host name stands for: webhooks go to no internal address. Left out, only the names themselves are looked at. */
  readonly webhookLookup?: HostLookup | undefined;
  /** What goes wrong on the way to the exchange and back; default nothing. */
  readonly faults?: Faults | undefined;
}

/** Who may be registered. */
export interface NewAccount {
  /** Default `Agent`. */
  readonly displayName?: string | undefined;
  /** In USDT; default 10000. */
  readonly startingBalance?: string | number | { toString(): string } | undefined;
}

/** A new account and its credentials. */
export interface RegisteredAccount {
  readonly accountId: string;
  /** The agent's key: all that a client needs. */
  readonly apiKey: string;
  /** The account's own key: logs in, sees all agents. */
  readonly accountKey: string;
  /** The account's secret: logs in, signs requests. */
  readonly apiSecret: string;
  readonly agentId: string;
}

/** What a client needs to reach an exchange; spread it into the client's options. */
export interface Connection {
  readonly baseUrl: string;
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>;
  readonly clock: Clock;
}

/** An exchange in a box. */
export interface Exchange<M extends Market = Market> {
  /** Opens an account with one agent, past rate limits. */
  register(account?: NewAccount): Promise<RegisteredAccount>;
  /** Address, `fetch` and clock of this exchange, as a client takes them. */
  readonly connection: Connection;
  /** Answers a request as the platform would; the host does not matter. */
  fetch(input: Request | string | URL, init?: RequestInit): Promise<Response>;
  readonly market: M;
  /** Accepted commands, fills and injected faults, oldest first. */
  readonly journal: Journal;
  /** Runs the monitor of pending orders once, now; gives back how many orders it filled. */
  sweep(): number;
  /** Lets time pass on a virtual clock: prices move, pending orders fill, timers fire, in their order. */
  advance(ms: number): Promise<void>;
  /** Refuses connections from now on and drops answers that are on their way. Calling it again is harmless. */
  close(): void;
}

const ORIGIN = "http://exchange.localhost";
// Of a longer one the platform makes no agent.
const LONGEST_NAME = 92;

/**
 * An exchange that lives inside this program: the platform's REST interface on `fetch`, with seeded prices and
 * exact arithmetic. It needs no server, and keeps no process alive.
 *
 * @example
 * ```ts
 * import { AgentExchangeClient } from "agentexchange";
 * import { createExchange, randomWalkMarket } from "agentexchange/exchange";
 *
 * const exchange = createExchange({ market: randomWalkMarket({ seed: 42 }) });
 * const { apiKey } = await exchange.register({ displayName: "bot", startingBalance: "10000" });
 * const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
 * const { price } = await client.getPrice("BTCUSDT");
 * ```
 */
export function createExchange<M extends Market = Market>(options: ExchangeOptions<M> = {}): Exchange<M> {
  const clock = options.clock ?? systemClock;
  const seed = options.seed ?? 1;
  const fidelity = options.fidelity ?? "declared";
  // Left out, the market is a `Market`, and so is what `M` stands for then.
  const market = (options.market ?? (randomWalkMarket({ seed }) as MarketSource<M>)).open(clock, () =>
    monitor.catchUp(clock.now()),
  );
  const world = createWorld(clock, market, quirksOf(fidelity), seed);
  const monitor = createMonitor(world);
  const routes = [
    healthRoutes,
    marketRoutes,
    authRoutes,
    tradeRoutes,
    accountRoutes,
    agentRoutes,
    analyticsRoutes,
    webhookRoutes(options.webhookLookup),
    indicatorRoutes(),
    dataRangeRoutes,
    backtestRoutes,
    backtestAccountRoutes,
    backtestReportRoutes,
    missingRoutes,
  ].flat();
  const handle = createHandler(world, monitor, routes, {
    rateLimits: options.rateLimits ?? true,
    requireSignatures: options.requireSignatures ?? false,
    corsOrigins: options.corsOrigins ?? (fidelity === "observed" ? PLATFORM_ORIGINS : "*"),
  });
  const courier = createCourier(
    world,
    options.webhookFetch ?? ((url, init) => globalThis.fetch(url, init)),
    options.webhookLookup,
  );
  const { journal } = world;
  const disturbance = options.faults === undefined ? undefined : createDisturbance(clock, journal, options.faults);
  const line = createLine(clock, options.latency ?? 0, handle, disturbance);

  return {
    register: async (account = {}) => register(world, monitor, account),
    connection: { baseUrl: ORIGIN, fetch: line.fetch, clock },
    fetch: line.fetch,
    market,
    journal,
    sweep() {
      monitor.catchUp(clock.now());
      return monitor.sweep();
    },
    async advance(ms) {
      if (!isVirtual(clock))
        throw new TypeError("advance needs a virtual clock: createExchange({ clock: virtualClock() })");
      monitor.catchUp(clock.now());
      monitor.driven = true;
      try {
        await clock.advance(ms);
        monitor.catchUp(clock.now());
      } finally {
        monitor.driven = false;
      }
    },
    close() {
      line.close();
      courier.close();
    },
  };
}

function register(
  world: World,
  monitor: Monitor,
  { displayName = "", startingBalance = "10000.00" }: NewAccount,
): RegisteredAccount {
  monitor.catchUp(world.clock.now());
  const balance = amountOf(startingBalance);
  if (balance.units <= 0n)
    throw new RangeError(`startingBalance must be greater than 0, not ${String(startingBalance)}`);
  const name = displayName.trim();
  if (name.length > LONGEST_NAME)
    throw new RangeError(`displayName must have at most ${LONGEST_NAME} characters, not ${name.length}`);
  const account = world.journal.during(
    () =>
      registerAccount(world, {
        displayName: name,
        email: undefined,
        password: undefined,
        startingBalance: startingBalanceOf(world, balance),
      }),
    () => registrationEntry(world.now, name, textOfAmount(balance)),
  );
  const agent = account.agents[0];
  if (agent === undefined) throw new Error(`the account of ${textOfStored(account.startingBalance)} USDT has no agent`);
  return {
    accountId: account.id,
    apiKey: agent.key,
    accountKey: account.key,
    apiSecret: account.secret,
    agentId: agent.id,
  };
}
