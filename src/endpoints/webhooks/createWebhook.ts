import { flag, instant, list, nullable, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, optional, string } from "../inputs/index.ts";
import { webhookEvents, webhookUrl, type Webhook, type WebhookEventName } from "./webhook.ts";

/** Arguments of `createWebhook`. */
export interface CreateWebhookInput {
  /** An https URL with a public host name. */
  readonly url: string;
  /** At least one. */
  readonly events: readonly WebhookEventName[];
  /** Up to 255 characters. */
  readonly description?: string | undefined;
}

/** A new webhook with its signing secret. */
export interface CreatedWebhook extends Omit<Webhook, "failureCount" | "updatedAt" | "lastTriggeredAt"> {
  /** Store it: the platform never shows it again. */
  readonly secret: string;
}

export const createdWebhookRecord: Codec<CreatedWebhook> = record<CreatedWebhook>({
  id: text,
  url: text,
  events: list(text),
  description: nullable(text),
  active: flag,
  secret: text,
  createdAt: instant,
});

export const createWebhook: Endpoint<CreateWebhookInput, CreatedWebhook> = endpoint({
  name: "createWebhook",
  method: "POST",
  path: "/webhooks",
  input: input({ url: webhookUrl, events: webhookEvents, description: optional(string(0, 255)) }),
  output: createdWebhookRecord,
  access: "account",
  tier: "general",
});
