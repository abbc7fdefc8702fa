import type { FailedRequest } from "./failedRequest.ts";
import type { ErrorBody } from "./responseBody.ts";

/** Explanations of risk rules, by reason. */
const RULES: Readonly<Record<string, string>> = {
  account_not_active: "the account is not active",
  daily_loss_limit: "the daily loss limit is reached",
  rate_limit_exceeded: "too many orders in this minute",
  order_too_small: "smaller than the risk profile allows",
  order_too_large: "larger than the account's risk profile allows",
  position_limit_exceeded: "the position would be larger than the risk profile allows",
  max_open_orders_exceeded: "the limit of open orders is reached",
};

// Standard status texts, which add nothing to the status.
const STATUS_TEXTS = new Set(["Not Found", "Method Not Allowed", "Bad Request", "Internal Server Error"]);

/** Describes a failed response in complete sentences. */
export function describeFailure(status: number, body: ErrorBody, request: FailedRequest): string {
  const { message, details } = body;
  const { name } = request;
  if (message === undefined) return `${name} failed: the server sent HTTP ${status} and ${body.kind}.`;
  if (STATUS_TEXTS.has(message)) return `${name} failed: the server sent HTTP ${status} (${message}).`;
  const missing = pairWithoutCandles(body);
  if (missing !== undefined) return toSentence(missing.reason, name);
  if (body.code === "DATABASE_ERROR") return toSentence(removeSql(message), name);
  if (body.issues.length > 0 && body.isList) return toSentence(`${name}: ${joinIssues(body)}`, name);
  const issueCount = /: \d+ validation error\(s\)$/;
  if (body.issues.length > 0 && issueCount.test(message))
    return toSentence(
      message.replace(issueCount, () => `: ${joinIssues(body)}`),
      name,
    );
  if (message === "Request validation failed." && typeof details["message"] === "string")
    return toSentence(details["message"], name);
  const description = toSentence(message, name);
  if (typeof details["earliest"] === "string") return `${description} Candles begin at ${details["earliest"]}.`;
  const reason = typeof details["reason"] === "string" ? toSentence(details["reason"], name) : "";
  return reason === "" || description.includes(reason) ? description : `${description} ${reason}`;
}

/** The pair that the platform has no candles for: an unknown one, or one that was never traded. */
export function pairWithoutCandles({
  code,
  details,
}: ErrorBody): { readonly symbol: string; readonly reason: string } | undefined {
  const { reason } = details;
  if (code !== "SERVICE_UNAVAILABLE" || typeof reason !== "string") return undefined;
  const symbol = /candle data available for (\w+)/.exec(reason)?.[1];
  return symbol === undefined ? undefined : { symbol, reason };
}

/** Explains a reason such as `position_limit_exceeded: BTCUSDT position would be 25.7% …`. */
export function describeRejection(
  platformReason: string,
  reason: string,
  { name, symbol, side }: FailedRequest,
): string {
  if (!/^\w+$/.test(reason)) return `Order rejected: ${toSentence(platformReason, name)}`;
  const figures = platformReason.startsWith(`${reason}:`) ? platformReason.slice(reason.length + 1).trim() : "";
  const explanation = `Order rejected: ${explainRule(reason, symbol, side)} (${reason}).`;
  return figures === "" ? explanation : `${explanation} ${toSentence(figures, name)}`;
}

function explainRule(reason: string, symbol: string | undefined, side: string | undefined): string {
  if (reason === "price_unavailable") return `${symbol ?? "the pair"} is unknown or has no price yet`;
  if (reason !== "insufficient_balance") return RULES[reason] ?? "a risk rule does not allow it";
  return `not enough ${(side === "sell" ? symbol?.toUpperCase().replace(/USDT$/, "") : "USDT") ?? "balance"}`;
}

/** Starts a message with a capital letter or the method's name, and ends it with one period. */
function toSentence(text: string, name: string): string {
  const trimmed = text.trim().replace(/\.+$/, ".");
  const start = /^[a-z]/.test(trimmed) && !trimmed.startsWith(name) ? `${name}: ` : "";
  return `${start}${trimmed}${/[.!?]$/.test(trimmed) ? "" : "."}`;
}

function joinIssues({ issues }: ErrorBody): string {
  return issues
    .map(({ field, message }) => {
      const problem = message.replace(/\.$/, "");
      return field === "" ? problem : `${field}: ${problem}`;
    })
    .join("; ");
}

/** Removes the rows and statements that storage errors repeat: they do not help, and can be private. */
function removeSql(message: string): string {
  const [problem = ""] = message.split(/:? *(?:\((?:sqlalchemy|psycopg|asyncpg)|null value in column)|\n/, 1);
  const column = /null value in column "(\w+)"/.exec(message)?.[1];
  return column === undefined ? problem : `${problem}: ${column} is missing.`;
}
