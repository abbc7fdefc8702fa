import type { CandleInterval, CandleUpdate, OrderUpdate, PortfolioUpdate, Tick } from "../endpoints/index.ts";
import {
  ClientClosedError,
  isAgentExchangeError,
  type AgentExchangeError,
  type AuthenticationError,
  type ConnectionError,
} from "../errors/index.ts";
import type { StreamContext } from "./context.ts";
import { candlesSource } from "./candles.ts";
import { ALL_TICKERS, candlesChannel, ORDERS, PORTFOLIO, tickerChannel, type Channel } from "./channel.ts";
import { createConnection, type Connection, type Deafness } from "./connection.ts";
import type { Gap, StreamState } from "./events.ts";
import type { Message } from "./message.ts";
import { ordersSource } from "./orders.ts";
import { createPairList } from "./pairs.ts";
import { createPolled, type Polled, type Source } from "./polling.ts";
import { portfolioSource } from "./portfolio.ts";
import type { Failure, Listener } from "./queue.ts";
import { createTickers } from "./tickers.ts";

/** More symbols than this come by the channel of all symbols. */
const MOST_TICKERS = 30;
/** Milliseconds between two tries to make up for what was missed. */
const RETRY = 2000;
const LONGEST_RETRY = 30_000;

/** Whom a stream tells what happens to it. */
export interface HubListener {
  state(state: StreamState): void;
  gap(gap: Gap): void;
  error(error: unknown): void;
}

/** All subscriptions of a stream and the connections that they need. */
export interface Hub {
  readonly state: StreamState;
  /** What keeps it from being live, as far as it is known. */
  readonly problem: AgentExchangeError | undefined;
  ticker(symbols: readonly string[] | "all", listener: Listener<Tick>): () => void;
  candles(symbol: string, interval: CandleInterval, listener: Listener<CandleUpdate>): () => void;
  orders(listener: Listener<OrderUpdate>): () => void;
  portfolio(listener: Listener<PortfolioUpdate>): () => void;
  /** Ends everything; with a failure, every iterator with it. */
  close(failure?: Failure): void;
}

interface AnyPolled {
  readonly channel: Channel;
  readonly polled: Polled<never>;
}

