export type { ConnectionOptions } from "./callOnce.ts";
export { AgentExchangeClient } from "./client.ts";
export { clientOf, createClient, partsOf, type Client, type Operation } from "./createClient.ts";
export * from "./operations/index.ts";
export type { PageOptions } from "./paging.ts";
export { requestAboutOrders, trackOrders } from "./requestAboutOrders.ts";
export { toPlain, type Plain, type PlainFields } from "./plain.ts";
