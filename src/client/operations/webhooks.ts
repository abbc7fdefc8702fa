import * as endpoints from "../../endpoints/webhooks/index.ts";
import type {
  CreateWebhookInput,
  CreatedWebhook,
  UpdateWebhookInput,
  Webhook,
  WebhookTest,
} from "../../endpoints/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { request } from "../request.ts";

/** The operation of `client.createWebhook()`. */
export function createWebhook(
  client: Client,
  webhook: CreateWebhookInput,
  options?: CallOptions,
): Promise<CreatedWebhook> {
  return request(client, endpoints.createWebhook, webhook, options);
}

/** The operation of `client.listWebhooks()`. */
export function listWebhooks(client: Client, options?: CallOptions): Promise<readonly Webhook[]> {
  return request(client, endpoints.listWebhooks, {}, options);
}

/** The operation of `client.getWebhook()`. */
export function getWebhook(client: Client, webhookId: string, options?: CallOptions): Promise<Webhook> {
  return request(client, endpoints.getWebhook, { webhookId }, options);
}

/** The operation of `client.updateWebhook()`. */
export function updateWebhook(
  client: Client,
  webhookId: string,
  changes: UpdateWebhookInput,
  options?: CallOptions,
): Promise<Webhook> {
  return request(client, endpoints.updateWebhook, { ...changes, webhookId }, options);
}

/** The operation of `client.deleteWebhook()`. */
export function deleteWebhook(client: Client, webhookId: string, options?: CallOptions): Promise<void> {
  return request(client, endpoints.deleteWebhook, { webhookId }, options);
}

/** The operation of `client.testWebhook()`. */
export function testWebhook(client: Client, webhookId: string, options?: CallOptions): Promise<WebhookTest> {
  return request(client, endpoints.testWebhook, { webhookId }, options);
}
