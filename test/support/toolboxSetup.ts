import { manualMarket, type ManualMarket } from "../../src/exchange/index.ts";
import { createToolbox } from "../../src/tools/toolbox/createToolbox.ts";
import { memoryJournal } from "../../src/tools/journal/memoryJournal.ts";
import type { JournalEntry, JournalStore, Toolbox, ToolboxOptions, ToolResult } from "../../src/tools/index.ts";
import type { ClientOptions } from "../../src/transport/index.ts";
import { drive } from "./drive.ts";
import { lossyExchange, type LossyExchange } from "./lossyExchange.ts";

/** A mandate without limits. */
export const mandate = { symbols: ["BTCUSDT", "ETHUSDT"], until: "2027-01-01T00:00:00Z" } as const;

/** A toolbox on an embedded exchange, on which one BTC costs 100 USDT. */
export interface ToolboxSetup {
  readonly lossy: LossyExchange;
  readonly journal: JournalStore;
  readonly toolbox: Toolbox;
  readonly market: ManualMarket;
  /** Another toolbox on the same journal, as of another process. */
  readonly another: (options?: ToolboxOptions, client?: ClientOptions) => Toolbox;
  readonly run: (name: string, input: unknown, options?: Parameters<Toolbox["run"]>[2]) => Promise<ToolResult>;
  /** Advances time until the work is done. */
  readonly drive: <T>(work: Promise<T>) => Promise<T>;
  readonly entries: () => Promise<readonly JournalEntry[]>;
  readonly orderCount: () => Promise<number>;
}

export async function setUpToolbox(options: ToolboxOptions = {}): Promise<ToolboxSetup> {
  const lossy = await lossyExchange("declared", {
    market: manualMarket({ BTCUSDT: { price: "100", volume: "1000000" }, ETHUSDT: { price: "10", volume: "1000000" } }),
  });
  const { journal = memoryJournal() } = options;
  const another = (more: ToolboxOptions = {}, client: ClientOptions = {}): Toolbox =>
    createToolbox(lossy.createClient(client), { mandate, ...options, journal, ...more });
  const toolbox = another();
  const driveHere = <T>(work: Promise<T>): Promise<T> => drive(lossy.clock, work);
  return {
    lossy,
    journal,
    toolbox,
    market: lossy.exchange.market as ManualMarket,
    another,
    drive: driveHere,
    run: (...call) => driveHere(toolbox.run(...call)),
    entries: async () => journal.read(0),
    orderCount: async () => (await lossy.orderIds()).length,
  };
}

/** The code of a failure; `ok` for a success. */
export function codeOf(result: ToolResult): string {
  return result.ok ? "ok" : result.error.code;
}
