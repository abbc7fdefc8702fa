export { WebhookError, type WebhookProblem } from "./error.ts";
export { decodeEvent, type Envelope } from "./events.ts";
export type {
  BacktestCompletedEvent,
  BattleCompletedEvent,
  StrategyDeployedEvent,
  StrategyTestCompletedEvent,
  UnknownWebhookEvent,
  WebhookEvent,
  WebhookEventBase,
  WebhookTestEvent,
} from "./events.ts";
export { webhookInbox, type WebhookInbox, type WebhookInboxOptions } from "./inbox.ts";
export { receiveWebhook, verifyWebhook, type ReceivedWebhook, type VerifyWebhookOptions } from "./verifyWebhook.ts";
