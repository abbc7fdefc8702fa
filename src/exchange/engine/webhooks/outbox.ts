import type { Delivery, EventPayload, Webhook, WebhookEvent } from "./model.ts";
import type { ExchangeState } from "../state.ts";
import { partOf } from "../parts.ts";
import { OUTBOX } from "./parts.ts";
import { listWebhooks } from "./subscriptions.ts";

/**
 * Enqueues an event for the account's active subscriptions to it. Nothing is sent before the current request is
 * answered.
 */
export function emitEvent(state: ExchangeState, accountId: string, event: WebhookEvent, payload: EventPayload): void {
  if (state.quirks.eventsNotDelivered) return;
  for (const webhook of listWebhooks(state, accountId).toReversed())
    if (webhook.active && webhook.events.includes(event)) enqueueDelivery(state, webhook, event, payload);
}

/** Enqueues an event for one subscription, regardless of the events it subscribes to. */
export function enqueueDelivery(state: ExchangeState, webhook: Webhook, event: string, payload: EventPayload): void {
  const delivery: Delivery = {
    id: partOf(state, OUTBOX).count++,
    webhookId: webhook.id,
    event,
    url: webhook.url,
    body: serializePayload(payload),
    attempts: 0,
    due: state.now,
  };
  partOf(state, OUTBOX).waiting.set(delivery.id, delivery);
  state.deliveryPosted?.(delivery);
}

/** JSON as the platform writes it: a space after `,` and `:`, everything beyond ASCII escaped. */
export function serializePayload(payload: EventPayload): string {
  const fields = Object.entries(payload).map(([name, value]) => `${serializeValue(name)}: ${serializeValue(value)}`);
  return `{${fields.join(", ")}}`;
}

function serializeValue(value: string | number | boolean | null): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
