export type { JournalEntry, JournalStore } from "./journal/journalStore.ts";
export type { JsonObject, JsonSchema, JsonValue } from "./json.ts";
export type {
  ApprovalPolicy,
  ApprovalRequest,
  HaltReport,
  Mandate,
  OperationDescription,
  RunOptions,
  Toolbox,
  ToolboxOptions,
  ToolboxStatus,
  ToolError,
  ToolResult,
  ToolSet,
} from "./types.ts";
