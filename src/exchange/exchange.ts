import { checkExchangeOptions } from "./checkOptions.ts";
import { isVirtual, systemClock, virtualClock, type ExchangeClock } from "./time/clock.ts";
import { registerAccount } from "./engine/accounts/accounts.ts";
import { toDecimal28, formatDecimal, formatFixed8 } from "./base/amount.ts";
import { createCourier, type Courier, type HostLookup, type WebhookFetch } from "./engine/webhooks/dispatcher.ts";
import { createMonitor, type Monitor } from "./engine/trading/monitor.ts";
import { createExchangeState } from "./engine/createState.ts";
import type { ExchangeState } from "./engine/state.ts";
import type { Faults } from "./network/faults.ts";
import { createInternalClock } from "./time/internalClock.ts";
import { createFaultInjector } from "./network/faultInjector.ts";
import { quirksOf, type Fidelity } from "./base/quirks.ts";
import { toStartingBalance } from "./http/routes/startingBalance.ts";
import type { ClientAddress } from "./http/clientAddress.ts";
import { PLATFORM_ORIGINS, type CorsOrigins } from "./http/cors.ts";
import { registrationEntry } from "./http/command.ts";
import { createHandler, type ErrorObserver } from "./http/handle.ts";
import type { Journal } from "./persistence/journal.ts";
import { allRoutes } from "./http/routes/index.ts";
import { insecureKeys, generateRootKey, secureKeys, type KeyStream } from "./base/keys.ts";
import { createLoopback } from "./network/loopback.ts";
import type { Market, MarketSource } from "./market/market.ts";
import { randomWalkMarket } from "./market/randomWalk.ts";
import { recoverFork, openRecovery, type RecoveredState } from "./persistence/recovery.ts";
import { replay } from "./engine/replay.ts";
import type { ExchangeStore } from "./persistence/store.ts";
import type { StreamFaults } from "./network/streamFaults.ts";
import {
  createStreamServer,
  createSockets,
  createFaultyFrameFilter,
  withLatency,
  type ExchangeSocketClass,
  type StreamPeer,
  type StreamSession,
} from "./stream/index.ts";

/** How an exchange is made. Everything is optional. */
export interface ExchangeOptions<M extends Market = Market> {
  /** Where prices come from; default a random walk. */
  readonly market?: MarketSource<M> | undefined;
  /** `declared` (default): the platform as it was meant; `observed`: as it behaves, quirks and all. */
  readonly fidelity?: Fidelity | undefined;
  /** Where time comes from; default the computer's. */
  readonly clock?: ExchangeClock | undefined;
  /** Of ids and the default market, which are the same for the same seed; default 1. Keys do not depend on it. */
  readonly seed?: number | undefined;
  /**
   * Makes keys, secrets and tokens from the seed, so that tests can repeat them: whoever has one of them can compute all
   * others. By default they come from 256 random bits, which a store keeps. False refuses a store whose keys come from
   * its seed, as all did before keys were random.
   */
  readonly insecureKeys?: boolean | undefined;
  /** Milliseconds that every answer is on its way, and every frame of a stream in either direction; default 0. */
  readonly latency?: number | undefined;
  /** Whether the platform's rate limits apply; default true. */
  readonly rateLimits?: boolean | undefined;
  /** Whether requests with credentials must be signed with the account's secret; default false. */
  readonly requireSignatures?: boolean | undefined;
  /**
   * Origins of pages that may read answers, as `https://app.example` or, for any port, `http://localhost:*`; default `"*"`,
   * or the platform's list when `observed`.
   */
  readonly corsOrigins?: CorsOrigins | undefined;
  /**
   * The address that a request of a server of yours came from: logins and registrations are limited by it. Left out, all
   * requests count as one client's, such as this program.
   *
   * @example
   * ```ts
   * const addresses = new WeakMap<Request, string>(); // filled by the server
   * const exchange = createExchange({ clientAddress: (request) => addresses.get(request) });
   * ```
   */
  readonly clientAddress?: ClientAddress | undefined;
  /** Whether the address is read from `X-Forwarded-For`, which a proxy in front must set; default false. */
  readonly trustProxy?: boolean | undefined;
  /** What delivers webhooks; default the global `fetch` of the moment. */
  readonly webhookFetch?: WebhookFetch | undefined;
  /** What a host name stands for: webhooks go to no internal address. Left out, only the names themselves are looked at. */
  readonly webhookLookup?: HostLookup | undefined;
  /** What goes wrong on the way to the exchange and back; default nothing. */
  readonly faults?: Faults | undefined;
  /** What goes wrong with streams; default nothing. */
  readonly streamFaults?: StreamFaults | undefined;
  /** Where the journal is kept: an exchange on a store that has one goes on where that one ended. Default memory. */
  readonly store?: ExchangeStore | undefined;
  /** Told of what the exchange itself fails with, a market of your own for instance: the request is answered 500. */
  readonly onError?: ErrorObserver | undefined;
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
  /** The exchange's own time: what it was given, but for pauses. */
  readonly clock: ExchangeClock;
  /**
   * Connects to the exchange's stream, as the global `WebSocket` does to others.
   *
   * @example
   * ```ts
   * const { apiKey } = await exchange.register();
   * const socket = new exchange.connection.WebSocket(`ws://exchange.localhost/ws/v1?api_key=${apiKey}`);
   * socket.addEventListener("open", () => socket.send('{"action":"subscribe","channel":"ticker_all"}'));
   * socket.addEventListener("message", ({ data }) => console.log(data));
   * ```
   */
  readonly WebSocket: ExchangeSocketClass;
}

