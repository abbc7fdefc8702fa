import { randomString, randomUuid } from "../../base/random.ts";
import type { Account } from "../model.ts";
import type { DeliveryEntry } from "../../persistence/journal.ts";
import type { Delivery, Webhook, WebhookDraft } from "./model.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../state.ts";

const MOST_WEBHOOKS = 25;
const MOST_FAILURES = 10;
// The last of 43 characters carries four of the secret's 256 bits.
const LAST_CHARACTERS = "AEIMQUYcgkosw048";

/** Subscriptions of an account, newest first. */
export function listWebhooks(state: ExchangeState, account: Account): readonly Webhook[] {
  return [...state.webhooks.values()].filter((webhook) => webhook.account === account).toReversed();
}

export function createWebhook(state: ExchangeState, account: Account, draft: WebhookDraft): Webhook {
  const current = listWebhooks(state, account).length;
  if (current >= MOST_WEBHOOKS) {
    throw new Rejection("VALIDATION_ERROR", `An account can have at most ${MOST_WEBHOOKS} webhook subscriptions.`, {
      limit: MOST_WEBHOOKS,
      current,
      field: "url",
    });
  }
  const webhook: Webhook = {
    ...draft,
    id: randomUuid(state.ids),
    account,
    active: true,
    secret: randomString(state.keys, 42) + (LAST_CHARACTERS[state.keys.bits() & 15] as string),
    failureCount: 0,
    createdAt: state.now,
    updatedAt: state.now,
    lastTriggeredAt: undefined,
  };
  state.webhooks.set(webhook.id, webhook);
  return webhook;
}

/** Changes what is given; nothing given changes nothing, the time of the last change included. */
export function updateWebhook(
  state: ExchangeState,
  webhook: Webhook,
  changes: { readonly [Key in keyof WebhookDraft]?: WebhookDraft[Key] | undefined } & {
    readonly active?: boolean | undefined;
  },
): void {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  if (changes.active === true && !webhook.active && !state.quirks.reenabledWebhooksKeepFailures)
    webhook.failureCount = 0;
  Object.assign(webhook, Object.fromEntries(given));
  webhook.updatedAt = state.now;
}

/** Takes down how an event's delivery ended. */
export function recordDelivery(webhook: Webhook, delivered: boolean, now: number): void {
  webhook.lastTriggeredAt = now;
  webhook.failureCount = delivered ? 0 : webhook.failureCount + 1;
  if (webhook.failureCount >= MOST_FAILURES) webhook.active = false;
}

/** Takes a delivery out of those that wait, and notes how it ended. */
export function completeDelivery(
  state: ExchangeState,
  delivery: Delivery,
  outcome: DeliveryEntry["outcome"],
  time: number,
): void {
  state.outbox.waiting.delete(delivery);
  const webhook = state.webhooks.get(delivery.webhookId);
  if (webhook !== undefined && outcome !== "dropped") recordDelivery(webhook, outcome === "delivered", time);
  state.journal.add({ kind: "delivery", time, delivery: delivery.id, outcome });
}
