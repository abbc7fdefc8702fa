// The commands that use a client, which share most of their code.
export { backtest } from "./backtest.ts";
export { book } from "./book.ts";
export { cancel } from "./cancel.ts";
export { candles } from "./candles.ts";
export { history } from "./history.ts";
export { keys } from "./keys.ts";
export { order } from "./order.ts";
export { orders } from "./orders.ts";
export { portfolio } from "./portfolio.ts";
export { price } from "./price.ts";
export { snapshot } from "./snapshot.ts";
export { strategies } from "./strategies.ts";
export { watch } from "./watch.ts";
export { reportFailure, runCommand } from "../runCommand.ts";
