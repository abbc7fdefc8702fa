// Agents on one embedded exchange whose time the arena moves. The same settings and steps give the same run.
import { createExchange, virtualClock, type Exchange } from "agentexchange/exchange";
import type { JsonObject, ToolResult } from "agentexchange/tools";
import { START_BALANCE } from "./strategies.ts";
import { Trader } from "./trader.ts";
import type { AgentSettings, ArenaEvent, ArenaSettings, ArenaView } from "./types.ts";

/** Always the same, so that a seed tells everything. A Monday. */
const START = Date.UTC(2026, 0, 5);
/** Events that are kept for the list. */
const MAX_EVENTS = 200;

/** What is different in a fork. */
export interface ForkOptions {
  /** Only this agent goes on: prices do not depend on orders, so the others would change nothing for it. */
  readonly only?: number | undefined;
  /** New settings of an agent. */
  readonly changed?: { readonly index: number; readonly settings: AgentSettings } | undefined;
  readonly maxEvents?: number | undefined;
}

interface Seat {
  readonly index: number;
  readonly trader: Trader;
}

export class Arena {
  readonly settings: ArenaSettings;
  readonly #exchange: Exchange;
  readonly #seats: readonly Seat[];
  readonly #maxEvents: number;
  #nextTick: number;
  #ticks: number;
  /** Newest last. */
  readonly #events: ArenaEvent[] = [];
  /** Entries of the exchange's journal that have been read. */
  #read: number;

  private constructor(parts: {
    readonly settings: ArenaSettings;
    readonly exchange: Exchange;
    readonly seats: readonly Seat[];
    readonly from?: Arena;
    readonly maxEvents?: number | undefined;
  }) {
    const { from } = parts;
    this.settings = parts.settings;
    this.#exchange = parts.exchange;
    this.#seats = parts.seats;
    this.#maxEvents = parts.maxEvents ?? MAX_EVENTS;
    this.#nextTick = from?.nextTick ?? START;
    this.#ticks = from?.ticks ?? 0;
    this.#read = from === undefined ? 0 : from.#read;
  }

  static async open(settings: ArenaSettings): Promise<Arena> {
    const { seed, agents } = settings;
    const exchange = createExchange({
      seed,
      clock: virtualClock(START),
      journal: "compact",
      // Seeded keys: a run has no other randomness. Nobody but the page can use them.
      insecureKeys: true,
      rateLimits: false,
    });
    const seats: Seat[] = [];
    for (const [index, agent] of agents.entries()) {
      const account = await exchange.register({ displayName: agent.name, startingBalance: START_BALANCE });
      const { connection } = exchange;
      seats.push({ index, trader: new Trader({ index, settings: agent, seed, account, connection }) });
    }
    return new Arena({ settings, exchange, seats });
  }

  get now(): number {
    return this.#exchange.connection.clock.now();
  }

  get ticks(): number {
    return this.#ticks;
  }

  get nextTick(): number {
    return this.#nextTick;
  }

  /** Moves the time, with every tick that is due on the way. `breathe` is awaited between agents. */
  async advance(ms: number, breathe: () => Promise<void>): Promise<void> {
    const end = this.now + ms;
    while (this.#nextTick <= end) {
      await this.#exchange.advance(this.#nextTick - this.now);
      await this.#tick(breathe);
    }
    await this.#exchange.advance(end - this.now);
    this.#readFills();
  }

  /** Moves the time to the next tick, and runs it. */
  async step(breathe: () => Promise<void>): Promise<void> {
    await this.advance(this.#nextTick - this.now, breathe);
  }

  /** An independent copy of this moment, whose events begin now. */
  fork({ only, changed, maxEvents }: ForkOptions = {}): Arena {
    const exchange = this.#exchange.fork();
    const agents = this.settings.agents.map((agent, index) => (index === changed?.index ? changed.settings : agent));
    const settings = { ...this.settings, agents };
    const seats = this.#seats
      .filter(({ index }) => only === undefined || index === only)
      .map(({ index, trader: from }) => {
        const own = agents[index] ?? from.settings;
        const { seed } = settings;
        const { account } = from;
        const { connection } = exchange;
        return { index, trader: new Trader({ index, settings: own, seed, account, connection, from }) };
      });
    return new Arena({ settings, exchange, seats, from: this, maxEvents });
  }

  halt(index: number, reason: string): Promise<void> {
    return this.#trader(index).halt(reason);
  }

  resume(index: number): Promise<void> {
    return this.#trader(index).resume();
  }

  /** Places an order by hand for an agent. */
  async order(index: number, tool: string, input: JsonObject): Promise<ToolResult> {
    const result = await this.#trader(index).order(this.now, tool, input);
    this.#readFills();
    return result;
  }

  view(): ArenaView {
    return {
      now: this.now,
      ticks: this.#ticks,
      nextTick: this.#nextTick,
      agents: this.#seats.map(({ trader }) => trader.view()),
      events: this.#events.toReversed(),
    };
  }

  close(): void {
    for (const { trader } of this.#seats) void trader.close();
    this.#exchange.close();
  }

  async #tick(breathe: () => Promise<void>): Promise<void> {
    const time = this.#nextTick;
    for (const { trader } of this.#seats) {
      await breathe();
      const refusal = await trader.tick(time);
      if (refusal !== null) this.#add(refusal);
      this.#readFills();
    }
    for (const { trader } of this.#seats) {
      await breathe();
      await trader.observe(time);
    }
    this.#nextTick = time + this.settings.period;
    this.#ticks++;
  }

  #readFills(): void {
    const { journal } = this.#exchange;
    for (; this.#read < journal.length; this.#read++) {
      const entry = journal.at(this.#read);
      if (entry?.kind !== "fill") continue;
      const seat = this.#seats.find(({ trader }) => trader.account.agentId === entry.agentId);
      if (seat !== undefined) this.#add(seat.trader.eventOf(entry));
    }
  }

  /** Refusals in a row for the same reason are one line. */
  #add(event: ArenaEvent): void {
    if (event.kind === "refused") {
      const place = this.#events.findLastIndex(({ agent }) => agent === event.agent);
      const before = this.#events[place];
      if (before?.kind === "refused" && codeOf(before) === codeOf(event)) {
        this.#events.splice(place, 1);
        this.#events.push({ ...event, id: before.id, times: before.times + 1 });
        return;
      }
    }
    this.#events.push(event);
    if (this.#events.length > this.#maxEvents) this.#events.splice(0, this.#events.length - this.#maxEvents);
  }

  #trader(index: number): Trader {
    const seat = this.#seats.find((one) => one.index === index);
    if (seat === undefined) throw new RangeError(`There is no agent ${index}.`);
    return seat.trader;
  }
}

const codeOf = ({ call }: ArenaEvent): string => call?.answer.split(":")[0] ?? "";

/** The pairs of the arena's exchange. */
export function knownPairs(): readonly string[] {
  const exchange = createExchange({ clock: virtualClock(START) });
  const symbols = exchange.market.pairs().map(({ symbol }) => symbol);
  exchange.close();
  return symbols;
}
