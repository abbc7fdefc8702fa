import * as v from "valibot";
import { invalid } from "../validate.ts";
import type { OrderType, Side } from "./order.ts";

/**
 * An order that was about to be sent, as plain JSON: what is needed to find out later, in another process too, whether
 * it was executed. It holds no secret.
 */
export interface OrderIntent {
  readonly version: 1;
  /** Of this intent, not of the order; also the order's idempotency key. */
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** In the base asset. */
  readonly quantity: string;
  /** Limit or trigger price in the quote asset; null for market orders. */
  readonly price: string | null;
  /** The agent it was sent for; null where the credential decided. */
  readonly agentId: string | null;
  /** A checksum of the key it was sent with; null with a token. It does not help to find the key. */
  readonly key: string | null;
  /** When it was last sent, by this machine's clock: ISO-8601. */
  readonly sentAt: string;
  /** Earliest creation time by the exchange's clock, ISO-8601; null when that clock was not known. */
  readonly notBefore: string | null;
  /** Ids of equal orders that other calls placed. */
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

/** Runtimes read February 31 as they like. */
function isTime(text: string): boolean {
  const day = text.slice(0, 10);
  const start = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(Date.parse(text)) && !Number.isNaN(start) && new Date(start).toISOString().startsWith(day);
}

/** An intent from outside; {@link ValidationError} if it is none. */
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
