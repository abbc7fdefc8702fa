import { mostSimilar } from "../wire/index.ts";
import type { Fidelity } from "./base/quirks.ts";
import type { HostLookup, WebhookFetch } from "./engine/webhooks/dispatcher.ts";
import type { WebhookSignatures } from "./engine/webhooks/signDelivery.ts";
import type { ClientAddress } from "./http/clientAddress.ts";
import type { CorsOrigins } from "./http/cors.ts";
import type { ErrorObserver } from "./http/handle.ts";
import type { Market, MarketSource } from "./market/market.ts";
import { randomWalkMarket } from "./market/randomWalk.ts";
import type { Faults } from "./network/faults.ts";
import type { StreamFaults } from "./network/streamFaults.ts";
import type { ExchangeStore } from "./persistence/store.ts";
import { systemClock, type ExchangeClock } from "./time/clock.ts";

/** Options of an exchange; all are optional. */
export interface ExchangeOptions<M extends Market = Market> {
  /** Where prices come from. Default: a random walk. */
  readonly market?: MarketSource<M> | undefined;
  /** `declared` (default): the platform as documented. `observed`: as it behaves, defects included. */
  readonly fidelity?: Fidelity | undefined;
  /** Where time comes from. Default: the system clock. */
  readonly clock?: ExchangeClock | undefined;
  /** Seed of ids and of the default market: the same seed gives the same ones. Default: 1. Keys do not depend on it. */
  readonly seed?: number | undefined;
  /**
   * Derives keys, secrets and tokens from the seed, so that tests can repeat them. Anyone who has one of them can then
   * compute all others. By default they are derived from 256 random bits, which a store keeps. `false` rejects a store
   * whose keys were derived from its seed, as older versions did.
   */
  readonly insecureKeys?: boolean | undefined;
  /** Latency in milliseconds of every response, and of every stream frame in either direction. Default: 0. */
  readonly latency?: number | undefined;
  /** Whether the platform's rate limits apply. Default: true. */
  readonly rateLimits?: boolean | undefined;
  /** Whether requests with credentials must be signed with the account's secret. Default: false. */
  readonly requireSignatures?: boolean | undefined;
  /**
   * Origins whose pages may read responses, such as `https://app.example`, or `http://localhost:*` for any port.
   * Default: `"*"`, or the platform's list with fidelity `observed`.
   */
  readonly corsOrigins?: CorsOrigins | undefined;
  /**
   * Returns the client address of a request, for an exchange behind your own server: logins and registrations are
   * limited by address. By default all requests count as coming from one client.
   *
   * @example
   * ```ts
   * const addresses = new WeakMap<Request, string>(); // filled by the server
   * const exchange = createExchange({ clientAddress: (request) => addresses.get(request) });
   * ```
   */
  readonly clientAddress?: ClientAddress | undefined;
  /** Whether to read the client address from `X-Forwarded-For`, which a proxy in front must set. Default: false. */
  readonly trustProxy?: boolean | undefined;
  /** Delivers webhooks. Default: the global `fetch` at the time of the delivery. */
  readonly webhookFetch?: WebhookFetch | undefined;
  /**
   * Resolves host names, so that webhooks to internal addresses can be rejected. Without it only the host name itself
   * is checked.
   */
  readonly webhookLookup?: HostLookup | undefined;
  /**
   * How webhooks are signed. `platform` (default): as the platform signs them. `standard`: as Standard Webhooks, with an
   * id and a timestamp; secrets then begin with `whsec_`.
   *
   * @example
   * ```ts
   * const exchange = createExchange({ webhookSignatures: "standard" });
   * const { apiKey } = await exchange.register();
   * const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
   * const { secret } = await client.createWebhook({ url: "https://hooks.example.com/", events: ["strategy.deployed"] });
   * console.log(secret.startsWith("whsec_")); // true
   * ```
   */
  readonly webhookSignatures?: WebhookSignatures | undefined;
  /** Faults to inject into requests and responses. Default: none. */
  readonly faults?: Faults | undefined;
  /** Faults to inject into streams. Default: none. */
  readonly streamFaults?: StreamFaults | undefined;
  /** Where the journal is kept. An exchange opened on a used store continues where the previous one ended. Default: memory. */
  readonly store?: ExchangeStore | undefined;
  /**
   * `full` (default): the journal keeps every command, so it can be replayed. `compact`: it keeps only the newest ones, and a
   * store stays small. Orders and trades remain readable in both.
   */
  readonly journal?: "full" | "compact" | undefined;
  /** Called with errors of the exchange itself, such as those of a custom market. The request is answered with 500. */
  readonly onError?: ErrorObserver | undefined;
}

