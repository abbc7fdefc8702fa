export {
  endpoint,
  toWireRequest,
  type Access,
  type Effect,
  type Endpoint,
  type NoArguments,
  type Params,
  type Tier,
  type WireRequest,
} from "./endpoint.ts";
export type { Amount, Timestamp } from "./inputs/index.ts";
export { quantityFor, roundToStep } from "./quantity.ts";
export * from "./account/index.ts";
export * from "./agents/index.ts";
export * from "./analytics/index.ts";
export * from "./auth/index.ts";
export * from "./backtest/index.ts";
export * from "./channels/index.ts";
export * from "./market/index.ts";
export * from "./metrics/index.ts";
export * from "./strategies/index.ts";
export * from "./testRuns/index.ts";
export * from "./trading/index.ts";
export * from "./training/index.ts";
export * from "./webhooks/index.ts";
export { invalid, validate } from "./validate.ts";
