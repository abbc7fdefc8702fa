import type { Caller, GatewayChannel } from "./types.ts";

const MAX_FRAME = 4096;
const MAX_NAME = 100;

/** The fields of each channel's subscription. */
const FIELDS: Readonly<Record<GatewayChannel, readonly string[]>> = {
  ticker: ["symbol"],
  ticker_all: [],
  candles: ["symbol", "interval"],
  orders: [],
  portfolio: [],
};

/** What is done with a frame: one of both. */
interface Handled {
  readonly forward?: string;
  readonly reply?: string;
}

/** Reads a caller's frame, and builds the one for the platform anew. */
export function readFrame(text: string, caller: Caller): Handled {
  const message = text.length > MAX_FRAME ? undefined : parse(text);
  if (message === undefined) return refuse("INVALID_MESSAGE", "A message must be a small JSON object.");
  const { action } = message;
  if (action === "pong" || (action === undefined && message["type"] === "pong"))
    return { forward: '{"action":"pong"}' };
  if (action !== "subscribe" && action !== "unsubscribe")
    return refuse("UNKNOWN_ACTION", "Valid actions: subscribe, unsubscribe, pong.");
  const { channel } = message;
  if (typeof channel !== "string" || !isChannel(channel)) return refuse("INVALID_CHANNEL", "Unknown channel.");
  const fields = FIELDS[channel].map((name) => [name, message[name]] as const);
  const values: Record<string, string> = {};
  for (const [name, value] of fields) {
    if (value === undefined) continue;
    if (typeof value !== "string" || value.length > MAX_NAME)
      return refuse("INVALID_MESSAGE", `Field '${name}' must be a string.`);
    values[name] = value.trim();
  }
  // The platform takes the symbol "all" for all of them.
  const wanted = channel === "ticker" && values["symbol"]?.toUpperCase() === "ALL" ? "ticker_all" : channel;
  const problem = problemWith(wanted, caller);
  return problem === undefined
    ? { forward: JSON.stringify({ action, channel, ...values }) }
    : refuse("PERMISSION_DENIED", problem);
}

function problemWith(channel: GatewayChannel, { channels, agentId }: Caller): string | undefined {
  if (channels?.includes(channel) !== true) return `This caller may not subscribe to '${channel}'.`;
  const isPrivate = channel === "orders" || channel === "portfolio";
  // A stream is for whatever the key acts for; no header can limit it to one agent.
  return isPrivate && agentId !== undefined ? "A stream cannot be limited to one agent of the account." : undefined;
}

function isChannel(name: string): name is GatewayChannel {
  return Object.hasOwn(FIELDS, name);
}

function refuse(code: string, message: string): Handled {
  return { reply: JSON.stringify({ type: "error", code, message }) };
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
