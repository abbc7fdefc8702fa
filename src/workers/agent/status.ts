import type { RunRecord } from "../../bots/index.ts";
import type { Plain } from "../../client/index.ts";
import type { Portfolio } from "../../endpoints/index.ts";
import type { CallReport, Mandate, ToolboxStatus } from "../../tools/index.ts";

/** An order whose outcome is unknown. */
export type UnknownOrder = Pick<CallReport, "callId" | "tool" | "symbol" | "time">;

/** The state of an agent, as `/` shows it. */
export interface AgentStatus {
  readonly agent: string;
  readonly strategy: string;
  readonly isDryRun: boolean;
  readonly halted: ToolboxStatus["halted"];
  /** What of the mandate is used today. */
  readonly used: ToolboxStatus["used"];
  /** Orders whose outcome is unknown. */
  readonly unknown: readonly UnknownOrder[];
  readonly mandate: Mandate;
  /** ISO-8601; null if no schedule has been seen yet, or none is due. */
  readonly nextTick: string | null;
  /** Null if it could not be read, see `problem`. */
  readonly portfolio: Plain<Portfolio> | null;
  /** Why there is no portfolio; null if there is one. */
  readonly problem: string | null;
  /** The latest runs, newest first. */
  readonly runs: readonly RunRecord[];
}