/** An exchange in a box. */
export interface Exchange<M extends Market = Market> {
  /** Opens an account with one agent, past rate limits. */
  register(account?: NewAccount): Promise<RegisteredAccount>;
  /** Address, `fetch` and clock of this exchange, as a client takes them. */
  readonly connection: Connection;
  /** Answers a request as the platform would; the host does not matter. */
  fetch(input: Request | string | URL, init?: RequestInit): Promise<Response>;
  /**
   * Attaches a socket of a server to the stream, before its upgrade is accepted: undefined means that it is to be
   * refused with 403. Of the address only path and query matter. Tell the session what the socket receives, and
   * its end.
   *
   * @example
   * ```ts
   * const { apiKey } = await exchange.register();
   * const peer = {
   *   send: (text: string) => console.log(text),
   *   close: (code: number) => console.log("closed with", code),
   *   drop: () => console.log("cut off"),
   *   stall: () => {},
   * };
   * const session = exchange.connect(`/ws/v1?api_key=${apiKey}`, peer);
   * session?.receive('{"action":"subscribe","channel":"orders"}');
   * await exchange.advance(0);
   * session?.closed();
   * ```
   */
  connect(url: string | URL, peer: StreamPeer): StreamSession | undefined;
  readonly market: M;
  /** Accepted commands, fills and injected faults, oldest first. */
  readonly journal: Journal;
  /** Runs the monitor of pending orders once, now; gives back how many orders it filled. */
  sweep(): number;
  /** Lets time pass on a virtual clock: prices move, pending orders fill, timers fire, in their order. */
  advance(ms: number): Promise<void>;
  /**
   * Makes time stand still inside: its clock, its prices, sweeps, snapshots and deliveries. Requests are answered all
   * the same, by the time that it stands at; what a client of its `connection` waits for by the clock waits as long.
   * Calling it again is harmless.
   *
   * @example
   * ```ts
   * const { timestamp } = await client.getPrice("BTCUSDT");
   * exchange.pause();
   * await exchange.advance(60_000); // passes for everybody else only
   * exchange.resume();
   * ```
   */
  pause(): void;
  /** Lets time go on from where it stands, however long it stood. Calling it again is harmless. */
  resume(): void;
  /**
   * An independent exchange with everything that this one has, from this moment on: "what if I had bought?" It lives
   * in memory, on a virtual clock of its own if this one's is virtual, and delivers no webhooks. Its time runs. Keys that
   * it makes are its own.
   */
  fork(): Exchange<M>;
  /** Refuses connections from now on and drops answers that are on their way. Calling it again is harmless. */
  close(): void;
}

const ORIGIN = "http://exchange.localhost";
// Of a longer one the platform makes no agent.
const LONGEST_NAME = 92;

/**
 * An exchange that lives inside this program: the platform's REST interface on `fetch`, its stream on a
 * `WebSocket` of its own, with seeded prices and exact arithmetic. It needs no server, and keeps no process alive.
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
  checkExchangeOptions(options);
  if (options.store === undefined) {
    const settings = settled(options, {});
    return openExchange(settings, settings.insecureKeys === true ? insecureKeys(settings.seed) : secureKeys());
  }
  const stored = openRecovery(options.store);
  try {
    const settings = settled(options, stored.origin ?? {});
    const { seed, fidelity, market, clock } = settings;
    const asked = { seed, fidelity, market: market.describe?.() ?? "custom", openedAt: clock.now() };
    const keys =
      stored.origin === undefined && settings.insecureKeys !== true ? generateRootKey() : stored.origin?.keys;
    const past = stored.recover({ ...asked, keys }, settings.insecureKeys);
    return openExchange(settings, keys === undefined ? insecureKeys(seed) : secureKeys(keys), past);
  } catch (error) {
    stored.close();
    throw error;
  }
}

/** Options of which the most important ones are settled. */
type Settled<M extends Market> = ExchangeOptions<M> & {
  readonly clock: ExchangeClock;
  readonly seed: number;
  readonly fidelity: Fidelity;
  readonly market: MarketSource<M>;
};

function settled<M extends Market>(
  options: ExchangeOptions<M>,
  stored: { readonly seed?: number; readonly fidelity?: Fidelity },
): Settled<M> {
  const seed = options.seed ?? stored.seed ?? 1;
  return {
    ...options,
    clock: options.clock ?? systemClock,
    seed,
    fidelity: options.fidelity ?? stored.fidelity ?? "declared",
    // Left out, the market is a `Market`, and so is what `M` stands for then.
    market: options.market ?? (randomWalkMarket({ seed }) as MarketSource<M>),
  };
}

