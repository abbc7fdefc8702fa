export { toAiSdk, type AiSdkCallOptions, type AiSdkTool, type AiSdkTools } from "./adapters/aiSdk.ts";
export {
  toAnthropic,
  type AnthropicRunContext,
  type AnthropicTool,
  type AnthropicToolResult,
  type AnthropicTools,
  type AnthropicToolUse,
} from "./adapters/anthropic.ts";
export {
  toLangChain,
  type LangChainConfig,
  type LangChainOptions,
  type LangChainToolFields,
} from "./adapters/langChain.ts";
export {
  toOpenAI,
  type OpenAiChatCall,
  type OpenAiChatResult,
  type OpenAiFunction,
  type OpenAiResponseCall,
  type OpenAiResponseResult,
  type OpenAiTools,
} from "./adapters/openAi.ts";
export { toOpenAIAgents } from "./adapters/openAiAgents.ts";
export type { AdapterOptions } from "./adapters/runCall.ts";
export { operation, operations } from "./catalogue/operations.ts";
export { errorCatalogue, type ErrorDescription } from "./errors/catalogue.ts";
export { toToolError } from "./errors/toToolError.ts";
export type { Effect, Tier } from "../endpoints/index.ts";
export type { ForkableExchange } from "./dryRun.ts";
export { canonicalJson } from "./journal/canonicalJson.ts";
export { hashEntry, type JournalHead } from "./journal/chain.ts";
export { exportJournal } from "./journal/exportJournal.ts";
export type { JournalEntry, JournalStore } from "./journal/journalStore.ts";
export { memoryJournal } from "./journal/memoryJournal.ts";
export { verifyJournal, type JournalVerdict } from "./journal/verifyJournal.ts";
export { webJournal, type LocksLike, type WebJournalOptions } from "./journal/webJournal.ts";
export type { JsonObject, JsonSchema, JsonValue } from "./json.ts";
export { estimateOrder, type OrderEstimate, type OrderValue, type OrderWarningCode } from "./preview/estimateOrder.ts";
export type { OrderFill, OrderQuote } from "./preview/fill.ts";
export type { PlannedOrder } from "./preview/plannedOrder.ts";
export type { AssetHolding, OrderProblem } from "./preview/problems.ts";
export { createToolbox } from "./toolbox/createToolbox.ts";
export type {
  ApprovalPolicy,
  ApprovalRequest,
  CallReport,
  HaltReport,
  Mandate,
  OperationDescription,
  RunOptions,
  SettleDecision,
  Toolbox,
  ToolboxOptions,
  ToolboxStatus,
  ToolError,
  ToolResult,
  ToolSet,
} from "./types.ts";
