import type { CallReport, JsonObject, JsonValue, ToolResult } from "../../tools/index.ts";
import type { Outcome, RunOrder } from "../types.ts";

/** How a decision ended. */
export interface Ending {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly order: RunOrder | null;
  /** The code of the error; null without one. */
  readonly error: string | null;
}

/** Codes with which the mandate or the exchange refuses an order. Any other one means that something does not work. */
const REFUSALS: ReadonlySet<string> = new Set([
  "DAILY_LOSS_LIMIT",
  "HALTED",
  "INSUFFICIENT_BALANCE",
  "INVALID_QUANTITY",
  "INVALID_SYMBOL",
  "LIMIT_EXCEEDED",
  "MANDATE_EXPIRED",
  "ORDER_REJECTED",
  "PRICE_NOT_AVAILABLE",
  "RISK_LIMIT_EXCEEDED",
  "SYMBOL_NOT_ALLOWED",
]);

/** How a tick ended whose order has this result. */
export function endingOf(result: ToolResult, reason: string): Ending {
  if (result.ok) {
    const order = orderOf(result);
    return { outcome: order === null ? "simulated" : "ordered", reason, order, error: null };
  }
  const { code, message } = result.error;
  return { outcome: REFUSALS.has(code) ? "refused" : "failed", reason: message, order: null, error: code };
}

/** The ending of a call that the journal has; undefined if nothing was sent. */
export function endingOfReport({ state, result }: CallReport, reason: string): Ending | undefined {
  if (state === "unsent") return undefined;
  return result === null ? unknownEnding() : endingOf(result, reason);
}

export function unknownEnding(): Ending {
  return {
    outcome: "unknown",
    reason: "The order was sent, and whether it was executed is not known yet. Its pair is not traded until it is.",
    order: null,
    error: "ORDER_OUTCOME_UNKNOWN",
  };
}

/** The order of a result; null for a simulated one, and for a failure. */
export function orderOf(result: ToolResult | null): RunOrder | null {
  if (result?.ok !== true || !isObject(result.data)) return null;
  const { orderId, symbol, side, quantity, executedQuantity, executedPrice, fee } = result.data;
  if (typeof orderId !== "string") return null;
  return {
    id: orderId,
    symbol: textOf(symbol) ?? "",
    side: textOf(side) ?? "",
    quantity: textOf(executedQuantity) ?? textOf(quantity) ?? "",
    price: textOf(executedPrice),
    fee: textOf(fee),
  };
}

function textOf(value: JsonValue | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
