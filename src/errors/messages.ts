import type { FailedRequest } from "./failedRequest.ts";
import type { ErrorBody } from "./responseBody.ts";

/** What a risk rule objects to, by its reason. */
const RULES: Readonly<Record<string, string>> = {
  account_not_active: "the account is not active",
  daily_loss_limit: "the daily loss limit is reached",
  rate_limit_exceeded: "too many orders in this minute",
  order_too_small: "smaller than the risk profile allows",
  order_too_large: "larger than the account's risk profile allows",
  position_limit_exceeded: "the position would be larger than the risk profile allows",
  max_open_orders_exceeded: "the limit of open orders is reached",
};

// Words of the HTTP standard say nothing by themselves.
const STATUS_WORDS = new Set(["Not Found", "Method Not Allowed", "Bad Request", "Internal Server Error"]);

/** The message of an answer in whole sentences. */
export function messageOf(status: number, body: ErrorBody, request: FailedRequest): string {
  const { message, details } = body;
  const { name } = request;
  if (message === undefined) return `${name} was answered with HTTP ${status} and ${body.kind}.`;
  if (STATUS_WORDS.has(message)) return `${name} was answered with HTTP ${status} (${message}).`;
  const lacking = lackingPair(body);
  if (lacking !== undefined) return sentence(lacking.reason, name);
  if (body.code === "DATABASE_ERROR") return sentence(withoutSql(message), name);
  if (body.issues.length > 0 && body.isList) return sentence(`${name}: ${joined(body)}`, name);
  const counted = /: \d+ validation error\(s\)$/;
  if (body.issues.length > 0 && counted.test(message))
    return sentence(
      message.replace(counted, () => `: ${joined(body)}`),
      name,
    );
  if (message === "Request validation failed." && typeof details["message"] === "string")
    return sentence(details["message"], name);
  const told = sentence(message, name);
  if (typeof details["earliest"] === "string") return `${told} Candles begin at ${details["earliest"]}.`;
  const reason = typeof details["reason"] === "string" ? sentence(details["reason"], name) : "";
  return reason === "" || told.includes(reason) ? told : `${told} ${reason}`;
}

/** The pair that the platform has no candles of: one that is unknown, or that was never traded. */
export function lackingPair({
  code,
  details,
}: ErrorBody): { readonly symbol: string; readonly reason: string } | undefined {
  const { reason } = details;
  if (code !== "SERVICE_UNAVAILABLE" || typeof reason !== "string") return undefined;
  const symbol = /candle data available for (\w+)/.exec(reason)?.[1];
  return symbol === undefined ? undefined : { symbol, reason };
}

/** What a risk rule refused, from a reason such as `position_limit_exceeded: BTCUSDT position would be 25.7% …`. */
export function rejectionOf(told: string, reason: string, { name, symbol, side }: FailedRequest): string {
  if (!/^\w+$/.test(reason)) return `Order rejected: ${sentence(told, name)}`;
  const numbers = told.startsWith(`${reason}:`) ? told.slice(reason.length + 1).trim() : "";
  const why = `Order rejected: ${objection(reason, symbol, side)} (${reason}).`;
  return numbers === "" ? why : `${why} ${sentence(numbers, name)}`;
}

function objection(reason: string, symbol: string | undefined, side: string | undefined): string {
  if (reason === "price_unavailable") return `${symbol ?? "the pair"} is unknown or has no price yet`;
  if (reason !== "insufficient_balance") return RULES[reason] ?? "a risk rule does not allow it";
  return `not enough ${(side === "sell" ? symbol?.toUpperCase().replace(/USDT$/, "") : "USDT") ?? "balance"}`;
}

/** A message that begins like a sentence or with the method's name, and ends with one period. */
function sentence(text: string, name: string): string {
  const trimmed = text.trim().replace(/\.+$/, ".");
  const start = /^[a-z]/.test(trimmed) && !trimmed.startsWith(name) ? `${name}: ` : "";
  return `${start}${trimmed}${/[.!?]$/.test(trimmed) ? "" : "."}`;
}

function joined({ issues }: ErrorBody): string {
  return issues
    .map(({ field, message }) => {
      const told = message.replace(/\.$/, "");
      return field === "" ? told : `${field}: ${told}`;
    })
    .join("; ");
}

/** Storage failures repeat whole rows and statements, which help nobody and may be private. */
function withoutSql(message: string): string {
  const [what = ""] = message.split(/:? *(?:\((?:sqlalchemy|psycopg|asyncpg)|null value in column)|\n/, 1);
  const column = /null value in column "(\w+)"/.exec(message)?.[1];
  return column === undefined ? what : `${what}: ${column} is missing.`;
}
