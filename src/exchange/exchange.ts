import { insecureKeys, secureKeys } from "./base/keys.ts";
import { quirksOf } from "./base/quirks.ts";
import { createExchangeState } from "./engine/createState.ts";
import { canSave, saveState } from "./engine/savedState.ts";
import type { ServiceRecord } from "./engine/decisions/model.ts";
import { recordDirectly } from "./engine/decisions/records.ts";
import type { ExchangeState } from "./engine/state.ts";
import { createMonitor, type Monitor } from "./engine/trading/monitor.ts";
import { createWebhookDispatcher, type WebhookDispatcher, type HostLookup } from "./engine/webhooks/dispatcher.ts";
import { PLATFORM_ORIGINS } from "./http/cors.ts";
import { createHandler } from "./http/handle.ts";
import { allRoutes, researchJobs } from "./http/routes/index.ts";
import type { Market } from "./market/market.ts";
import { createFaultInjector } from "./network/faultInjector.ts";
import { createLoopback } from "./network/loopback.ts";
import { checkExchangeOptions, resolveOptions, type ExchangeOptions, type ResolvedOptions } from "./options.ts";
import { memoryLedger, type Journal } from "./persistence/journal.ts";
import { forkLedger } from "./persistence/ledgers.ts";
import type { SnapshotWriter } from "./persistence/snapshots.ts";
import { StoreError } from "./persistence/store.ts";
import { registerDirectly, type RegisterAccountInput, type RegisteredAccount } from "./registration.ts";
import { openFromStore, type Start, type StoredHost } from "./stored.ts";
import {
  createFaultyFrameFilter,
  createSockets,
  createStreamServer,
  withLatency,
  type ExchangeSocketClass,
  type ResumableServer,
  type StreamPeer,
  type StreamSession,
} from "./stream/index.ts";
import { isVirtual, virtualClock, type ExchangeClock } from "./time/clock.ts";
import { createInternalClock } from "./time/internalClock.ts";
import { partOf } from "./engine/parts.ts";
import { OUTBOX } from "./engine/webhooks/parts.ts";

