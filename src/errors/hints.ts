const HINTS: Readonly<Record<string, string>> = {
  INVALID_API_KEY: "Check the key: it must be complete, and an archived agent's key no longer works.",
  INVALID_TOKEN: "Get a new token; they live for an hour.",
  ACCOUNT_SUSPENDED: "Ask the platform's operator.",
  ACCOUNT_NOT_FOUND: "Log in with the account's own key: an agent's key cannot log in, and needs no login.",
  PERMISSION_DENIED: "It belongs to another account.",
  RATE_LIMIT_EXCEEDED: "Wait until the minute is over.",
  DATABASE_ERROR: "The platform could not store it. With an account's key, agentId says for which agent.",
  PRICE_NOT_AVAILABLE: "The pair is listed but was not traded yet; try another or try later.",
  price_unavailable: "No such pair, or it was not traded yet; getPairs() lists them.",
  order_too_small: "Raise the quantity: the order's value is below the risk limit.",
  order_too_large: "Lower the quantity: one order may not exceed a share of the equity.",
  position_limit_exceeded: "Lower the quantity: the position would exceed its share of the equity.",
  daily_loss_limit: "Trading resumes at 00:00 UTC.",
  max_open_orders_exceeded: "Cancel an open order first.",
  rate_limit_exceeded: "Wait until the minute is over.",
};

/** What to do about a code or a risk rule's reason. */
export function hintFor(code: string, name: string): string | undefined {
  if (code === "ACCOUNT_NOT_FOUND" && name !== "login") return undefined;
  return HINTS[code];
}
