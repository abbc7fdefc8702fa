/**
 * Fields whose texts come from the platform, not from people: identifiers, names of states and assets. Every other text is
 * put into an envelope, so that a field that is added later is, too, until somebody has decided.
 */
export const PLATFORM_TEXTS: ReadonlySet<string> = new Set([
  "accountId",
  "agentId",
  "apiKeyPreview",
  "asset",
  "assets",
  "baseAsset",
  "candleInterval",
  "events",
  "id",
  "indicators",
  "interval",
  "mode",
  "orderId",
  "pairs",
  "period",
  "quoteAsset",
  "rankingMetric",
  "rejectedReason",
  "runId",
  "sessionId",
  "side",
  "stalePairs",
  "startingBalance",
  "status",
  "strategyId",
  "symbol",
  "symbols",
  "testRunId",
  "timeframe",
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

/** Fields that hold JSON of people, of any form; but an account's `riskProfile` is a record of three numbers. */
export const FREE_JSON: ReadonlySet<string> = new Set(["config", "definition", "riskProfile"]);

/** Fields that are secrets in the answers that create them. They never reach a model. */
export const SECRETS: ReadonlySet<string> = new Set([
  "agentApiKey",
  "apiKey",
  "apiSecret",
  "password",
  "secret",
  "token",
]);

/** Methods that return texts of the platform without a field around them. */
export const PLATFORM_RESULTS: ReadonlySet<string> = new Set(["getAvailableIndicators"]);
