export type { ConnectionOptions } from "./callOnce.ts";
export { AgentExchangeClient } from "./client.ts";
export type { PageOptions } from "./paging.ts";
export type { MarketSnapshot, SnapshotEntry, SnapshotFailure, SnapshotFigures, SnapshotTimes } from "./snapshot.ts";
export { toPlain, type Plain } from "./plain.ts";
export type { WaitOptions } from "./waitForOrder.ts";
