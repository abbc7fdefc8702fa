export { nextTick } from "./nextTick.ts";
export { runTick } from "./runTick.ts";
export { parseBotSettings, type BotSettings } from "./settings/parseBotSettings.ts";
export { memoryBotStore, sqlBotStore } from "./store/botStore.ts";
export { buyTheDip, type BuyTheDipOptions } from "./strategies/buyTheDip.ts";
export { dollarCostAverage, type DollarCostAverageOptions } from "./strategies/dollarCostAverage.ts";
export { modelDriven, type ModelDrivenOptions } from "./strategies/modelDriven.ts";
export { movingAverageCross, type MovingAverageCrossOptions } from "./strategies/movingAverageCross.ts";
export { rebalance, type RebalanceOptions } from "./strategies/rebalance.ts";
export type {
  BotStore,
  Claim,
  ClaimRefusal,
  Decision,
  MemoryBotStore,
  MemoryBotStoreOptions,
  NextRun,
  Outcome,
  Reconciled,
  RunLimits,
  RunOrder,
  RunRecord,
  SqlDatabase,
  SqlValue,
  Strategy,
  StrategyContext,
  Tick,
  TickOptions,
  TickResult,
} from "./types.ts";
