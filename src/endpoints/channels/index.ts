export { candleMessage, type CandleUpdate } from "./candleUpdate.ts";
export type { UpdateSource } from "./message.ts";
export { orderMessage, type OrderUpdate } from "./orderUpdate.ts";
export { portfolioMessage, type PortfolioUpdate } from "./portfolioUpdate.ts";
export { readTick } from "./readTick.ts";
export { tickMessage, type Tick } from "./tick.ts";
