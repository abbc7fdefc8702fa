export type { StreamHandler } from "./handler.ts";
export { createStreamContext } from "./context.ts";
export type { Gap, StreamEvents, StreamState } from "./events.ts";
export type { QueueOptions, Updates } from "./queue.ts";
export { AgentExchangeStream } from "./stream.ts";
