import {
  createdWebhookRecord,
  webhookRecord,
  webhookTestRecord,
  webhooksRecord,
  type Webhook as WireWebhook,
} from "../../../endpoints/webhooks/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import type { HostLookup } from "../../engine/webhooks/dispatcher.ts";
import { WEBHOOK_EVENTS, type Webhook } from "../../engine/webhooks/model.ts";
import { enqueueDelivery } from "../../engine/webhooks/outbox.ts";
import { showSecret, type WebhookSignatures } from "../../engine/webhooks/signDelivery.ts";
import { crash, Rejection } from "../../base/rejection.ts";
import { updateWebhook, createWebhook, deleteWebhook, listWebhooks } from "../../engine/webhooks/subscriptions.ts";
import { hostOf, isInternal, urlProblem } from "../../engine/webhooks/url.ts";
import type { ExchangeState } from "../../engine/state.ts";
import type { Call } from "../call.ts";
import { emptyReply, PlainNotFound } from "../reply.ts";
import { replyRoute, route, type Route } from "../route.ts";
import { boolean, check, object, optional, string, strings } from "../schema/index.ts";
import { partOf } from "../../engine/parts.ts";
import { WEBHOOKS } from "../../engine/webhooks/parts.ts";

/** A `lookup` that returns its result synchronously is used to check new addresses, too. */
export function webhookRoutes(lookup: HostLookup | undefined, signatures: WebhookSignatures): readonly Route[] {
  const url = check(
    string({ max: 2048 }),
    (text, state) => urlProblem(text) ?? addressProblem(state, hostOf(text) ?? "", lookup),
  );
  const events = check(strings, eventsProblem);
  const description = optional(string({ max: 255 }));
  const createBody = object({ url, events, description });
  const updateBody = object({
    url: optional(url),
    events: optional(events),
    active: optional(boolean),
    description,
  });

  return [
    route("POST /api/v1/webhooks", { body: createBody, output: createdWebhookRecord, status: 201 }, (call) => {
      const { description: note = null, ...body } = call.readBody();
      call.checkSize();
      const webhook = createWebhook(call.state, call.account, { ...body, description: note });
      const { id, active, createdAt } = webhook;
      const secret = showSecret(signatures, webhook.secret);
      return { ...body, id, description: note, active, secret, createdAt: new Date(createdAt) };
    }),

    route("GET /api/v1/webhooks", { output: webhooksRecord }, ({ state, account }) => {
      const webhooks = listWebhooks(state, account.id).map(wireWebhook);
      return { webhooks, total: webhooks.length };
    }),

    route("GET /api/v1/webhooks/{webhook_id}", { output: webhookRecord }, (call) =>
      wireWebhook(ownWebhook(call, call.readParameter("webhook_id"))),
    ),

    route("PUT /api/v1/webhooks/{webhook_id}", { body: updateBody, output: webhookRecord }, (call) => {
      const id = call.readParameter("webhook_id");
      const changes = call.readBody();
      call.checkSize();
      const webhook = ownWebhook(call, id);
      updateWebhook(call.state, webhook, changes);
      return wireWebhook(webhook);
    }),

    replyRoute("DELETE /api/v1/webhooks/{webhook_id}", {}, (call) => {
      deleteWebhook(call.state, ownWebhook(call, call.readParameter("webhook_id")));
      return emptyReply();
    }),

    route("POST /api/v1/webhooks/{webhook_id}/test", { output: webhookTestRecord }, (call) => {
      const { state } = call;
      const webhook = ownWebhook(call, call.readParameter("webhook_id"));
      if (state.quirks.testDeliveryCrashes) throw crash();
      const event = "webhook.test";
      enqueueDelivery(state, webhook, event, { event, webhook_id: webhook.id, message: "This is a test delivery." });
      return { enqueued: 1, webhookId: webhook.id };
    }),
  ];
}

function ownWebhook({ state, account }: Call, id: string): Webhook {
  const webhook = partOf(state, WEBHOOKS).get(id);
  if (webhook === undefined) throw new PlainNotFound(`Webhook subscription '${id}' not found.`);
  if (webhook.accountId !== account.id)
    throw new Rejection("PERMISSION_DENIED", "Webhook subscription does not belong to this account.");
  return webhook;
}

function addressProblem(state: ExchangeState, host: string, lookup: HostLookup | undefined): string | undefined {
  const addresses = lookup?.(host);
  if (!Array.isArray(addresses)) return undefined;
  if (addresses.length === 0) return `Webhook URL host '${host}' could not be resolved.`;
  return addresses.some((each: string) => isInternal(each, state.quirks.internalRangesForgotten))
    ? `Webhook URL host '${host}' resolves to an internal address.`
    : undefined;
}

function eventsProblem(events: readonly string[]): string | undefined {
  if (events.length === 0) return "At least one event must be given.";
  const known: readonly string[] = WEBHOOK_EVENTS;
  const unknown = events.filter((event) => !known.includes(event));
  if (unknown.length === 0) return undefined;
  return `Unsupported event(s): ${unknown.join(", ")}. Supported: ${known.join(", ")}.`;
}

function wireWebhook(webhook: Webhook): Encodable<WireWebhook> {
  return {
    id: webhook.id,
    url: webhook.url,
    events: webhook.events,
    description: webhook.description,
    active: webhook.active,
    failureCount: webhook.failureCount,
    createdAt: new Date(webhook.createdAt),
    updatedAt: new Date(webhook.updatedAt),
    lastTriggeredAt: webhook.lastTriggeredAt === undefined ? null : new Date(webhook.lastTriggeredAt),
  };
}
