export type { ConnectionOptions } from "./callOnce.ts";
export { AgentExchangeClient } from "./client.ts";
export type { IterateOrdersOptions, IterateTradeHistoryOptions } from "./iterate.ts";
export type { PageOptions } from "./paging.ts";
export { toPlain, type Plain, type PlainFields } from "./plain.ts";
export type { GetRiskProfileOptions, UpdateRiskProfileInput } from "./riskProfile.ts";
export type { MarketSnapshot, SnapshotEntry, SnapshotFailure, SnapshotFigures, SnapshotTimes } from "./snapshot.ts";
export type { StepBacktestOptions } from "./stepBacktest.ts";
export type { WaitForOrderOptions } from "./waitForOrder.ts";