/** How a client reaches an exchange. Spread it into the client's options. */
export interface Connection {
  readonly baseUrl: string;
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>;
  /** The exchange's own time: that of the `clock` option, except while the exchange is paused. */
  readonly clock: ExchangeClock;
  /**
   * Connects to the exchange's stream; has the interface of the global `WebSocket`.
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

/** An embedded exchange. */
export interface Exchange<M extends Market = Market> {
  /** Registers an account with one agent; rate limits do not apply. */
  register(account?: RegisterAccountInput): Promise<RegisteredAccount>;
  /**
   * Adds what the platform's own trading service writes about an agent: decisions, their signals, requests and outcomes,
   * and feedback. No request can add them; `getDecisionTrace`, `analyzeDecisions` and `updateFeedback` of a client use
   * them. The latest 10 000 records of each agent are kept. Resolves to the record's id, for an outcome to the decision's.
   *
   * @throws TypeError if the agent, its decision or its order does not exist, or if the record is invalid
   * @example
   * ```ts
   * const { agentId } = await exchange.register();
   * const decisionId = await exchange.record(agentId, { kind: "decision", direction: "buy", traceId: "run-7" });
   * await exchange.record(agentId, { kind: "outcome", decisionId, pnl: "12.5" });
   * ```
   */
  record(agentId: string, record: ServiceRecord): Promise<string>;
  /** Base URL, `fetch`, `WebSocket` and clock of this exchange, as a client expects them. */
  readonly connection: Connection;
  /** Answers a request as the platform would. The host is ignored. */
  fetch(input: Request | string | URL, init?: RequestInit): Promise<Response>;
  /**
   * Connects a server's socket to the stream. Call it before accepting the upgrade: undefined means that the upgrade
   * must be rejected with 403. Only the path and the query of the URL matter. Pass everything that the socket receives,
   * and its end, to the session.
   *
   * @example
   * ```ts
   * const { apiKey } = await exchange.register();
   * const peer = {
   *   send: (text: string) => console.log(text),
   *   close: (code: number) => console.log("closed with", code),
   *   drop: () => console.log("dropped"),
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
  /** Checks all pending orders once, now; returns the number of orders filled. */
  sweep(): number;
  /** Advances a virtual clock: prices move, pending orders fill and timers fire, in order. */
  advance(ms: number): Promise<void>;
  /**
   * Stops the exchange's time: its clock, prices, sweeps, snapshots and webhook deliveries. Requests are still answered,
   * with the time at which it stopped, and waits on its `connection.clock` last until it is resumed. Does nothing if the
   * exchange is paused already.
   *
   * @example
   * ```ts
   * const { timestamp } = await client.getPrice("BTCUSDT");
   * exchange.pause();
   * await exchange.advance(60_000); // time passes for everything except the exchange
   * exchange.resume();
   * ```
   */
  pause(): void;
  /** Lets time continue from where it stopped. Does nothing if the exchange is not paused. */
  resume(): void;
  /**
   * Creates an independent copy of the exchange in its current state, to try out "what if I had bought?". The copy lives
   * in memory, has its own virtual clock if this one's is virtual, is not paused, and delivers no webhooks. Keys that it
   * creates are its own.
   */
  fork(): Exchange<M>;
  /** Rejects connections from now on and discards responses in flight. Further calls do nothing. */
  close(): void;
}

const ORIGIN = "http://exchange.localhost";

/**
 * Creates an exchange inside this program: the platform's REST interface as `fetch`, its stream as a `WebSocket` class,
 * with seeded prices and exact arithmetic. It needs no server and keeps no process alive.
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
  return createHosted(options);
}

/** A server that puts its exchange to sleep: it needs more than callers of an exchange do. */
export interface Host extends StoredHost {
  /** Called with the parts of the exchange once it is open. */
  readonly opened: (parts: HostedParts) => void;
}

export interface HostedParts {
  readonly state: ExchangeState;
  readonly monitor: Monitor;
  readonly streamServer: ResumableServer;
  readonly snapshots: SnapshotWriter | undefined;
}

export function createHosted<M extends Market = Market>(options: ExchangeOptions<M>, host?: Host): Exchange<M> {
  checkExchangeOptions(options);
  if (options.store === undefined) {
    const resolved = resolveOptions(options, {});
    return openExchange(resolved, {
      keys: resolved.insecureKeys === true ? insecureKeys(resolved.seed) : secureKeys(),
      ledger: memoryLedger(resolved.journal === "compact"),
    });
  }
  return openFromStore(options.store, options, host, (resolved, start) => openExchange(resolved, start, host));
}

function openExchange<M extends Market>(options: ResolvedOptions<M>, start: Start, host?: Host): Exchange<M> {
  const { seed, fidelity, latency = 0 } = options;
  const { keys, ledger, saved, openedAt, now, stored, shard } = start;
  const isFork = saved !== undefined && stored === undefined;
  const time = createInternalClock(options.clock);
  const { clock } = time;
  if (openedAt !== undefined) time.set(openedAt);
  const listener = {
    beforeChange: () => monitor.catchUp(clock.now()),
    changed: (symbol: string, quote: Readonly<Record<string, string>>) =>
      state.journal.add({ kind: "price", time: clock.now(), symbol, quote }),
  };
  const market = options.market.open(clock, listener, saved?.market);
  const state = createExchangeState(clock, market, quirksOf(fidelity), seed, { keys, ledger, saved, shard });
  const { journal } = state;
  const monitor = createMonitor(state, researchJobs(state));
  const signatures = options.webhookSignatures ?? "platform";
  const routes = allRoutes(options.webhookLookup && skipWhileReplaying(state, options.webhookLookup), signatures);
  const handler = createHandler(state, monitor, routes, {
    rateLimits: options.rateLimits ?? true,
    requireSignatures: options.requireSignatures ?? false,
    corsOrigins: options.corsOrigins ?? (fidelity === "observed" ? PLATFORM_ORIGINS : "*"),
    clientAddress: options.clientAddress,
    trustProxy: options.trustProxy ?? false,
    onError: options.onError,
  });
  if (openedAt !== undefined) {
    const target = {
      state,
      monitor,
      runCommand: handler.replay,
      rememberRejection: handler.restoreRejection,
      setTime: time.set,
    };
    const replayed = stored?.replay(target);
    const latest = Math.max(now ?? openedAt, replayed ?? openedAt);
    // A fork continues immediately. For a stored exchange, time has passed in the meantime.
    if (isFork) time.run(latest);
    else time.follow(latest);
    state.now = clock.now();
  }
  const snapshots = stored?.openSnapshots(state);
  journal.beforePersisting = snapshots?.step;
  const webhooks = isFork
    ? discardDeliveries(state)
    : createWebhookDispatcher(
        state,
        (latest) => monitor.catchUp(latest),
        options.webhookFetch ?? ((url, init) => globalThis.fetch(url, init)),
        options.webhookLookup,
        signatures,
      );
  const faultInjector = options.faults && createFaultInjector(clock, journal, options.faults);
  // The network uses the outer clock: responses arrive even while the exchange is paused.
  const loopback = createLoopback(options.clock, latency, handler.handle, faultInjector);
  const frameFilter = options.streamFaults && createFaultyFrameFilter(clock, journal, options.streamFaults);
  const streamServer = createStreamServer(state, monitor, frameFilter, host !== undefined);
  const sockets = createSockets(options.clock, latency, streamServer);
  const remoteServer = withLatency(streamServer, options.clock, latency);
  host?.opened({ state, monitor, streamServer, snapshots });

  return {
    async register(account = {}) {
      monitor.catchUp(clock.now());
      const registered = registerDirectly(state, account);
      await journal.persisted();
      return registered;
    },
    async record(agentId, record) {
      monitor.catchUp(clock.now());
      const id = recordDirectly(state, agentId, record);
      await journal.persisted();
      return id;
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
        throw new TypeError("advance() needs a virtual clock: createExchange({ clock: virtualClock() })");
      monitor.catchUp(clock.now());
      monitor.sweepsStillMarket = true;
      try {
        await clock.advance(ms);
        monitor.catchUp(clock.now());
        // Deliver webhooks that have just become due.
        if (partOf(state, OUTBOX).waiting.size > 0) await clock.advance(0);
        await journal.persisted();
      } finally {
        monitor.sweepsStillMarket = false;
      }
    },
    pause: time.pause,
    resume: time.resume,
    fork() {
      const ownClock = isVirtual(options.clock) ? virtualClock(clock.now()) : options.clock;
      if (!canSave(state)) throw new TypeError("A market whose prices are set needs save(), so that it can be forked.");
      monitor.catchUp(clock.now());
      snapshots?.keepPages();
      return openExchange(
        { ...options, clock: ownClock },
        {
          keys: keys.fork(),
          ledger: forkLedger(ledger),
          saved: saveState(state),
          openedAt: state.openedAt,
          shard,
          now: clock.now(),
        },
      );
    },
    close() {
      loopback.close();
      sockets.close();
      streamServer.close();
      webhooks.close();
      monitor.close();
      try {
        snapshots?.finish();
      } catch (error) {
        // Without this snapshot, the next opening only takes longer.
        if (!(error instanceof StoreError)) throw error;
      } finally {
        stored?.close(clock.now());
      }
    },
  };
}

/** During a replay every host is allowed: it was checked when the command was first executed. */
function skipWhileReplaying(state: ExchangeState, lookup: HostLookup): HostLookup {
  return (host) => (state.replaying ? Promise.resolve([]) : lookup(host));
}

/** A fork delivers no webhooks: the original does. */
function discardDeliveries(state: ExchangeState): WebhookDispatcher {
  partOf(state, OUTBOX).waiting.clear();
  state.deliveryPosted = ({ id }) => void partOf(state, OUTBOX).waiting.delete(id);
  return { close() {} };
}
