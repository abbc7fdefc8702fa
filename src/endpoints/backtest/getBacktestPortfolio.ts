import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { portfolioRecord, type BacktestPortfolio } from "./step.ts";

export const getBacktestPortfolio: Endpoint<{ sessionId: string }, BacktestPortfolio> = endpoint({
  name: "getBacktestPortfolio",
  method: "GET",
  path: "/backtest/{sessionId}/account/portfolio",
  input: input({ sessionId: uuid }),
  output: portfolioRecord,
  access: "account",
  tier: "backtest",
});
