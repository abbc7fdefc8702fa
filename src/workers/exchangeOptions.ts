import type { AuditBatch } from "./exchangeAudit.ts";
import { randomWalkMarket, type ExchangeOptions, type MarketSource } from "../exchange/index.ts";

/** The variables of a Worker with exchanges in Durable Objects; all are optional. */
export interface ExchangeVariables {
  /** A secret of at least 32 characters, from which keys are derived. Only a router needs it. Never change it. */
  readonly EXCHANGE_SECRET?: string;
  /** An integer; another one gives other prices. Default: 1. Never change it. */
  readonly EXCHANGE_SEED?: string | number;
  /** Receives fills and what accounts are worth, for {@link createAuditConsumer}. */
  readonly EXCHANGE_QUEUE?: Queue<AuditBatch>;
}

/** How an exchange in a Durable Object behaves; the same for the objects and their router. */
export interface ExchangeObjectOptions extends Pick<
  ExchangeOptions,
  | "fidelity"
  | "rateLimits"
  | "requireSignatures"
  | "corsOrigins"
  | "webhookFetch"
  | "webhookLookup"
  | "webhookSignatures"
  | "onError"
> {
  /** The current time in Unix milliseconds, for tests. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** What is the same for all exchanges of one Worker. */
export interface SharedOptions extends Omit<ExchangeObjectOptions, "now"> {
  readonly seed: number;
  readonly market: MarketSource;
  readonly clientAddress: (request: Request) => string | undefined;
}

/** Options of an exchange, without those of its own. */
export function sharedOptions(env: ExchangeVariables, options: ExchangeObjectOptions): SharedOptions {
  const seed = Number(env.EXCHANGE_SEED ?? 1);
  if (!Number.isSafeInteger(seed) || String(env.EXCHANGE_SEED).trim() === "")
    throw new TypeError(`EXCHANGE_SEED must be an integer, received ${JSON.stringify(env.EXCHANGE_SEED)}.`);
  const { now: _, ...rest } = options;
  return {
    ...rest,
    seed,
    market: marketOf(seed),
    clientAddress: (request) => request.headers.get("cf-connecting-ip") ?? undefined,
  };
}

let market: { readonly seed: number; readonly source: MarketSource } | undefined;

/** All objects of an isolate share the market, which is most of what an exchange keeps in memory. */
function marketOf(seed: number): MarketSource {
  if (market?.seed !== seed) market = { seed, source: randomWalkMarket({ seed }) };
  return market.source;
}
