export { systemClock, virtualClock, type ExchangeClock, type VirtualClock } from "./time/clock.ts";
export { createExchange, type Connection, type Exchange } from "./exchange.ts";
export type { ExchangeOptions } from "./options.ts";
export type { RegisterAccountInput, RegisteredAccount } from "./registration.ts";
export type {
  ApiCallRecord,
  DecimalInput,
  DecisionRecord,
  FeedbackRecord,
  OutcomeRecord,
  ServiceRecord,
  SignalRecord,
} from "./engine/decisions/model.ts";
export {
  seededFaults,
  type FaultChooser,
  type FaultDetails,
  type FaultKind,
  type FaultRequest,
  type Faults,
  type SeededFaultOptions,
} from "./network/faults.ts";
export type { HostLookup, WebhookFetch } from "./engine/webhooks/dispatcher.ts";
export type { WebhookSignatures } from "./engine/webhooks/signDelivery.ts";
export type { Fidelity } from "./base/quirks.ts";
export type { ClientAddress } from "./http/clientAddress.ts";
export type { CorsOrigins } from "./http/cors.ts";
export type { ErrorObserver } from "./http/handle.ts";
export type {
  CommandEntry,
  DeliveryEntry,
  FaultEntry,
  FillEntry,
  Journal,
  JournalEntry,
  PriceEntry,
  RecordEntry,
  RejectionEntry,
  SweepEntry,
} from "./persistence/journal.ts";
export { manualMarket, type ManualMarket, type ManualQuote } from "./market/manual.ts";
export type {
  MarketCandle,
  Market,
  MarketHistory,
  MarketListener,
  MarketSource,
  MarketPair,
  MarketTrade,
  Quote,
  Summary,
  Triggers,
} from "./market/market.ts";
export type { PairFilters } from "./market/pairs.ts";
export { replayMarket, type ReplayOptions, type ReplayRecords } from "./market/replay.ts";
export type { NumericInput, ReplayCandle, ReplayRecord, ReplayTrade, TimestampInput } from "./market/replayInput.ts";
export type { CandlePath } from "./market/series.ts";
export { randomWalkMarket, type RandomWalkOptions } from "./market/randomWalk.ts";
export {
  StoreError,
  type Snapshot,
  type SnapshotStore,
  type ExchangeStore,
  type OpenStore,
} from "./persistence/store.ts";
export {
  seededStreamFaults,
  type SeededStreamFaultOptions,
  type StreamFaultDetails,
  type StreamFaultKind,
  type StreamFaults,
  type StreamFaultContext,
} from "./network/streamFaults.ts";
export type {
  ExchangeSocket,
  ExchangeSocketClass,
  SocketCloseEvent,
  SocketData,
  SocketEvents,
  SocketHandler,
  SocketListenerOptions,
  SocketTarget,
  StreamPeer,
  StreamSession,
} from "./stream/index.ts";
export { fixed8, type Decimal28, type Fixed8 } from "./base/amount.ts";
