import { InvalidSymbolError } from "../errors/index.ts";
import type { Codec } from "../wire/index.ts";
import type { StreamContext } from "./context.ts";
import type { Failure, Listener } from "./queue.ts";
import { undecodable } from "./undecodable.ts";

/** Milliseconds between two requests: at first and when something changed, and when nothing does. */
const FASTEST = 2000;
const SLOWEST = 30_000;
/** While messages come: a look whether one was lost. */
const AUDIT = 45_000;
/** Messages that wait while REST is asked what came before them. */
const MOST_HELD = 1000;

/** Where the updates of a private or candle channel come from, and which of them are news. */
export interface Source<Update> {
  readonly message: Codec<Update>;
  /** Asks by REST for all that came since the last update, and gives it; whether there was any. */
  catchUp(give: (update: Update) => void, signal: AbortSignal): Promise<boolean>;
  /** What is to be given for a message; undefined when REST has to say first what came before it. */
  accept(update: Update): readonly Update[] | undefined;
  /** What somebody who comes later has to know first. */
  standing(): Iterable<Update>;
}

/** A channel on which the platform may send, or may not: then REST is asked again and again. */
export interface Polled<Update> {
  listen(listener: Listener<Update>): () => void;
  /** Whether the message can be read. */
  receive(message: unknown): boolean;
  /** Makes up for what was missed; messages wait until that is done. */
  recover(): Promise<void>;
  end(failure?: Failure): void;
  /** Ends the iterators only. */
  fail(failure: Failure): void;
}

export function createPolled<Update>(
  context: StreamContext,
  source: Source<Update>,
  report: (error: unknown) => void,
  idle: () => void,
): Polled<Update> {
  const { clock } = context;
  const members = new Set<Listener<Update>>();
  let listeners: readonly Listener<Update>[] = [];
  let held: Update[] | undefined = [];
  let waiting: (() => void)[] = [];
  let asking = false;
  let again = false;
  let delay = FASTEST;
  let messages = false;
  let timer: unknown;
  const controller = new AbortController();

  function give(update: Update): void {
    for (const listener of listeners) listener.push(update);
  }

  function end(failure?: Failure): void {
    for (const listener of members) listener.end(failure);
  }

  async function poll(): Promise<void> {
    clock.clearTimeout(timer);
    asking = true;
    do {
      again = false;
      try {
        const news = await source.catchUp(give, controller.signal);
        delay = news ? FASTEST : Math.min(SLOWEST, delay * 1.5);
        if (!again) release();
      } catch (error) {
        if (controller.signal.aborted) return;
        report(error);
        // There will never be such a pair's candles, and REST is the first to say so.
        if (error instanceof InvalidSymbolError && !error.retryable) return end({ reason: error });
        delay = Math.min(SLOWEST, delay * 2);
        again = false;
      }
    } while (again && !controller.signal.aborted);
    asking = false;
    if (controller.signal.aborted) return;
    plan(messages && held === undefined ? AUDIT : delay);
    messages = false;
  }

  function plan(milliseconds: number): void {
    clock.clearTimeout(timer);
    timer = clock.setTimeout(() => void poll(), milliseconds);
  }

  /** What waited is given, up to what REST has to be asked about once more. */
  function release(): void {
    const updates = held ?? [];
    for (let taken = 0; taken < updates.length; taken++) {
      const news = source.accept(updates[taken] as Update);
      if (news === undefined) {
        held = updates.slice(taken);
        again = true;
        return;
      }
      for (const one of news) give(one);
    }
    held = undefined;
    const over = waiting;
    waiting = [];
    for (const resolve of over) resolve();
  }

  function hold(): void {
    held ??= [];
    if (asking) again = true;
    else void poll();
  }

  return {
    listen(listener) {
      members.add(listener);
      if (members.size === 1) void poll();
      // Nobody is called before the subscription was given back to them.
      void Promise.resolve().then(() => {
        if (!members.has(listener)) return;
        for (const update of source.standing()) listener.push(update);
        listeners = [...listeners, listener];
      });
      return () => {
        members.delete(listener);
        listeners = listeners.filter((other) => other !== listener);
        if (members.size > 0) return;
        controller.abort();
        clock.clearTimeout(timer);
        for (const resolve of waiting) resolve();
        idle();
      };
    },
    receive(message) {
      let update: Update;
      try {
        update = source.message.decode(message);
      } catch (error) {
        report(undecodable(error));
        return false;
      }
      if (!messages && held === undefined && !asking) plan(AUDIT);
      messages = true;
      if (held === undefined) {
        const news = source.accept(update);
        if (news !== undefined) {
          for (const one of news) give(one);
          return true;
        }
        hold();
      }
      if ((held ??= []).push(update) > MOST_HELD) {
        held.shift();
        again = true;
      }
      return true;
    },
    recover() {
      return new Promise((resolve) => {
        waiting.push(resolve);
        hold();
      });
    },
    end,
    fail(failure) {
      for (const listener of members) listener.fail?.(failure);
    },
  };
}
