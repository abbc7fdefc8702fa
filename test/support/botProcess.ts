// A process that runs a bot, and can end, stand still or lose its connection at any step.
import type { BotStore, Strategy } from "../../src/bots/index.ts";
import type { Exchange } from "../../src/exchange/index.ts";
import type { JournalStore } from "../../src/tools/index.ts";
import type { Clock } from "../../src/transport/index.ts";
import { brokenConnection, errorResponse } from "./scripted.ts";
import { below, pick } from "./seeded.ts";

export type Random = () => number;

/** How likely each fault is, at every call of the store or the network. */
export interface BotFaults {
  readonly random: Random;
  readonly crash: number;
  readonly freeze: number;
  readonly store: number;
  readonly network: number;
}

export interface BotWorld {
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  /** While it is set, every call of a store is refused: a spending limit. */
  limit: { isReached: boolean };
}

/** What the test saw from outside. */
export interface Seen {
  crashes: number;
  freezes: number;
  /** Orders of a run that was not the newest any more. */
  late: number;
  /** The process of the newest claim. */
  newest: BotProcess | undefined;
}

export interface BotProcess {
  readonly isAlive: () => boolean;
  readonly ended: Promise<"ended">;
  readonly store: BotStore;
  readonly clock: Clock;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

const never = <T>(): Promise<T> => new Promise(() => {});

export function startProcess(
  world: BotWorld,
  inner: BotStore,
  clock: Clock,
  faults: BotFaults,
  seen: Seen,
): BotProcess {
  const { random, crash, freeze, store: refusal } = faults;
  let isAlive = true;
  let frozenUntil = -Infinity;
  let end = (_value: "ended"): void => {};
  const ended = new Promise<"ended">((resolve) => (end = resolve));
  const die = (): void => {
    if (isAlive) seen.crashes++;
    isAlive = false;
    end("ended");
  };
  const mayFreeze = (): void => {
    if (random() >= freeze) return;
    seen.freezes++;
    frozenUntil = Math.ceil(world.clock.elapsed() + random() * 120_000);
  };
  const awake = async (): Promise<void> => {
    while (world.clock.elapsed() < frozenUntil) await world.wait(1 + frozenUntil - world.clock.elapsed());
    if (!isAlive) await never();
  };

  /** One call of the store: it can be refused, or the process ends before or after it. */
  function call<T>(work: () => T): T {
    if (!isAlive) throw new Error("the process has ended");
    if (world.limit.isReached || random() < refusal) throw new Error("the spending limit is reached");
    if (random() < crash) {
      die();
      throw new Error("the process ended before it");
    }
    const result = work();
    if (random() < crash) {
      die();
      throw new Error("the process ended after it");
    }
    if (random() < refusal / 2) throw new Error("it failed after writing");
    mayFreeze();
    return result;
  }
  const journalOf = (journal: JournalStore): JournalStore => ({
    read: (...range) => call(() => journal.read(...range)),
    append: (...more) => call(() => journal.append(...more)),
    checkpoint: () => call(() => journal.checkpoint?.()),
  });

  const process: BotProcess = {
    isAlive: () => isAlive,
    ended,
    store: {
      claim: (...claim) =>
        call(() => {
          const result = inner.claim(...claim);
          if (typeof result !== "string") seen.newest = process;
          return result;
        }),
      renew: (...claim) => call(() => inner.renew(...claim)),
      decide: (...claim) => call(() => inner.decide(...claim)),
      isNewest: (claim) => call(() => inner.isNewest(claim)),
      finish: (...claim) => call(() => inner.finish(...claim)),
      runs: (limit) => inner.runs(limit),
      journal: journalOf(inner.journal),
      journalOf: (claim) => journalOf(inner.journalOf(claim)),
    },
    clock: {
      now: () => clock.now(),
      elapsed: () => clock.elapsed(),
      clearTimeout: (timer) => clock.clearTimeout(timer),
      hold: (work) => clock.hold?.(work),
      setTimeout: (callback, ms) =>
        clock.setTimeout(() => {
          if (!isAlive) return;
          const goOn = async (): Promise<void> => {
            await awake();
            callback();
          };
          if (world.clock.elapsed() >= frozenUntil) callback();
          else void goOn();
        }, ms),
    },
    fetch: (url, { signal, ...init }) => {
      const isOrder = init.method === "POST";
      // Synchronously: the run has just checked its claim.
      if (isOrder && isAlive && seen.newest !== process) seen.late++;
      return send(url, init, isOrder, signal);
    },
  };

  async function send(
    url: string,
    init: RequestInit,
    isOrder: boolean,
    signal: AbortSignal | null | undefined,
  ): Promise<Response> {
    if (!isAlive) return never();
    const arrive = (): Promise<Response> => Promise.resolve(world.exchange.fetch(url, init));
    const aborted = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    });
    aborted.catch(() => {});
    if (random() < crash) {
      if (random() < 0.5) void world.wait(random() * 3000).then(arrive);
      die();
      return never();
    }
    mayFreeze();
    if (random() > (isOrder ? 3 * faults.network : faults.network / 3)) {
      await Promise.race([world.wait(random() * (isOrder ? 200 : 20)), aborted]);
      const response = await arrive();
      await Promise.race([world.wait(random() * 20), aborted]);
      await awake();
      return response;
    }
    const kind = pick(random, ["lost before", "lost after", "held", "hangs after", "5xx before", "5xx after"]);
    if (kind === "held") void world.wait(random() * 9000).then(arrive);
    await Promise.race([world.wait(5), aborted]);
    await awake();
    if (kind === "held" || kind === "lost before") throw brokenConnection();
    if (kind === "5xx before") return errorResponse(502, "BAD_GATEWAY");
    await arrive();
    await world.wait(5);
    await awake();
    if (kind === "hangs after") return Promise.race([never<Response>(), aborted]);
    if (kind === "5xx after") return errorResponse(500, "INTERNAL_ERROR");
    throw brokenConnection();
  }
  return process;
}

/** Decides for a tick, each time anew: its order's quantity begins with the number of the tick, or is always the same. */
export function tickStrategy(
  random: Random,
  wait: (ms: number) => Promise<void>,
  numberOf: (scheduledTime: number) => number,
  isEqual: boolean,
): Strategy {
  return {
    name: "test",
    async decide({ scheduledAt, symbols }) {
      if (random() < 0.1) await wait(random() * 50_000);
      const [symbol] = symbols;
      if (symbol === undefined || random() < 0.15) return { kind: "hold", reason: "nothing to do" };
      const quantity = isEqual ? "1" : `${numberOf(scheduledAt.getTime())}.${100 + below(random, 900)}`;
      const input = { symbol, side: "buy", quantity };
      return random() < 0.8
        ? { kind: "order", tool: "placeMarketOrder", input, reason: "x", memory: { n: quantity } }
        : { kind: "order", tool: "placeLimitOrder", input: { ...input, price: "90" }, reason: "x" };
    },
  };
}
