import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { webhookRecord, type Webhook } from "./webhook.ts";

export const getWebhook: Endpoint<{ webhookId: string }, Webhook> = endpoint({
  name: "getWebhook",
  method: "GET",
  path: "/webhooks/{webhookId}",
  input: input({ webhookId: uuid }),
  output: webhookRecord,
  access: "account",
  tier: "general",
});
