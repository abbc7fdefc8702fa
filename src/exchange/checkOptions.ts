import { suggestion } from "../wire/index.ts";
import type { ExchangeOptions } from "./exchange.ts";

type Check = (value: unknown) => boolean;

const isFlag: Check = (value) => typeof value === "boolean";
const isFunction: Check = (value) => typeof value === "function";
const has =
  (...methods: readonly string[]): Check =>
  (value) =>
    value !== null && methods.every((method) => isFunction((value as Record<string, unknown> | undefined)?.[method]));

const flag = [isFlag, "true or false"] as const;
const callback = [isFunction, "a function"] as const;

const OPTIONS: { readonly [Name in keyof ExchangeOptions]-?: readonly [check: Check, expected: string] } = {
  market: [has("open"), 'a market, such as manualMarket({ BTCUSDT: { price: "60000" } })'],
  fidelity: [(value) => value === "declared" || value === "observed", '"declared" or "observed"'],
  clock: [has("now", "elapsed", "setTimeout", "clearTimeout"), "a clock, such as virtualClock()"],
  seed: [(value) => Number.isFinite(value), "a number"],
  insecureKeys: flag,
  latency: [(value) => Number.isFinite(value) && (value as number) >= 0, "a number of milliseconds, 0 or more"],
  rateLimits: flag,
  requireSignatures: flag,
  corsOrigins: [(value) => value === "*" || Array.isArray(value), '"*" or a list of origins'],
  clientAddress: callback,
  trustProxy: flag,
  webhookFetch: callback,
  webhookLookup: callback,
  faults: [(value) => isFunction(value) || Array.isArray(value), "a list of faults, or seededFaults({ seed, rates })"],
  streamFaults: [isFunction, "a function, such as seededStreamFaults({ seed, rates })"],
  store: [has("open"), 'a store, such as sqliteStore("exchange.db")'],
  onError: callback,
};

/** Refuses options that would be ignored or misunderstood: a misspelt one must not make another exchange. */
export function checkExchangeOptions(options: ExchangeOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(OPTIONS, name)) {
      const known = Object.keys(OPTIONS);
      const hint = suggestion(name, known) ?? `It takes ${known.join(", ")}.`;
      throw new TypeError(`createExchange: ${name} is no option of an exchange. ${hint}`);
    }
    const [check, expected] = OPTIONS[name as keyof ExchangeOptions];
    if (value !== undefined && !check(value)) throw new TypeError(`createExchange: ${name} must be ${expected}`);
  }
}
