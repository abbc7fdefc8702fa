import { memoryBotStore } from "../../src/bots/index.ts";
import { runTick } from "../../src/bots/runTick.ts";
import type { BotStore, Decision, RunRecord, Strategy, Tick, TickOptions, TickResult } from "../../src/bots/index.ts";
import { manualMarket, type ManualMarket } from "../../src/exchange/index.ts";
import type { Order } from "../../src/endpoints/index.ts";
import { drive } from "./drive.ts";
import { lossyExchange, type LossyExchange } from "./lossyExchange.ts";

export const HOURLY = "0 * * * *";
const HOUR = 3_600_000;

/** The nth tick after the clock's start. */
export function tickAt(index: number, cron = HOURLY): Tick {
  return { scheduledTime: Date.parse("2026-03-05T14:00:00Z") + index * HOUR, cron };
}

/** A strategy that always decides the same. */
export function always(decision: Partial<Decision> = {}): Strategy {
  const input = { symbol: "BTCUSDT", side: "buy", quantity: "1" };
  const order = { kind: "order", tool: "placeMarketOrder", input, reason: "test", ...decision } as Decision;
  return { name: "test", decide: () => order };
}

export const hold: Strategy = { name: "hold", decide: () => ({ kind: "hold", reason: "nothing to do" }) };

/** A bot on an embedded exchange, on which one BTC costs 100 USDT. */
export interface BotSetup {
  readonly lossy: LossyExchange;
  readonly store: BotStore;
  readonly market: ManualMarket;
  readonly options: (tick: Tick, more?: Partial<TickOptions>) => TickOptions;
  /** Runs a tick, and advances time until it has ended. */
  readonly run: (tick: Tick, more?: Partial<TickOptions>) => Promise<TickResult>;
  /** The same for a tick that must not be skipped. */
  readonly record: (tick: Tick, more?: Partial<TickOptions>) => Promise<RunRecord>;
  readonly orders: () => Promise<readonly Order[]>;
  readonly drive: <T>(work: Promise<T>) => Promise<T>;
}

/** @param balance the account's USDT; default more than any order needs */
export async function setUpBot(defaults: Partial<TickOptions> = {}, balance?: string): Promise<BotSetup> {
  const lossy = await lossyExchange("declared", {
    market: manualMarket({ BTCUSDT: { price: "100", volume: "1000000" }, ETHUSDT: { price: "10", volume: "1000000" } }),
  });
  const store = defaults.store ?? memoryBotStore();
  const { apiKey } = balance === undefined ? lossy.keys : await lossy.exchange.register({ startingBalance: balance });
  const client = { ...lossy.clientOptions, apiKey };
  const options = (tick: Tick, more: Partial<TickOptions> = {}): TickOptions => ({
    tick,
    store,
    client,
    strategy: always(),
    mandate: { symbols: ["BTCUSDT", "ETHUSDT"], until: "2027-01-01T00:00:00Z" },
    ...defaults,
    ...more,
  });
  const driveHere = <T>(work: Promise<T>): Promise<T> => drive(lossy.clock, work);
  const run: BotSetup["run"] = (tick, more) => driveHere(runTick(options(tick, more)));
  return {
    lossy,
    store,
    market: lossy.exchange.market as ManualMarket,
    options,
    run,
    async record(tick, more) {
      const result = await run(tick, more);
      if (result.kind === "ran") return result.record;
      throw new Error(`the tick was skipped: ${result.why}`);
    },
    orders: () => driveHere(lossy.createClient(client).listOrders({ limit: 500 })),
    drive: driveHere,
  };
}
