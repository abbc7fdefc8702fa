const LOWER_QUANTITY = "Lower the quantity.";
const RAISE_QUANTITY = "Raise the quantity.";
const MIDNIGHT = "Trading resumes at 00:00 UTC.";
const MINUTE = "Wait for the next minute.";
const PAIRS = "getPairs() lists the pairs.";
const FUNDS = "Lower the quantity, or cancel open orders that lock funds.";

const HINTS: Readonly<Record<string, string>> = {
  INVALID_API_KEY: "Check that the key is complete, and that its agent is not archived.",
  INVALID_TOKEN: "Get a new token; tokens are valid for an hour.",
  ACCOUNT_SUSPENDED: "Contact the platform's operator.",
  PERMISSION_DENIED: "Use a key of the account that owns it.",
  RATE_LIMIT_EXCEEDED: MINUTE,
  INSUFFICIENT_BALANCE: FUNDS,
  PRICE_NOT_AVAILABLE: "The pair is listed but has not been traded yet; try later or use another pair.",
  price_unavailable: PAIRS,
  insufficient_balance: FUNDS,
  order_too_small: RAISE_QUANTITY,
  order_too_large: LOWER_QUANTITY,
  position_limit_exceeded: LOWER_QUANTITY,
  daily_loss_limit: MIDNIGHT,
  DAILY_LOSS_LIMIT: MIDNIGHT,
  max_open_orders_exceeded: "Cancel an open order first.",
  rate_limit_exceeded: MINUTE,
};

const NEEDS_AGENT = "With an account's key, pass agentId to select an agent.";
const NEW_RUN = "A runId can be used only once, and a strategyId must exist; generate a new UUID for each run.";
const KNOWN_EPISODE = "Check runId and sessionId: the platform reports unknown ids with this error.";
const KNOWN_AGENT =
  "Check agentId: the platform reports unknown agents with this error. getAgents() lists your agents.";
const UNFUNDED = "A pending order was triggered without sufficient funds. The backtest has advanced nevertheless.";
const LOGIN = "Log in with the key and secret of the account. An agent's key cannot log in, and does not need to.";
const SECRET = "Check the secret. It was shown only once, at registration.";

/** Hints for one method only. */
const METHOD_HINTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  login: { ACCOUNT_NOT_FOUND: LOGIN },
  placeMarketOrder: { DATABASE_ERROR: NEEDS_AGENT },
  placeLimitOrder: { DATABASE_ERROR: NEEDS_AGENT },
  placeStopLoss: { DATABASE_ERROR: NEEDS_AGENT },
  placeTakeProfit: { DATABASE_ERROR: NEEDS_AGENT },
  createBacktest: { INTERNAL_ERROR: `A backtest needs an existing agent. ${NEEDS_AGENT}` },
  resetAccount: { DATABASE_ERROR: "The account needs an agent; createAgent() creates one." },
  getRiskProfile: { INTERNAL_ERROR: KNOWN_AGENT },
  updateAgentRiskProfile: { INTERNAL_ERROR: KNOWN_AGENT },
  createVersion: {
    DATABASE_ERROR: "Another version may have been created at the same time; check with getStrategy().",
  },
  registerTrainingRun: { DATABASE_ERROR: NEW_RUN, INTERNAL_ERROR: NEW_RUN, TRAINING_RUN_INVALID_STATE: NEW_RUN },
  reportEpisode: { DATABASE_ERROR: KNOWN_EPISODE, INTERNAL_ERROR: KNOWN_EPISODE },
  compareBacktests: {
    INTERNAL_ERROR:
      "The platform cannot compare a completed backtest without a Sharpe ratio, such as one without trades.",
  },
  getDataRange: { INTERNAL_ERROR: "The platform has no candles yet." },
  startBacktest: { BACKTEST_INVALID_STATE: "A backtest can be started only once; createBacktest() creates a new one." },
  stepBacktest: { INSUFFICIENT_BALANCE: UNFUNDED },
  stepBacktestBatch: { INSUFFICIENT_BALANCE: UNFUNDED },
  batchStepFast: { INSUFFICIENT_BALANCE: UNFUNDED },
  testWebhook: {
    INTERNAL_ERROR: "The platform cannot send test deliveries; wait for a real event, such as a completed backtest.",
  },
};

/** Hints for messages of the platform, for any method. */
const MESSAGE_HINTS: readonly (readonly [RegExp, string | undefined])[] = [
  [/credentials are required/i, "Pass apiKey or token to the client."],
  [/API key or the API secret is invalid/i, LOGIN],
  [/API secret is invalid/i, SECRET],
  [/invalid email or password/i, undefined],
  [/^No 1-minute candle data|^Trading pair .* is not available/i, PAIRS],
  [/ is below the minimum .* for /, RAISE_QUANTITY],
  [/ is above the maximum .* for /, LOWER_QUANTITY],
  [/ is not a multiple of the step size /, "Round the quantity with roundToStep()."],
  [/use the account's key/i, undefined],
  [/account has no agent/i, "createAgent() creates one."],
  [/^Agent .* not found/i, "getAgents() lists the account's agents."],
  [/not signed with the account's secret/i, SECRET],
  [
    /backtest session .* is not active/i,
    "The backtest must be running: call startBacktest() first, or getBacktestResults() if it has ended.",
  ],
  [/backtest session has already/i, "createBacktest() creates a new one."],
];

/** What to do about a code or a risk rule's reason; undefined if the message needs no addition. */
export function hintFor(code: string, name: string, message: string): string | undefined {
  const methodHint = METHOD_HINTS[name]?.[code];
  if (methodHint !== undefined) return methodHint;
  const match = MESSAGE_HINTS.find(([pattern]) => pattern.test(message));
  const hint = match === undefined ? HINTS[code] : match[1];
  return hint !== undefined && message.includes(hint) ? undefined : hint;
}
