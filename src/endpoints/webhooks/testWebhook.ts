import { integer, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";

/** A test delivery that was enqueued. */
export interface WebhookTest {
  /** Number of enqueued deliveries: 1. */
  readonly enqueued: number;
  readonly webhookId: string;
}

export const webhookTestRecord: Codec<WebhookTest> = record<WebhookTest>({ enqueued: integer, webhookId: text });

// The platform documents a delivery of the event `webhook.test`, but responds 500 for every webhook that belongs to the caller.
export const testWebhook: Endpoint<{ webhookId: string }, WebhookTest> = endpoint({
  name: "testWebhook",
  method: "POST",
  path: "/webhooks/{webhookId}/test",
  input: input({ webhookId: uuid }),
  output: webhookTestRecord,
  access: "account",
  tier: "general",
});
