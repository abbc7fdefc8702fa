const QUANTITY = "Lower the quantity.";
const RAISE = "Raise the quantity.";
const MIDNIGHT = "Trading resumes at 00:00 UTC.";
const MINUTE = "Wait until the minute is over.";
const PAIRS = "getPairs() lists the pairs.";
const FUNDS = "Lower the quantity, or cancel open orders that lock funds.";

const HINTS: Readonly<Record<string, string>> = {
  INVALID_API_KEY: "Check the key: it must be complete, and an archived agent's key no longer works.",
  INVALID_TOKEN: "Get a new token; they live for an hour.",
  ACCOUNT_SUSPENDED: "Ask the platform's operator.",
  PERMISSION_DENIED: "Use a key of the account that owns it.",
  RATE_LIMIT_EXCEEDED: MINUTE,
  INSUFFICIENT_BALANCE: FUNDS,
  PRICE_NOT_AVAILABLE: "The pair is listed but was not traded yet; try another or try later.",
  price_unavailable: PAIRS,
  insufficient_balance: FUNDS,
  order_too_small: RAISE,
  order_too_large: QUANTITY,
  position_limit_exceeded: QUANTITY,
  daily_loss_limit: MIDNIGHT,
  DAILY_LOSS_LIMIT: MIDNIGHT,
  max_open_orders_exceeded: "Cancel an open order first.",
  rate_limit_exceeded: MINUTE,
};

const NEEDS_AGENT = "With an account's key, pass agentId to say for which agent.";
const NEW_RUN = "A runId can be used once, and a strategyId must exist; take a new UUID for each run.";
const KNOWN_EPISODE = "Check runId and sessionId: the platform answers unknown ones with this error.";
const KNOWN_AGENT = "Check agentId: the platform answers unknown agents with this error. getAgents() lists yours.";
const UNFUNDED = "A pending order was triggered without funds; the backtest's clock has moved all the same.";
const LOGIN = "Log in with the account's own key and its secret: an agent's key cannot log in, and needs no login.";
const SECRET = "Check the secret; it was shown once, at registration.";

/** What fits one method only. */
const METHOD_HINTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  login: { ACCOUNT_NOT_FOUND: LOGIN },
  placeMarketOrder: { DATABASE_ERROR: NEEDS_AGENT },
  placeLimitOrder: { DATABASE_ERROR: NEEDS_AGENT },
  placeStopLoss: { DATABASE_ERROR: NEEDS_AGENT },
  placeTakeProfit: { DATABASE_ERROR: NEEDS_AGENT },
  createBacktest: { INTERNAL_ERROR: `A backtest needs an agent that exists. ${NEEDS_AGENT}` },
  resetAccount: { DATABASE_ERROR: "The account needs an agent; createAgent() makes one." },
  getRiskProfile: { INTERNAL_ERROR: KNOWN_AGENT },
  updateAgentRiskProfile: { INTERNAL_ERROR: KNOWN_AGENT },
  createVersion: { DATABASE_ERROR: "Another version may have been created at the same time; look with getStrategy()." },
  registerTrainingRun: { DATABASE_ERROR: NEW_RUN, INTERNAL_ERROR: NEW_RUN, TRAINING_RUN_INVALID_STATE: NEW_RUN },
  reportEpisode: { DATABASE_ERROR: KNOWN_EPISODE, INTERNAL_ERROR: KNOWN_EPISODE },
  startBacktest: { BACKTEST_INVALID_STATE: "A backtest can be started once; createBacktest() makes a new one." },
  stepBacktest: { INSUFFICIENT_BALANCE: UNFUNDED },
  stepBacktestBatch: { INSUFFICIENT_BALANCE: UNFUNDED },
  batchStepFast: { INSUFFICIENT_BALANCE: UNFUNDED },
  testWebhook: {
    INTERNAL_ERROR: "The platform cannot send test deliveries; wait for a real event, such as a completed backtest.",
  },
};

/** What fits a message of the platform, whichever method it answers. */
const MESSAGE_HINTS: readonly (readonly [RegExp, string | undefined])[] = [
  [/credentials are required/i, "Pass apiKey or token to the client."],
  [/API key or the API secret is invalid/i, LOGIN],
  [/API secret is invalid/i, SECRET],
  [/invalid email or password/i, undefined],
  [/^No 1-minute candle data|^Trading pair .* is not available/i, PAIRS],
  [/ is below the minimum .* for /, RAISE],
  [/ is above the maximum .* for /, QUANTITY],
  [/ is no multiple of the step size /, "roundToStep() rounds it."],
  [/use the account's key/i, undefined],
  [/account has no agent/i, "createAgent() makes one."],
  [/^Agent .* not found/i, "getAgents() lists the account's agents."],
  [/not signed with the account's secret/i, SECRET],
  [/backtest session .* is not active/i, "Only a running backtest can be used: call startBacktest() first."],
  [/backtest session has already/i, "createBacktest() makes a new one."],
];

/** What to do about a code or a risk rule's reason; undefined when the message says it all. */
export function hintFor(code: string, name: string, message: string): string | undefined {
  const own = METHOD_HINTS[name]?.[code];
  if (own !== undefined) return own;
  const told = MESSAGE_HINTS.find(([pattern]) => pattern.test(message));
  const hint = told === undefined ? HINTS[code] : told[1];
  return hint !== undefined && message.includes(hint) ? undefined : hint;
}
