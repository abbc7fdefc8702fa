/** `declared`: the platform as it was evidently meant. `observed`: the platform as it behaves. */
export type Fidelity = "declared" | "observed";

/** What the platform does against its evident meaning, one switch each; the numbers are those of its list of quirks. */
export interface Quirks {
  /** the header `Idempotency-Key` means nothing; otherwise a repeated key is answered with the first answer. */
  readonly idempotencyKeysIgnored: boolean;
  /** a name too long for the default agent's name undoes the registration, which answers 201 all the same. */
  readonly longNameUndoesRegistration: boolean;
  /** an order without agent context ends in 500; otherwise it is the first agent's. */
  readonly ordersNeedAgent: boolean;
  /** an unknown agent id, and the reset of an account without agents, end in 500; otherwise in 404. */
  readonly unknownAgentCrashes: boolean;
  /** An unknown `X-Agent-Id` counts as none, and means nothing beside an agent's key; otherwise it is checked everywhere. */
  readonly agentHeaderUnchecked: boolean;
  /** An account has the cash of one agent, and assets and pairs once an agent; otherwise all agents are added up. */
  readonly accountsNotAddedUp: boolean;
  /** answers made before the CORS layer lack its headers, and `Retry-After` is not exposed. */
  readonly earlyAnswersWithoutCors: boolean;
  /** Pages of the listed origins may send the browser's credentials, which mean nothing here. */
  readonly pagesMaySendCredentials: boolean;
  /** the ticker's window began with the exchange and has no trade count; otherwise it is the last 24 hours. */
  readonly endlessTicker: boolean;
  /** the `total` of order lists is the page's length; otherwise the number of matches. */
  readonly pageTotals: boolean;
  /** an account reset leaves positions without holdings behind. */
  readonly resetKeepsPositions: boolean;
  /** the net PnL subtracts fees twice, and realised PnL ignores the period. */
  readonly feesCountTwice: boolean;
  /** a new starting balance is checked and then ignored by the account reset. */
  readonly resetIgnoresNewBalance: boolean;
  /** expired orders keep their locks. */
  readonly expiredOrdersStayLocked: boolean;
  /** agent profiles are stored unchecked, and a bad one makes reads fail with 500; otherwise it is refused. */
  readonly uncheckedAgentProfiles: boolean;
  /** what a filled buy did not need stays locked, what it lacks is eaten from other locks; limit prices do not bind. */
  readonly residueStaysLocked: boolean;
  /** market orders skip the minimum notional; step size and maximum quantity bind nobody. */
  readonly filtersNotEnforced: boolean;
  /** the daily-loss and maximum-order checks refuse sells too. */
  readonly limitsBlockSells: boolean;
  /** cancelling an order whose lock was eaten ends in 500. */
  readonly eatenLocksBlockCancels: boolean;
  /** Cancelling the open orders of a whole account stops at 200 of them. */
  readonly accountWideCancelsAreCapped: boolean;
  /** Numbers of absurd size end in 500; otherwise they are refused. */
  readonly absurdNumbersCrash: boolean;
  /** A login tells whether the key or the secret was wrong; otherwise only that one of them was. */
  readonly loginTellsKeyFromSecret: boolean;
  /** an agent's reset leaves its open orders and positions. */
  readonly agentResetKeepsOrders: boolean;
  /** Q-10, Q-I1: the answers that indicators are remembered by for 30 s are not told apart by `lookback`. */
  readonly indicatorsForgetLookback: boolean;
  /** asking for the range of the history ends in 500 when there is none; otherwise in nulls. */
  readonly emptyHistoryCrashes: boolean;
  /** equity is never taken down by the clock, only by the first question for a history. */
  readonly snapshotsNeverTaken: boolean;
  /** Q-W1: the test delivery of a webhook ends in 500. */
  readonly testDeliveryCrashes: boolean;
  /** Q-W2: no event ever reaches a subscription. */
  readonly eventsReachNobody: boolean;
  /** Q-W4: starting a webhook again keeps its count of failures. */
  readonly reenabledWebhooksKeepFailures: boolean;
  /** Q-W5: some internal ranges of addresses pass the check of webhook targets. */
  readonly internalRangesForgotten: boolean;
  /** Q-A2: an agent's key may manage its siblings and read their keys. */
  readonly siblingsManageEachOther: boolean;
  /** A name set to null ends in 500; otherwise it is refused. */
  readonly nullNamesCrash: boolean;
  /** Only the names that the platform reads: `trigger_price` and a reset's `starting_balance` are passed over. */
  readonly documentedNamesIgnored: boolean;
  /** Q-B1: a backtest sells what it never bought, and what its own orders have locked. */
  readonly nakedSellsFill: boolean;
  /** Q-B2: a triggered order without funds makes the backtest's step fail and stays pending; otherwise it is rejected. */
  readonly unfundedTriggersFailSteps: boolean;
  /** Q-B3: a backtest without agent, or with times without offset, ends in 500; otherwise in 422. */
  readonly incompleteBacktestsCrash: boolean;
  /** Q-B4: a backtest can be for anybody's agent. */
  readonly backtestsTakeForeignAgents: boolean;
  /** Q-B5: most operations on a backtest do not ask whose it is. */
  readonly backtestsOpenToAll: boolean;
  /** Q-B6: the fast batch that ends a backtest tells no prices and a portfolio of zeros. */
  readonly fastEndWithoutFigures: boolean;
  /** Q-B7: fast steps take fewer snapshots, so metrics depend on the way of stepping. */
  readonly snapshotsDependOnStepping: boolean;
  /** Q-B8: a backtest's prices are one candle ahead, and a pair without a candle has none; otherwise its last known price. */
  readonly backtestsSeeAhead: boolean;
  /** Q-B9: comparing a completed backtest that has no Sharpe ratio ends in 500. */
  readonly missingSharpeCrashesComparison: boolean;
  /** Q-R1 and its like: ids in bodies and queries that are no UUIDs, or are used or unknown, end in 500; otherwise in 422, 409 and 404. */
  readonly malformedIdsCrash: boolean;
  /** Q-R2: learning curves and comparisons of training runs do not ask whose they are. */
  readonly trainingOpenToAll: boolean;
  /** Q-S1: two kinds of invalid definition, and a ranking metric that is no text, end in 500; otherwise in 422. */
  readonly definitionGapsCrash: boolean;
  /** Q-S2: a version that was deployed once never is again; otherwise undeploying makes it deployable. */
  readonly versionsDeployOnce: boolean;
  /** Q-S3: a test turns a deployed strategy into one under test; otherwise it stays deployed. */
  readonly testsUndoDeployment: boolean;
  /** Q-S4: comparing strategies looks for figures under names that tests do not store; otherwise it ranks by their averages. */
  readonly comparisonMissesAverages: boolean;
  /** Q-T1: every episode of a test covers the whole range by the minute; otherwise windows of its own, by the timeframe. */
  readonly testsIgnoreWindows: boolean;
  /** Q-T2: episodes of tests yield no figures, so results are empty. */
  readonly testsGiveNothing: boolean;
  /** Q-T3: recommendations take a win rate in percent for a fraction. */
  readonly winRatesAsFractions: boolean;
  /** Q-T4: a test is over a minute an episode after its start, cancelled or not; otherwise when it is done, and cancelled stays so. */
  readonly testsEndByTheClock: boolean;
  /** Q-T5: a test can be read and cancelled through any strategy, and an unknown one cancelled. */
  readonly testIdsAreGlobal: boolean;
  /** Q-T6: moving averages of other periods than the platform's are its own, and false conditions count as true. */
  readonly averagesFallBack: boolean;
  /** Of returns that are all the same, rounding is divided by rounding: a Sharpe ratio of -1e17; otherwise it is 0. */
  readonly flatReturnsHaveRatios: boolean;
  /** Costs and PnL come from average prices that are rounded to 8 decimals; otherwise from what was paid. */
  readonly costsFromAverages: boolean;
  /** A position that is bought anew keeps the time of its first purchase. */
  readonly reopenedPositionsAreOld: boolean;
  /** A reset leaves realised PnL, return and performance as they were; otherwise they begin anew. */
  readonly resetKeepsResults: boolean;
  /** The profit factor of wins without losses is 0; otherwise null. */
  readonly profitFactorZeroWithoutLosses: boolean;
  /** Results of a backtest's trades leave out fees; otherwise they are what the trades have brought, as live. */
  readonly backtestResultsWithoutFees: boolean;
  /** Prices of the order book have at most 6 decimals, however low they are; otherwise as many as keep levels apart. */
  readonly bookLevelsCollapse: boolean;
  /** Prices in candles and public trades are rounded to 8 decimals, which a very low one is not worth; otherwise exact. */
  readonly tradedPricesAreRounded: boolean;
  /** Prices and quantities with more than 8 decimals are rounded in silence; otherwise refused. */
  readonly longDecimalsAreRounded: boolean;
  /** A backtest's results are blank until it ends, and those of a cancelled one have no pairs; otherwise they tell what was reached. */
  readonly resultsWaitForTheEnd: boolean;
  /** The risk profile of an agent without one shows the defaults; otherwise the account's, which applies. */
  readonly agentsHideAccountProfile: boolean;
  /** A negative figure that rounds to zero is written as `-0.00`; otherwise as `0.00`. */
  readonly zeroKeepsSign: boolean;
  /** Q-X2: a subscription to the ticker of the symbol `all` never tells anything; otherwise it is that of all pairs. */
  readonly allSymbolIsDead: boolean;
  /** Q-X3: the stream sends nothing but trades, whatever else was subscribed to. */
  readonly channelsStaySilent: boolean;
  /** Q-X4: who follows a pair and all pairs is sent the pair's trades twice. */
  readonly allPairsRepeatTicks: boolean;
  /** Q-X5: a ping may only be answered with an `action`, not with the `type` that most public material gives. */
  readonly typePongRefused: boolean;
  /** Q-X6: a malformed frame closes the connection as if all was well; otherwise it is answered with an error. */
  readonly malformedFramesClose: boolean;
  /** Q-X7: anybody may subscribe to any battle; otherwise to none, as there are no battles. */
  readonly battlesOpenToAll: boolean;
}

