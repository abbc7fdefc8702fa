import { Exact } from "../../wire/index.ts";
import type { ToolboxStatus } from "../types.ts";
import type { ToolboxContext } from "./context.ts";
import { unknownOrders } from "./callReports.ts";
import { currentDay } from "./limits.ts";

/** @throws AgentExchangeError if the journal cannot be read */
export async function statusOf({ ledger, mandate, halting, now }: ToolboxContext): Promise<ToolboxStatus> {
  await ledger.flush();
  const state = await ledger.sync();
  const day = currentDay(state, now());
  const used = state.days.get(day);
  const unknown = unknownOrders(state);
  return {
    halted: halting.local ?? state.halted ?? false,
    used: { day, value: (used?.value ?? new Exact(0)).toFixed(), orders: used?.orders ?? 0, unknown: unknown.length },
    unknown,
    mandate: mandate?.given ?? null,
  };
}
