// examples/workers/exchange-worker.ts
import { createAuditConsumer, createExchangeRouter, type AuditBatch, type ExchangeEnv } from "agentexchange/workers";

export { ExchangeObject } from "agentexchange/workers";

export default {
  fetch: createExchangeRouter(),
  queue: createAuditConsumer(),
} satisfies ExportedHandler<ExchangeEnv & { readonly EXCHANGE_DB: D1Database }, AuditBatch>;
