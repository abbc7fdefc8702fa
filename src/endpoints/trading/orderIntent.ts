import * as v from "valibot";
import { invalid } from "../validate.ts";
import type { OrderType, Side } from "./order.ts";

/**
 * The record of an order that is about to be sent, as plain JSON. It is enough to find out later, even in another
 * process, whether the order was executed. It contains no secrets.
 */
export interface OrderIntent {
  readonly version: 1;
  /** The ID of this intent, not of the order. Also the order's idempotency key. */
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** In the base asset. */
  readonly quantity: string;
  /** Limit or trigger price in the quote asset; null for market orders. */
  readonly price: string | null;
  /** The agent that the order was sent for; null if the credentials determined it. */
  readonly agentId: string | null;
  /** A checksum of the API key that it was sent with; null with a token. The key cannot be recovered from it. */
  readonly key: string | null;
  /** When it was last sent, by the local clock: ISO-8601. */
  readonly sentAt: string;
  /** Earliest possible creation time by the exchange's clock, ISO-8601; null if that clock was not known. */
  readonly notBefore: string | null;
  /** IDs of equal orders that other calls placed. */
  readonly otherOrders: readonly string[];
}

const DECIMAL = /^\d{1,30}(?:\.\d{1,30})?$/;
const decimalText = v.pipe(v.string(), v.regex(DECIMAL));
const ZONED = /T.*(?:Z|[+-]\d\d:\d\d)$/;
const time = v.pipe(v.string(), v.isoTimestamp(), v.regex(ZONED), v.check(isTime));

const schema = v.object({
  version: v.literal(1),
  id: v.pipe(v.string(), v.nonEmpty()),
  symbol: v.pipe(v.string(), v.nonEmpty()),
  side: v.picklist(["buy", "sell"]),
  type: v.picklist(["market", "limit", "stop_loss", "take_profit"]),
  quantity: decimalText,
  price: v.nullable(decimalText),
  agentId: v.nullable(v.string()),
  key: v.nullable(v.string()),
  sentAt: time,
  notBefore: v.nullable(time),
  otherOrders: v.array(v.string()),
});

/** Also checks that the day exists: runtimes disagree about February 31. */
function isTime(text: string): boolean {
  const day = text.slice(0, 10);
  const start = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(Date.parse(text)) && !Number.isNaN(start) && new Date(start).toISOString().startsWith(day);
}

/** Reads an intent from outside the client. @throws ValidationError if it is not one */
export function parseOrderIntent(value: unknown): OrderIntent {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [first, ...others] = result.issues.map((issue) => v.getDotPath(issue)).filter((field) => field !== null);
  const also = others.length === 0 ? "" : `, and so are ${others.slice(0, 12).join(", ")}`;
  const problem = first === undefined ? "is not an OrderIntent" : `is missing or invalid${also}`;
  throw invalid("reconcile", [
    {
      field: first === undefined ? "record" : `record.${first}`,
      message: `${problem}; pass error.record or a record of your IntentStore`,
    },
  ]);
}
