import type { Account } from "../model.ts";
import type { Delivery, EventPayload, Outbox, Webhook, WebhookEvent } from "./model.ts";
import type { ExchangeState } from "../state.ts";

export function createOutbox(): Outbox {
  return { count: 0, waiting: new Set(), onPost: () => {} };
}

/**
 * Hands an event over to the account's subscriptions that are active and for it. Nothing is sent before the
 * request that raised it is answered.
 */
export function emitEvent(state: ExchangeState, account: Account, event: WebhookEvent, payload: EventPayload): void {
  if (state.quirks.eventsReachNobody) return;
  for (const webhook of state.webhooks.values())
    if (webhook.account === account && webhook.active && webhook.events.includes(event))
      enqueueDelivery(state, webhook, event, payload);
}

/** Hands one delivery over, whatever the subscription is for. */
export function enqueueDelivery(state: ExchangeState, webhook: Webhook, event: string, payload: EventPayload): void {
  const delivery: Delivery = {
    id: state.outbox.count++,
    webhookId: webhook.id,
    event,
    url: webhook.url,
    body: serializePayload(payload),
    attempts: 0,
    due: state.now,
  };
  state.outbox.waiting.add(delivery);
  state.outbox.onPost(delivery);
}

/** JSON as the platform writes it: a space after `,` and `:`, everything beyond ASCII escaped. */
export function serializePayload(payload: EventPayload): string {
  const fields = Object.entries(payload).map(([name, value]) => `${textOf(name)}: ${textOf(value)}`);
  return `{${fields.join(", ")}}`;
}

function textOf(value: string | number | boolean | null): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
