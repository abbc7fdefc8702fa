/**
 * Fields whose texts come from the platform, not from people: identifiers, names of states and assets. Every other text is
 * put into an envelope, so that a field that is added later is, too, until somebody has decided.
 */
export const PLATFORM_TEXTS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "accountId",
  "agentId",
  "apiKeyPreview",
  "asset",
  "baseAsset",
  "bestByDrawdown",
  "bestByRoi",
  "bestBySharpe",
  "candleInterval",
  "end",
  "events",
  "id",
  "indicators",
  "interval",
  "intervalsAvailable",
  "metric",
  "orderId",
  "pairs",
  "period",
  "quoteAsset",
  "rankingMetric",
  "runId",
  "sessionId",
  "side",
  "stalePairs",
  "start",
  "startingBalance",
  "status",
  "strategyId",
  "symbol",
  "testRunId",
  "tokenType",
  "tradeId",
  "type",
  "verdict",
  "versionId",
  "webhookId",
  "winnerId",
]);

/** What a text of the platform looks like. One that does not is put into an envelope all the same. */
export const PLATFORM_TEXT: RegExp = /^[\w.:+/-]{0,100}$/;

/** Names of fields and keys of maps: symbols, indicators, metrics. */
export const PLATFORM_NAME: RegExp = /^[\w.:-]{1,64}$/;

/** Sentences of the client itself. */
export const OWN_TEXTS: ReadonlySet<string> = /* @__PURE__ */ new Set(["hint"]);

/** Methods that return texts of the platform without a field around them. */
export const PLATFORM_RESULTS: ReadonlySet<string> = /* @__PURE__ */ new Set(["getAvailableIndicators"]);
