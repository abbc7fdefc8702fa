export {
  checkLeaseRequest,
  type Budget,
  type LeaseReply,
  type LeaseReport,
  type LeaseRequest,
  type SharedTier,
  type WindowSeen,
} from "./budget.ts";
export { budgetChannel, type BudgetChannelOptions, type ChannelBudget } from "./budgetChannel.ts";
export type { ChannelLike, LockManagerLike } from "./channelMessages.ts";
export { Ledger, type LedgerState } from "./ledger.ts";
export { memoryBudget, type MemoryBudgetOptions } from "./memoryBudget.ts";
export { sharedLimiter, type SharedLimiterOptions } from "./sharedLimiter.ts";
