import { randomString, randomUuid } from "../../base/random.ts";
import type { Account } from "../model.ts";
import type { DeliveryEntry } from "../../persistence/journal.ts";
import type { Delivery, Webhook, WebhookDraft } from "./model.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../state.ts";
import { partOf } from "../parts.ts";
import { addOwn, countOwn, newestOwn, removeOwn } from "../ownIds.ts";
import { OUTBOX, WEBHOOKS, OWN_WEBHOOKS } from "./parts.ts";
import { MINUTE, SECOND } from "../../time/units.ts";

const MAX_WEBHOOKS = 25;
const MAX_FAILURES = 10;
// The last of the secret's 43 characters encodes only 4 bits: 42 * 6 + 4 = 256.
const LAST_CHARACTERS = "AEIMQUYcgkosw048";

/** Subscriptions of an account, newest first. */
export function listWebhooks(state: ExchangeState, accountId: string): readonly Webhook[] {
  return newestOwn(partOf(state, OWN_WEBHOOKS), accountId).flatMap((id) => partOf(state, WEBHOOKS).get(id) ?? []);
}

export function createWebhook(state: ExchangeState, account: Account, draft: WebhookDraft): Webhook {
  const current = countOwn(partOf(state, OWN_WEBHOOKS), account.id);
  if (current >= MAX_WEBHOOKS) {
    throw new Rejection("VALIDATION_ERROR", `An account can have at most ${MAX_WEBHOOKS} webhook subscriptions.`, {
      limit: MAX_WEBHOOKS,
      current,
      field: "url",
    });
  }
  const webhook: Webhook = {
    ...draft,
    id: randomUuid(state.ids),
    accountId: account.id,
    active: true,
    secret: randomString(state.keys, 42) + LAST_CHARACTERS.charAt(state.keys.bits() & 15),
    failureCount: 0,
    createdAt: state.now,
    updatedAt: state.now,
    lastTriggeredAt: undefined,
  };
  partOf(state, WEBHOOKS).add(webhook);
  addOwn(partOf(state, OWN_WEBHOOKS), account.id, webhook.id);
  return webhook;
}

export function deleteWebhook(state: ExchangeState, { id, accountId }: Webhook): void {
  partOf(state, WEBHOOKS).delete(id);
  removeOwn(partOf(state, OWN_WEBHOOKS), accountId, id);
}

/** Changes the given fields. Without any, `updatedAt` stays, too. */
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

/** Records the outcome of a delivery. */
export function recordDelivery(webhook: Webhook, delivered: boolean, now: number): void {
  webhook.lastTriggeredAt = now;
  webhook.failureCount = delivered ? 0 : webhook.failureCount + 1;
  if (webhook.failureCount >= MAX_FAILURES) webhook.active = false;
}

/** Delay before each retry of a delivery. */
export const RETRY_DELAYS: readonly number[] = [10 * SECOND, 30 * SECOND, MINUTE];

/** Removes a delivery from the outbox, or postpones it, and records the outcome. */
export function completeDelivery(
  state: ExchangeState,
  delivery: Delivery,
  outcome: DeliveryEntry["outcome"],
  time: number,
): void {
  if (outcome === "retried") {
    delivery.due = time + (RETRY_DELAYS[delivery.attempts] ?? 0);
    delivery.attempts++;
    state.journal.add({ kind: "delivery", time, delivery: delivery.id, outcome });
    return;
  }
  partOf(state, OUTBOX).waiting.delete(delivery.id);
  const webhook = partOf(state, WEBHOOKS).get(delivery.webhookId);
  if (webhook !== undefined && outcome !== "dropped") recordDelivery(webhook, outcome === "delivered", time);
  state.journal.add({ kind: "delivery", time, delivery: delivery.id, outcome });
}
