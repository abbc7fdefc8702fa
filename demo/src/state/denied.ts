// What this key or token may not read. It is said where it would be shown, and asked for rarely.
import { isDenial } from "./calls.ts";
import { connectionCount, link } from "./connection.ts";
import { keyed } from "./keyed.ts";

/** Milliseconds until a denied read is tried again: permissions can change. */
const PERIOD = 20_000;

/** When each of these was denied last, in milliseconds of `performance.now()`. */
const denied = keyed<ReadonlyMap<string, number>>(() => connectionCount.value, new Map());

/** Whether the service refuses what `poll` reads under this name. */
export const isDenied = (name: string): boolean => denied.value.has(name);

/** Milliseconds for which it is not worth to ask. */
export const denialLeft = (name: string): number =>
  Math.max(0, (denied.peek().get(name) ?? -Infinity) + PERIOD - performance.now());

/** Notes that something may not be read, if this error says so; returns whether it does. */
export function noteDenial(name: string, error: unknown): boolean {
  if (!isDenial(error)) return false;
  denied.value = new Map([...denied.peek(), [name, performance.now()]]);
  return true;
}

/** Notes that something has been read. */
export function forgetDenial(name: string): void {
  if (denied.peek().has(name)) denied.value = new Map([...denied.peek()].filter(([other]) => other !== name));
}

export const denialOf = (what: string): string => `This ${link.value?.credential ?? "key"} may not read ${what}.`;

/** Shown in the place of something that has not been read. */
export type Read =
  | "balances"
  | "candles"
  | "equity curve"
  | "open orders"
  | "order book"
  | "portfolio"
  | "public trades"
  | "trades";

/** Why it is not there: it is on its way, or it may not be read. */
export const absenceOf = (name: Read): string => (isDenied(name) ? denialOf(`the ${name}`) : "Loading…");