function openExchange<M extends Market>(options: Settled<M>, keys: KeyStream, past?: RecoveredState): Exchange<M> {
  const { seed, fidelity } = options;
  const time = createInternalClock(options.clock);
  const { clock } = time;
  if (past !== undefined) time.set(past.openedAt);
  const market = options.market.open(clock, {
    beforeChange: () => monitor.catchUp(clock.now()),
    changed: (symbol, quote) => state.journal.add({ kind: "price", time: clock.now(), symbol, quote }),
  });
  const state = createExchangeState(clock, market, quirksOf(fidelity), seed, { ...past, keys });
  const monitor = createMonitor(state);
  const routes = allRoutes(options.webhookLookup && unlessReplaying(state, options.webhookLookup));
  const handler = createHandler(state, monitor, routes, {
    rateLimits: options.rateLimits ?? true,
    requireSignatures: options.requireSignatures ?? false,
    corsOrigins: options.corsOrigins ?? (fidelity === "observed" ? PLATFORM_ORIGINS : "*"),
    clientAddress: options.clientAddress,
    trustProxy: options.trustProxy ?? false,
    onError: options.onError,
  });
  if (past !== undefined) {
    const stage = { state, monitor, command: handler.replay, refusal: handler.restoreRejection, setTime: time.set };
    const latest = Math.max(past.now, replay(stage, past.ledger) ?? past.now);
    // A copy goes on at once; for what was stored time has passed meanwhile.
    if (past.isFork) time.run(latest);
    else time.follow(latest);
    state.now = clock.now();
  }
  const courier =
    past?.isFork === true
      ? silence(state)
      : createCourier(
          state,
          (now) => monitor.catchUp(now),
          options.webhookFetch ?? ((url, init) => globalThis.fetch(url, init)),
          options.webhookLookup,
        );
  const { journal } = state;
  const faultInjector = options.faults === undefined ? undefined : createFaultInjector(clock, journal, options.faults);
  const latency = options.latency ?? 0;
  // The way to the exchange is outside: answers arrive while time stands still inside.
  const loopback = createLoopback(options.clock, latency, handler.handle, faultInjector);
  const { streamFaults } = options;
  const streamServer = createStreamServer(
    state,
    monitor,
    streamFaults && createFaultyFrameFilter(clock, journal, streamFaults),
  );
  const sockets = createSockets(options.clock, latency, streamServer);
  const remoteServer = withLatency(streamServer, options.clock, latency);

  return {
    async register(account = {}) {
      const registered = register(state, monitor, account);
      await journal.persisted();
      return registered;
    },
    connection: { baseUrl: ORIGIN, fetch: loopback.fetch, clock, WebSocket: sockets.WebSocket },
    fetch: loopback.fetch,
    connect: (url, peer) => remoteServer.connect(url, peer),
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
        // What has become due just now is delivered just now.
        if (state.outbox.waiting.size > 0) await clock.advance(0);
        await journal.persisted();
      } finally {
        monitor.driven = false;
      }
    },
    pause: time.pause,
    resume: time.resume,
    fork() {
      const ownClock = isVirtual(options.clock) ? virtualClock(clock.now()) : options.clock;
      return openExchange({ ...options, clock: ownClock }, keys.fork(), recoverFork(journal, state.openedAt, clock));
    },
    close() {
      loopback.close();
      sockets.close();
      streamServer.close();
      courier.close();
      past?.close(clock.now());
    },
  };
}

/** What was let in once is let in again, whatever names stand for by now. */
function unlessReplaying(state: ExchangeState, lookup: HostLookup): HostLookup {
  return (host) => (state.replaying ? Promise.resolve([]) : lookup(host));
}

/** Deliveries of a copy reach nobody: the original makes them. */
function silence({ outbox }: ExchangeState): Courier {
  outbox.waiting.clear();
  outbox.posted = (delivery) => void outbox.waiting.delete(delivery);
  return { close() {} };
}

function register(
  state: ExchangeState,
  monitor: Monitor,
  { displayName = "", startingBalance = "10000.00" }: NewAccount,
): RegisteredAccount {
  monitor.catchUp(state.clock.now());
  const balance = toDecimal28(startingBalance);
  if (balance.units <= 0n)
    throw new RangeError(`startingBalance must be greater than 0, not ${String(startingBalance)}`);
  const name = displayName.trim();
  if (name.length > LONGEST_NAME)
    throw new RangeError(`displayName must have at most ${LONGEST_NAME} characters, not ${name.length}`);
  const account = state.journal.runCommand(
    () =>
      registerAccount(state, {
        displayName: name,
        email: undefined,
        password: undefined,
        startingBalance: toStartingBalance(state, balance),
      }),
    () => registrationEntry(state.now, name, formatDecimal(balance)),
  );
  const agent = account.agents[0];
  if (agent === undefined) throw new Error(`the account of ${formatFixed8(account.startingBalance)} USDT has no agent`);
  return {
    accountId: account.id,
    apiKey: agent.key,
    accountKey: account.key,
    apiSecret: account.secret,
    agentId: agent.id,
  };
}