export function createHub(context: StreamContext, listener: HubListener): Hub {
  const polled = new Map<string, AnyPolled>();
  let connections: readonly Connection[] = [];
  let state: StreamState = "idle";
  let problem: AgentExchangeError | undefined;
  /** Whether the problem is one that only a change in this program can solve. */
  let impossible = false;
  let closed = false;
  /** What is being made up for, by channel; ended with the channel, or by its next loss. */
  const recoveries = new Map<string, AbortController>();

  const pairs = createPairList(context);
  const tickers = createTickers(context, {
    rearrange,
    silent: (symbol) => connectionOf(symbol === undefined ? ALL_TICKERS.key : tickerChannel(symbol).key)?.renew(),
    pairs,
    hasOwnChannel: (symbol) => connectionOf(tickerChannel(symbol).key) !== undefined,
    report: (error) => listener.error(error),
  });

  function connectionOf(key: string): Connection | undefined {
    return connections.find((connection) => connection.has(key));
  }

  const owner = {
    tick: (tick: Tick): void => tickers.receive(tick),
    data(message: Message): boolean | undefined {
      const { channel, symbol, interval } = message;
      if (channel === "ticker") return tickers.read(message);
      const key = channel === "candles" ? `candles:${String(symbol)}:${String(interval)}` : String(channel);
      return polled.get(key)?.polled.receive(message);
    },
    acknowledged(channel: Channel, deafness: Deafness | undefined): Promise<void> | undefined {
      if (channel.key.startsWith("ticker:")) rearrange();
      return deafness === undefined ? undefined : makeUp(channel, deafness);
    },
    refused(channel: Channel, error: AgentExchangeError): void {
      listener.error(error);
      polled.get(channel.key)?.polled.end({ reason: error });
      const { symbol } = channel.request;
      if (channel.key === ALL_TICKERS.key) tickers.end({ reason: error });
      else if (symbol !== undefined && channel.key.startsWith("ticker:")) tickers.drop(symbol, { reason: error });
    },
    changed: tell,
    report: (error: unknown): void => listener.error(error),
    interrupted,
    impossible(reason: ConnectionError): void {
      interrupted(reason);
      impossible = true;
      // Afterwards: the subscription that is being made is not complete yet.
      void Promise.resolve().then(() => {
        tickers.fail({ reason });
        for (const own of polled.values()) own.polled.fail({ reason });
      });
    },
    failed(error: AuthenticationError): void {
      problem = error;
      listener.error(error);
      close({ reason: error });
    },
  };

  /** Reports what keeps the stream from being live: once, however often it is tried, until it was live. */
  function interrupted(error: AgentExchangeError): void {
    const isKnown = problem !== undefined && problem.code === error.code && problem.status === error.status;
    problem = error;
    impossible = false;
    if (!isKnown) listener.error(error);
  }

  /** Tells what was missed on a channel, under each name by which somebody subscribed to it, and asks REST for it. */
  function makeUp(channel: Channel, deafness: Deafness): Promise<void> {
    const names = channel === ALL_TICKERS ? [channel, ...tickers.symbols.map(tickerChannel)] : [channel];
    for (const { key } of names) listener.gap({ channel: key, ...deafness });
    const own = polled.get(channel.key);
    if (own !== undefined) return own.polled.recover();
    const { symbol } = channel.request;
    return recover(channel.key, (signal) => tickers.recover(symbol, signal));
  }

  /** Until it succeeds, cannot succeed, or nobody needs it any more. */
  async function recover(key: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    recoveries.get(key)?.abort();
    const controller = new AbortController();
    recoveries.set(key, controller);
    const { signal } = controller;
    for (let pause = RETRY; !signal.aborted; pause = Math.min(LONGEST_RETRY, pause * 2)) {
      try {
        await work(signal);
        break;
      } catch (error) {
        if (signal.aborted) return;
        listener.error(error);
        if (!isAgentExchangeError(error) || !error.retryable) break;
        await sleep(pause, signal);
      }
    }
    if (recoveries.get(key) === controller) recoveries.delete(key);
  }

  function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const over = (): void => {
        context.clock.clearTimeout(timer);
        signal.removeEventListener("abort", over);
        resolve();
      };
      const timer = context.clock.setTimeout(over, milliseconds);
      signal.addEventListener("abort", over);
    });
  }

  /** The channels that the subscriptions need, and those that serve until they are acknowledged. */
  function wanted(): readonly Channel[] {
    const { symbols, all } = tickers;
    const ticking = all || symbols.length > MOST_TICKERS ? [ALL_TICKERS] : symbols.map(tickerChannel);
    return [...[...polled.values()].map(({ channel }) => channel), ...ticking];
  }

  /** Has every wanted channel on some connection, and no other. */
  function rearrange(): void {
    if (closed) return;
    const channels = wanted();
    const keys = new Set(channels.map(({ key }) => key));
    const settled = channels.every(({ key }) => !key.startsWith("ticker:") || isAcknowledged(key));
    const replaced: (readonly [key: string, deafness: Deafness])[] = [];
    for (const connection of connections) {
      for (const key of connection.keys()) {
        const serves = key.startsWith("ticker:") && !settled && tickers.symbols.length + Number(tickers.all) > 0;
        if (keys.has(key) || (serves && isOfUse(key))) continue;
        recoveries.get(key)?.abort();
        const deafness = connection.release(key);
        if (deafness !== undefined) replaced.push([key, deafness]);
      }
    }
    for (const channel of channels) if (connectionOf(channel.key) === undefined) place(channel);
    for (const connection of connections) if (connection.empty) connection.close();
    connections = connections.filter(({ empty }) => !empty);
    tell();
    // Another channel has taken the place, and brings nothing of what was missed.
    for (const [key, deafness] of replaced) {
      for (const channel of tickers.symbols.map(tickerChannel))
        if (key === ALL_TICKERS.key || key === channel.key) void makeUp(channel, deafness);
    }
  }

  /** Whether a channel that is to be replaced by others still brings what somebody waits for. */
  function isOfUse(key: string): boolean {
    return (
      key === ALL_TICKERS.key || tickers.all || tickers.symbols.some((symbol) => tickerChannel(symbol).key === key)
    );
  }

  function isAcknowledged(key: string): boolean {
    return connections.some((connection) => connection.isAcknowledged(key));
  }

  function place(channel: Channel): void {
    let connection = connections.find(({ full }) => !full);
    if (connection === undefined) {
      connection = createConnection(context, owner);
      connections = [...connections, connection];
    }
    connection.hold(channel);
  }

  function tell(): void {
    const next = closed ? "closed" : worst(connections);
    if (next === state) return;
    state = next;
    if (next === "live" || next === "idle") {
      problem = undefined;
      impossible = false;
    }
    listener.state(next);
  }

  function listen<Update>(channel: Channel, source: () => Source<Update>, member: Listener<Update>): () => void {
    check();
    let own = polled.get(channel.key) as { readonly polled: Polled<Update> } | undefined;
    if (own === undefined) {
      const opened = {
        channel,
        polled: createPolled(
          context,
          source(),
          (error) => listener.error(error),
          () => {
            polled.delete(channel.key);
            rearrange();
          },
        ),
      };
      polled.set(channel.key, opened);
      own = opened;
    }
    const leave = own.polled.listen(member);
    rearrange();
    tryAgain();
    return leave;
  }

  /** Who subscribes while there can be no connection learns it at once, too. */
  function tryAgain(): void {
    if (impossible) for (const connection of connections) connection.retry();
  }

  function check(): void {
    if (closed) {
      throw new ClientClosedError("The stream is closed.", {
        code: "CLIENT_CLOSED",
        hint: "Open another: client.openStream().",
      });
    }
  }

  function close(failure?: Failure): void {
    if (closed) return;
    closed = true;
    for (const connection of connections) connection.close();
    connections = [];
    for (const recovery of recoveries.values()) recovery.abort();
    tickers.end(failure);
    for (const own of polled.values()) own.polled.end(failure);
    tell();
  }

  return {
    get state() {
      return state;
    },
    get problem() {
      return problem;
    },
    ticker(symbols, member) {
      check();
      const leave = tickers.listen(symbols, member);
      tryAgain();
      return leave;
    },
    candles: (symbol, interval, member) =>
      listen(candlesChannel(symbol, interval), () => candlesSource(context, pairs, symbol, interval), member),
    orders: (member) => listen(ORDERS, () => ordersSource(context), member),
    portfolio: (member) => listen(PORTFOLIO, () => portfolioSource(context), member),
    close,
  };
}

/** The state of the connection that is worst off. */
function worst(connections: readonly Connection[]): StreamState {
  const phases = new Set(connections.map(({ phase }) => phase));
  for (const phase of ["stale", "recovering", "connecting", "live"] as const) if (phases.has(phase)) return phase;
  return "idle";
}