/** The quirks of a fidelity: all of them, or none. */
export function quirksOf(fidelity: Fidelity): Quirks {
  const copied = fidelity === "observed";
  return {
    idempotencyKeysIgnored: copied,
    longNameUndoesRegistration: copied,
    ordersNeedAgent: copied,
    unknownAgentCrashes: copied,
    agentHeaderUnchecked: copied,
    accountsNotAddedUp: copied,
    earlyAnswersWithoutCors: copied,
    endlessTicker: copied,
    pagesMaySendCredentials: copied,
    pageTotals: copied,
    resetKeepsPositions: copied,
    feesCountTwice: copied,
    resetIgnoresNewBalance: copied,
    expiredOrdersStayLocked: copied,
    uncheckedAgentProfiles: copied,
    residueStaysLocked: copied,
    filtersNotEnforced: copied,
    limitsBlockSells: copied,
    eatenLocksBlockCancels: copied,
    accountWideCancelsAreCapped: copied,
    absurdNumbersCrash: copied,
    loginTellsKeyFromSecret: copied,
    agentResetKeepsOrders: copied,
    indicatorsForgetLookback: copied,
    emptyHistoryCrashes: copied,
    snapshotsNeverTaken: copied,
    testDeliveryCrashes: copied,
    eventsReachNobody: copied,
    reenabledWebhooksKeepFailures: copied,
    internalRangesForgotten: copied,
    siblingsManageEachOther: copied,
    nullNamesCrash: copied,
    documentedNamesIgnored: copied,
    nakedSellsFill: copied,
    unfundedTriggersFailSteps: copied,
    incompleteBacktestsCrash: copied,
    backtestsTakeForeignAgents: copied,
    backtestsOpenToAll: copied,
    fastEndWithoutFigures: copied,
    snapshotsDependOnStepping: copied,
    backtestsSeeAhead: copied,
    missingSharpeCrashesComparison: copied,
    malformedIdsCrash: copied,
    trainingOpenToAll: copied,
    definitionGapsCrash: copied,
    versionsDeployOnce: copied,
    testsUndoDeployment: copied,
    comparisonMissesAverages: copied,
    testsIgnoreWindows: copied,
    testsGiveNothing: copied,
    winRatesAsFractions: copied,
    testsEndByTheClock: copied,
    testIdsAreGlobal: copied,
    averagesFallBack: copied,
    flatReturnsHaveRatios: copied,
    costsFromAverages: copied,
    reopenedPositionsAreOld: copied,
    resetKeepsResults: copied,
    profitFactorZeroWithoutLosses: copied,
    backtestResultsWithoutFees: copied,
    bookLevelsCollapse: copied,
    tradedPricesAreRounded: copied,
    longDecimalsAreRounded: copied,
    resultsWaitForTheEnd: copied,
    agentsHideAccountProfile: copied,
    zeroKeepsSign: copied,
    allSymbolIsDead: copied,
    channelsStaySilent: copied,
    allPairsRepeatTicks: copied,
    typePongRefused: copied,
    malformedFramesClose: copied,
    battlesOpenToAll: copied,
  };
}
