import * as v from "valibot";
import { endpoint, type Endpoint, type Params } from "../endpoint.ts";
import { flag, input, optional, showCondition, string, uuid } from "../inputs/index.ts";
import { webhookEvents, webhookRecord, webhookUrl, type Webhook, type WebhookEventName } from "./webhook.ts";

/** Omitted fields stay unchanged; at least one is required. */
export interface UpdateWebhookInput {
  /** An https URL with a public host name. */
  readonly url?: string | undefined;
  /** At least one. */
  readonly events?: readonly WebhookEventName[] | undefined;
  /** `true` reactivates the webhook, but does not reset `failureCount`. */
  readonly active?: boolean | undefined;
  /** Up to 255 characters; an empty string removes it. */
  readonly description?: string | undefined;
}

export const updateWebhook: Endpoint<UpdateWebhookInput & { webhookId: string }, Webhook> = endpoint({
  name: "updateWebhook",
  method: "PUT",
  path: "/webhooks/{webhookId}",
  input: v.pipe(
    input({
      webhookId: uuid,
      url: optional(webhookUrl),
      events: optional(webhookEvents),
      active: optional(flag),
      description: optional(string(0, 255)),
    }),
    v.check(
      ({ url, events, active, description }) =>
        [url, events, active, description].some((change) => change !== undefined),
      "expects at least one of url, events, active or description",
    ),
    showCondition({ minProperties: 2 }),
    v.transform((changes): Params => changes),
  ),
  output: webhookRecord,
  access: "account",
  tier: "general",
});
