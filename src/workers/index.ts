export { createCronBot, type CronBot } from "./agent/createCronBot.ts";
export type { AgentObject } from "./agent/agentObject.ts";
export type { AgentStatus, UnknownOrder } from "./agent/status.ts";
export type {
  Agent,
  AgentReport,
  AgentSettings,
  BotAlert,
  CronBotEnv,
  CronBotOptions,
  SettleReport,
} from "./agent/types.ts";
export {
  AUDIT_SCHEMA,
  createAuditConsumer,
  type AuditAccount,
  type AuditBatch,
  type AuditConsumer,
  type AuditFill,
} from "./exchangeAudit.ts";
export { createExchangeRouter, type ExchangeEnv, type ExchangeRouter } from "./exchangeRouter.ts";
export { exchangeConnection, type ExchangeConnection, type ExchangeTarget } from "./exchangeConnection.ts";
export { LimiterObject } from "./limiterObject.ts";
export { ExchangeObject } from "./exchangeObject.ts";
export type { ExchangeObjectOptions, ExchangeVariables } from "./exchangeOptions.ts";
export { GatewayObject, gatewayObjects, type GatewayNamespace } from "./gateway.ts";
export { InboxObject, type UnhandledWebhook } from "./inboxObject.ts";
