// Compiled, never run: the client's options, lists and the plain form of results.
import { expectTypeOf } from "vitest";
import {
  toPlain,
  type Agent,
  type AgentExchangeClient,
  type CallOptions,
  type Candle,
  type ClientOptions,
  type ComparedRun,
  type Decimal,
  type FilledOrder,
  type IntentStore,
  type LeaderboardEntry,
  type MarketPrice,
  type Order,
  type OrderIntent,
  type Pair,
  type Plain,
  type PortfolioSnapshot,
  type Position,
  type PublicTrade,
  type ReconcileOptions,
  type Strategy,
  type Tick,
  type Ticker,
  type Trade,
  type TrainingRun,
  type UnresolvedOrder,
  type Webhook,
} from "agentexchange";

type Client = AgentExchangeClient;
type Result<Method extends keyof Client> = Client[Method] extends (...parameters: never[]) => infer Returned
  ? Awaited<Returned>
  : never;

// Every list is an array, without the rest of the response body.
expectTypeOf<Result<"getAllPrices">>().toEqualTypeOf<readonly MarketPrice[]>();
expectTypeOf<Result<"getPairs">>().toEqualTypeOf<readonly Pair[]>();
expectTypeOf<Result<"getTickers">>().toEqualTypeOf<readonly Ticker[]>();
expectTypeOf<Result<"getCandles">>().toEqualTypeOf<readonly Candle[]>();
expectTypeOf<Result<"getRecentTrades">>().toEqualTypeOf<readonly PublicTrade[]>();
expectTypeOf<Result<"getAvailableIndicators">>().toEqualTypeOf<readonly string[]>();
expectTypeOf<Result<"getPositions">>().toEqualTypeOf<readonly Position[]>();
expectTypeOf<Result<"getPortfolioHistory">>().toEqualTypeOf<readonly PortfolioSnapshot[]>();
expectTypeOf<Result<"getLeaderboard">>().toEqualTypeOf<readonly LeaderboardEntry[]>();
expectTypeOf<Result<"getOpenOrders">>().toEqualTypeOf<readonly Order[]>();
expectTypeOf<Result<"listOrders">>().toEqualTypeOf<readonly Order[]>();
expectTypeOf<Result<"getTradeHistory">>().toEqualTypeOf<readonly Trade[]>();
expectTypeOf<Result<"getAgents">>().toEqualTypeOf<readonly Agent[]>();
expectTypeOf<Result<"listWebhooks">>().toEqualTypeOf<readonly Webhook[]>();
expectTypeOf<Result<"getStrategies">>().toEqualTypeOf<readonly Strategy[]>();
expectTypeOf<Result<"getTrainingRuns">>().toEqualTypeOf<readonly TrainingRun[]>();
expectTypeOf<Result<"compareTrainingRuns">>().toEqualTypeOf<readonly ComparedRun[]>();
expectTypeOf<Result<"unresolvedOrders">>().toEqualTypeOf<readonly UnresolvedOrder[]>();
expectTypeOf<Result<"deleteWebhook">>().toBeVoid();

expectTypeOf<CallOptions>().branded.toEqualTypeOf<{
  readonly signal?: AbortSignal | undefined;
  readonly timeout?: number | undefined;
  readonly agentId?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}>();

export async function options(client: Client): Promise<void> {
  await client.getPrice("BTCUSDT", { signal: AbortSignal.abort(), timeout: 1000, agentId: "" });
  await client.getBalance({ timeout: undefined });
  // @ts-expect-error: a timeout is in milliseconds
  await client.getPrice("BTCUSDT", { timeout: "1s" });
  // @ts-expect-error: no such option
  await client.getPrice("BTCUSDT", { retries: 3 });
  // @ts-expect-error: an interval is one of the platform's
  await client.getCandles("BTCUSDT", { interval: "7m" });
  // @ts-expect-error: a depth is 5, 10 or 20
  await client.getOrderbook("BTCUSDT", { depth: 7 });
}

export const fitting: ClientOptions = { apiKey: "ak_live_example", retry: false, rateLimit: "throw" };
// @ts-expect-error: the option is named "apiKey"
export const misspelt: ClientOptions = { apikey: "ak_live_example" };
// @ts-expect-error: "retry" takes options or false
export const retrying: ClientOptions = { retry: true };

expectTypeOf<IntentStore["put"]>().toEqualTypeOf<(intent: OrderIntent) => Promise<void> | void>();
expectTypeOf<IntentStore["delete"]>().toEqualTypeOf<(id: string) => Promise<void> | void>();
expectTypeOf<IntentStore["list"]>().returns.toEqualTypeOf<Promise<readonly OrderIntent[]> | readonly OrderIntent[]>();
expectTypeOf<OrderIntent>().toEqualTypeOf<Plain<OrderIntent>>();
expectTypeOf<UnresolvedOrder>().toExtend<OrderIntent>();
expectTypeOf<UnresolvedOrder["record"]>().toEqualTypeOf<OrderIntent>();
expectTypeOf<Client["reconcile"]>().toEqualTypeOf<
  (record: OrderIntent, options?: ReconcileOptions) => Promise<Order | null>
>();

export const synchronous: IntentStore = { put() {}, delete() {}, list: () => [] };
export const asynchronous: IntentStore = { async put() {}, async delete() {}, list: async () => [] };
// @ts-expect-error: a store lists its intents
export const unreadable: IntentStore = { put() {}, delete() {} };

// Decimals and dates are strings, secrets and functions are left out.
expectTypeOf<Plain<Decimal>>().toEqualTypeOf<string>();
expectTypeOf<Plain<Date>>().toEqualTypeOf<string>();
expectTypeOf<Plain<bigint>>().toEqualTypeOf<string>();
expectTypeOf<Plain<Tick>["price"]>().toEqualTypeOf<string>();
expectTypeOf<Plain<FilledOrder>["status"]>().toEqualTypeOf<"filled">();
expectTypeOf<Plain<FilledOrder>["fee"]>().toEqualTypeOf<string>();
expectTypeOf<Plain<FilledOrder>["price"]>().toBeNull();
expectTypeOf<Plain<readonly Candle[]>[number]["open"]>().toEqualTypeOf<string>();
expectTypeOf<keyof Plain<UnresolvedOrder>>().toEqualTypeOf<Exclude<keyof UnresolvedOrder, "reconcile">>();
expectTypeOf<Plain<Result<"getAccountInfo">>>().not.toHaveProperty("apiKey");
expectTypeOf<Plain<Result<"getAgentKey">>>().not.toHaveProperty("apiKey");
expectTypeOf<Plain<Result<"createAgent">>>().not.toHaveProperty("apiKey");
expectTypeOf<Plain<Result<"createAgent">>["startingBalance"]>().toEqualTypeOf<string>();
expectTypeOf<Plain<Result<"getAccountInfo">>["startingBalance"]>().toEqualTypeOf<string>();

export function plain(order: Order): string | null {
  const { fee, status } = toPlain(order);
  expectTypeOf(status).toEqualTypeOf<Order["status"]>();
  expectTypeOf(fee).toEqualTypeOf<string | null>();
  return fee;
}
