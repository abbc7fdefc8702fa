export { createdWebhookRecord, createWebhook, type CreatedWebhook, type CreateWebhookInput } from "./createWebhook.ts";
export { deleteWebhook } from "./deleteWebhook.ts";
export { getWebhook } from "./getWebhook.ts";
export { listWebhooks, webhooksRecord, type Webhooks } from "./listWebhooks.ts";
export { testWebhook, webhookTestRecord, type WebhookTest } from "./testWebhook.ts";
export { updateWebhook, type UpdateWebhookInput } from "./updateWebhook.ts";
export { webhookRecord, type Webhook, type WebhookEventName } from "./webhook.ts";
