import type { RunRecord } from "../../bots/index.ts";
import type { Plain } from "../../client/index.ts";
import type { Portfolio } from "../../endpoints/index.ts";
import type { Mandate, ToolboxStatus } from "../../tools/index.ts";

/** The state of an agent, as `/` shows it. */
export interface AgentStatus {
  readonly agent: string;
  readonly strategy: string;
  readonly isDryRun: boolean;
  readonly halted: ToolboxStatus["halted"];
  /** What of the mandate is used today. */
  readonly used: ToolboxStatus["used"];
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