type Check = (value: unknown) => boolean;

const isBoolean: Check = (value) => typeof value === "boolean";
const isFunction: Check = (value) => typeof value === "function";
const hasMethods =
  (...methods: readonly string[]): Check =>
  (value) =>
    value !== null && methods.every((method) => isFunction((value as Record<string, unknown> | undefined)?.[method]));

const boolean = [isBoolean, "true or false"] as const;
const callback = [isFunction, "a function"] as const;

const OPTIONS: { readonly [Name in keyof ExchangeOptions]-?: readonly [check: Check, expected: string] } = {
  market: [hasMethods("open"), 'a market, such as manualMarket({ BTCUSDT: { price: "60000" } })'],
  fidelity: [(value) => value === "declared" || value === "observed", '"declared" or "observed"'],
  clock: [hasMethods("now", "elapsed", "setTimeout", "clearTimeout"), "a clock, such as virtualClock()"],
  seed: [(value) => Number.isFinite(value), "a number"],
  insecureKeys: boolean,
  latency: [(value) => Number.isFinite(value) && Number(value) >= 0, "0 or more milliseconds"],
  rateLimits: boolean,
  requireSignatures: boolean,
  corsOrigins: [(value) => value === "*" || Array.isArray(value), '"*" or a list of origins'],
  clientAddress: callback,
  trustProxy: boolean,
  webhookFetch: callback,
  webhookLookup: callback,
  webhookSignatures: [(value) => value === "platform" || value === "standard", '"platform" or "standard"'],
  faults: [(value) => isFunction(value) || Array.isArray(value), "a list of faults, or seededFaults({ seed, rates })"],
  streamFaults: [isFunction, "a function, such as seededStreamFaults({ seed, rates })"],
  store: [hasMethods("open"), 'a store, such as sqliteStore("exchange.db")'],
  journal: [(value) => value === "full" || value === "compact", '"full" or "compact"'],
  onError: callback,
};

/** Rejects unknown and invalid options: a misspelt one must not silently create a different exchange. */
export function checkExchangeOptions(options: ExchangeOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!isOptionName(name)) throw unknownOption(name);
    const [check, expected] = OPTIONS[name];
    if (value !== undefined && !check(value))
      throw new TypeError(`Exchange option "${name}" must be ${expected}, received ${describe(value)}.`);
  }
}

function isOptionName(name: string): name is keyof ExchangeOptions {
  return Object.hasOwn(OPTIONS, name);
}

function unknownOption(name: string): TypeError {
  const known = Object.keys(OPTIONS);
  const similar = mostSimilar(name, known);
  const expected = `${known.slice(0, -1).join(", ")} or ${known.at(-1)}`;
  const hint = similar === undefined ? `Expected ${expected}.` : `Did you mean "${similar}"?`;
  return new TypeError(`Unknown exchange option "${name}". ${hint}`);
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "function" ? "a function" : String(value);
}

/** Options with the defaults of those that identify an exchange. */
export type ResolvedOptions<M extends Market> = ExchangeOptions<M> & {
  readonly clock: ExchangeClock;
  readonly seed: number;
  readonly fidelity: Fidelity;
  readonly market: MarketSource<M>;
};

/** Fills in defaults; a used store's own seed and fidelity take precedence over the general defaults. */
export function resolveOptions<M extends Market>(
  options: ExchangeOptions<M>,
  stored: { readonly seed?: number; readonly fidelity?: Fidelity },
): ResolvedOptions<M> {
  const seed = options.seed ?? stored.seed ?? 1;
  return {
    ...options,
    clock: options.clock ?? systemClock,
    seed,
    fidelity: options.fidelity ?? stored.fidelity ?? "declared",
    // If the option is left out, `M` is `Market`.
    market: options.market ?? (randomWalkMarket({ seed }) as MarketSource<M>),
  };
}
