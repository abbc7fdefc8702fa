import { integer, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";

/** A test delivery that is on its way. */
export interface WebhookTest {
  /** Deliveries handed over: 1. */
  readonly enqueued: number;
  readonly webhookId: string;
}

export const webhookTestRecord: Codec<WebhookTest> = record<WebhookTest>({ enqueued: integer, webhookId: text });

/** The platform promises a delivery of the event `webhook.test`, but answers 500 for every subscription of one's own. */
export const testWebhook: Endpoint<{ webhookId: string }, WebhookTest> = endpoint({
  name: "testWebhook",
  method: "POST",
  path: "/webhooks/{webhookId}/test",
  input: input({ webhookId: uuid }),
  output: webhookTestRecord,
  access: "account",
  tier: "general",
});
