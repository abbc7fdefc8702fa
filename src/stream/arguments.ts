import { invalid, type CandleInterval } from "../endpoints/index.ts";
import { unknownOption } from "../transport/index.ts";
import { CANDLE_INTERVALS } from "../wire/index.ts";
import type { QueueOptions } from "./queue.ts";

const OPTIONS = ["signal", "queue", "limit"];

function refuse(method: string, field: string, message: string): never {
  throw invalid(method, [{ field, message }]);
}

/** The symbols of a ticker subscription, in upper case and without duplicates. */
export function parseSymbols(method: string, symbols: string | readonly string[]): readonly string[] | "all" {
  if (symbols === "all") return symbols;
  const list: readonly unknown[] = [symbols].flat();
  if (list.length === 0) return refuse(method, "symbols", 'must contain at least one pair, or be "all"');
  return [...new Set(list.map((symbol) => parseSymbol(method, symbol)))];
}

/** Checks the format, since the platform acknowledges any string and stays silent if it is not a pair. */
export function parseSymbol(method: string, symbol: unknown): string {
  const normalized = typeof symbol === "string" ? symbol.trim().toUpperCase() : "";
  if (normalized === "ALL") return refuse(method, "symbol", 'must be a pair; for all pairs pass "all" alone to ticker');
  if (/^[A-Z0-9]{2,20}$/.test(normalized)) return normalized;
  return refuse(method, "symbol", "must be a pair without separators, such as BTCUSDT");
}

export function checkInterval(method: string, interval: CandleInterval): void {
  if (!CANDLE_INTERVALS.includes(interval)) refuse(method, "interval", "must be 1m, 5m, 1h or 1d");
}

export function checkQueueOptions(method: string, options: QueueOptions): void {
  for (const key in options) if (!OPTIONS.includes(key)) throw unknownOption(method, "subscription", key, OPTIONS);
  const { queue, limit } = options;
  if (queue !== undefined && queue !== "latest" && queue !== "all")
    refuse(method, "queue", 'must be "latest" or "all"');
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0))
    refuse(method, "limit", "must be a positive integer");
}

export function checkHandler(method: string, handler: unknown): void {
  if (typeof handler !== "function") refuse(method, "handler", "must be a function");
}
