/** `declared`: the platform as documented. `observed`: the platform as it behaves. */
export type Fidelity = "declared" | "observed";

/**
 * The defects of the real platform, one switch each; docs/fidelity.md lists them. `Q-1` and so on are the numbers under
 * which they were recorded. Each comment describes the behaviour when the switch is on.
 */
const OBSERVED = {
  /** the header `Idempotency-Key` is ignored; otherwise a repeated key gets the first response again. */
  idempotencyKeysIgnored: true,
  /** a name too long for the default agent's name undoes the registration, which is still answered with 201. */
  longNameUndoesRegistration: true,
  /** an order without an agent ends in 500; otherwise it goes to the first agent. */
  ordersNeedAgent: true,
  /** an unknown agent id, and the reset of an account without agents, end in 500; otherwise in 404. */
  unknownAgentCrashes: true,
  /** An unknown `X-Agent-Id` is ignored, and so is any beside an agent's key; otherwise it is always checked. */
  agentHeaderUnchecked: true,
  /** An account shows the cash of one agent, and assets and pairs once per agent; otherwise the sum of its agents. */
  accountsNotAddedUp: true,
  /** responses produced before the CORS layer lack its headers, and `Retry-After` is not exposed. */
  earlyAnswersWithoutCors: true,
  /** Pages of the listed origins may send the browser's credentials, which have no meaning here. */
  pagesMaySendCredentials: true,
  /**
   * the ticker's window starts with the exchange and has no trade count; otherwise it covers the last 24 hours.
   */
  endlessTicker: true,
  /** the `total` of order lists is the page's length; otherwise the number of matches. */
  pageTotals: true,
  /** an account reset leaves positions without holdings behind. */
  resetKeepsPositions: true,
  /** net PnL subtracts fees twice, and realised PnL ignores the period. */
  feesCountTwice: true,
  /** the account reset validates a new starting balance and then ignores it. */
  resetIgnoresNewBalance: true,
  /** expired orders keep their locked funds. */
  expiredOrdersStayLocked: true,
  /**
   * agent profiles are stored unchecked, and an invalid one makes reads fail with 500; otherwise it is
   * rejected.
   */
  uncheckedAgentProfiles: true,
  /**
   * funds that a filled buy did not need stay locked, and missing funds are taken from other locks; limit
   * prices do not bind.
   */
  residueStaysLocked: true,
  /** market orders skip the minimum notional; step size and maximum quantity are never enforced. */
  filtersNotEnforced: true,
  /** the daily-loss and maximum-order checks reject sells too. */
  limitsBlockSells: true,
  /** cancelling an order whose locked funds were used up by others ends in 500. */
  eatenLocksBlockCancels: true,
  /** Cancelling the open orders of a whole account stops after 200. */
  accountWideCancelsAreCapped: true,
  /** Numbers of extreme size end in 500; otherwise they are rejected. */
  absurdNumbersCrash: true,
  /** A failed login reveals whether the key or the secret was wrong; otherwise only that one of them was. */
  loginTellsKeyFromSecret: true,
  /** an agent's reset keeps its open orders and positions. */
  agentResetKeepsOrders: true,
  /** Q-10, Q-I1: the 30 s cache of indicators ignores `lookback`. */
  indicatorsForgetLookback: true,
  /** reading the range of an empty history ends in 500; otherwise in nulls. */
  emptyHistoryCrashes: true,
  /** no equity snapshots are taken periodically, only when a history is first read. */
  snapshotsNeverTaken: true,
  /** Q-W1: a webhook's test delivery ends in 500. */
  testDeliveryCrashes: true,
  /** Q-W2: events are never delivered to subscriptions. */
  eventsNotDelivered: true,
  /** Q-W4: re-enabling a webhook keeps its failure count. */
  reenabledWebhooksKeepFailures: true,
  /** Q-W5: some internal address ranges pass the check of webhook targets. */
  internalRangesForgotten: true,
  /** Q-A2: an agent's key can manage the account's other agents and read their keys. */
  siblingsManageEachOther: true,
  /** Setting a name to null ends in 500; otherwise it is rejected. */
  nullNamesCrash: true,
  /**
   * Only the field names that the platform reads are known: `trigger_price` and a reset's `starting_balance` are
   * ignored.
   */
  documentedNamesIgnored: true,
  /** Q-B1: a backtest can sell what it never bought, and what its own orders have locked. */
  nakedSellsFill: true,
  /** Q-B2: a triggered order without funds fails the backtest's step and stays pending; otherwise it is rejected. */
  unfundedTriggersFailSteps: true,
  /** Q-B3: a backtest without an agent, or with times without an offset, ends in 500; otherwise in 422. */
  incompleteBacktestsCrash: true,
  /** Q-B4: a backtest can be created for another account's agent. */
  backtestsTakeForeignAgents: true,
  /** Q-B5: most operations on a backtest do not check its owner. */
  backtestsOpenToAll: true,
  /** Q-B6: the fast batch that ends a backtest reports no prices and a portfolio of zeros. */
  fastEndWithoutFigures: true,
  /** Q-B7: fast steps take fewer snapshots, so metrics depend on how the backtest is stepped. */
  snapshotsDependOnStepping: true,
  /**
   * Q-B8: a backtest's prices are one candle ahead, and a pair without a candle has none; otherwise its last known
   * price.
   */
  backtestsSeeAhead: true,
  /** Q-B9: comparing a completed backtest without a Sharpe ratio ends in 500. */
  missingSharpeCrashesComparison: true,
  /**
   * Q-R1 and similar: ids in bodies and queries that are malformed, used or unknown end in 500; otherwise in 422, 409
   * and 404.
   */
  malformedIdsCrash: true,
  /** Q-R2: learning curves and comparisons of training runs do not check their owner. */
  trainingOpenToAll: true,
  /**
   * Q-S1: two kinds of invalid definitions, and a ranking metric that is not a string, end in 500; otherwise in 422.
   */
  definitionGapsCrash: true,
  /** Q-S2: a version can be deployed only once; otherwise again after it has been undeployed. */
  versionsDeployOnce: true,
  /** Q-S3: a test run changes a deployed strategy's status to testing; otherwise it stays deployed. */
  testsUndoDeployment: true,
  /**
   * Q-S4: comparing strategies reads metrics under names that test runs do not store; otherwise it ranks by their
   * averages.
   */
  comparisonMissesAverages: true,
  /**
   * Q-T1: every episode of a test run covers the whole range, minute by minute; otherwise its own window, by the
   * timeframe.
   */
  testsIgnoreWindows: true,
  /** Q-T2: episodes of test runs produce no metrics, so results are empty. */
  testsYieldNoMetrics: true,
  /** Q-T3: recommendations read win rates in percent as fractions. */
  winRatesAsFractions: true,
  /**
   * Q-T4: a test run ends one minute per episode after its start, cancelled or not; otherwise when it is done, and
   * cancelled ones stay cancelled.
   */
  testsEndByTheClock: true,
  /** Q-T5: a test run can be read and cancelled through any strategy, even an unknown one. */
  testIdsAreGlobal: true,
  /**
   * Q-T6: moving averages of unsupported periods fall back to the platform's period, and false conditions count as
   * true.
   */
  averagesFallBack: true,
  /** Identical returns are divided by rounding errors, which gives a Sharpe ratio of -1e17; otherwise it is 0. */
  flatReturnsHaveRatios: true,
  /** Costs and PnL are computed from average prices rounded to 8 decimals; otherwise from the amounts paid. */
  costsFromAverages: true,
  /** A reopened position keeps the time of its first purchase. */
  reopenedPositionsAreOld: true,
  /** A reset keeps realised PnL, return and performance; otherwise they start again. */
  resetKeepsResults: true,
  /** The profit factor of wins without losses is 0; otherwise null. */
  profitFactorZeroWithoutLosses: true,
  /** Results of a backtest's trades leave out fees; otherwise they include them, as live trades do. */
  backtestResultsWithoutFees: true,
  /** Order book prices have at most 6 decimals, so levels of very low prices collapse; otherwise as many as needed. */
  bookLevelsCollapse: true,
  /**
   * Prices of candles and public trades are rounded to 8 decimals, which can lose a very low price; otherwise exact.
   */
  tradedPricesAreRounded: true,
  /** Prices and quantities with more than 8 decimals are rounded; otherwise rejected. */
  longDecimalsAreRounded: true,
  /**
   * A backtest's results are blank until it ends, and those of a cancelled one have no pairs; otherwise they show the
   * progress.
   */
  resultsWaitForTheEnd: true,
  /** The risk profile of an agent without one shows the defaults; otherwise the account's, which applies. */
  agentsHideAccountProfile: true,
  /** A negative number that rounds to zero is written as `-0.00`; otherwise as `0.00`. */
  zeroKeepsSign: true,
  /** Q-X2: subscribing to the ticker of the symbol `all` never sends data; otherwise it is the ticker of all pairs. */
  allSymbolUnsupported: true,
  /** Q-X3: the stream sends only trades, and no data of other subscriptions. */
  channelsStaySilent: true,
  /** Q-X4: a subscriber of a pair and of all pairs gets the pair's trades twice. */
  allPairsRepeatTicks: true,
  /** Q-X5: a pong must have an `action`; one with the commonly documented `type` is rejected. */
  typePongRefused: true,
  /** Q-X6: a malformed frame closes the connection normally; otherwise it is answered with an error. */
  malformedFramesClose: true,
  /** Q-X7: anyone can subscribe to any battle; otherwise the channel is unknown, as there are no battles. */
  battlesOpenToAll: true,
};

/** Which of the platform's defects an exchange reproduces. */
export type Quirks = { readonly [Name in keyof typeof OBSERVED]: boolean };

const DECLARED = Object.fromEntries(Object.keys(OBSERVED).map((name) => [name, false])) as Quirks;

/** All quirks for `observed`, none for `declared`. */
export function quirksOf(fidelity: Fidelity): Quirks {
  return fidelity === "observed" ? OBSERVED : DECLARED;
}
