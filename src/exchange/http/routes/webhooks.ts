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
import { post } from "../../engine/webhooks/outbox.ts";
import { Rejection } from "../../base/rejection.ts";
import { changeWebhook, subscribe, webhooksOf } from "../../engine/webhooks/subscriptions.ts";
import { hostOf, isInternal, urlProblem } from "../../engine/webhooks/url.ts";
import type { ExchangeState } from "../../engine/state.ts";
import type { Call } from "../call.ts";
import type { FieldReader } from "../read.ts";
import { emptyReply, PlainNotFound } from "../reply.ts";
import { bareRoute, route, type Route } from "../route.ts";

/** The routes of webhooks; a `lookup` that answers at once is asked when an address is given, too. */
export function webhookRoutes(lookup: HostLookup | undefined): readonly Route[] {
  return [
    route(
      "POST",
      "/api/v1/webhooks",
      createdWebhookRecord,
      (call) => {
        const body = call.body();
        const url = body.text("url", { most: 2048 });
        if (body.has("url")) checkUrl(call.state, body, url, lookup);
        const events = body.requiredTexts("events");
        if (body.has("events")) checkEvents(body, events);
        const description = body.optionalText("description", { most: 255 }) ?? null;
        body.done();
        call.checkSize();
        const webhook = subscribe(call.state, call.account, { url, events, description });
        const { id, active, secret, createdAt } = webhook;
        return { id, url, events, description, active, secret, createdAt: new Date(createdAt) };
      },
      201,
    ),

    route("GET", "/api/v1/webhooks", webhooksRecord, ({ state, account }) => {
      const webhooks = webhooksOf(state, account).map(wireWebhook);
      return { webhooks, total: webhooks.length };
    }),

    route("GET", "/api/v1/webhooks/{webhook_id}", webhookRecord, (call) => wireWebhook(ownWebhook(call, idOf(call)))),

    route("PUT", "/api/v1/webhooks/{webhook_id}", webhookRecord, (call) => {
      const id = idOf(call);
      const body = call.body();
      const url = body.optionalText("url", { most: 2048 });
      if (url !== undefined) checkUrl(call.state, body, url, lookup);
      const events = isGiven(body, "events") ? body.texts("events") : undefined;
      if (events !== undefined) checkEvents(body, events);
      const active = isGiven(body, "active") ? body.flag("active") : undefined;
      const description = body.optionalText("description", { most: 255 });
      body.done();
      call.checkSize();
      const webhook = ownWebhook(call, id);
      changeWebhook(call.state, webhook, { url, events, active, description });
      return wireWebhook(webhook);
    }),

    bareRoute("DELETE", "/api/v1/webhooks/{webhook_id}", (call) => {
      const { id } = ownWebhook(call, idOf(call));
      call.state.webhooks.delete(id);
      return emptyReply();
    }),

    route("POST", "/api/v1/webhooks/{webhook_id}/test", webhookTestRecord, (call) => {
      const { state } = call;
      const webhook = ownWebhook(call, idOf(call));
      if (state.quirks.testDeliveryCrashes) throw new Rejection("INTERNAL_ERROR", "An unexpected error occurred.");
      const event = "webhook.test";
      post(state, webhook, event, { event, webhook_id: webhook.id, message: "This is a test delivery." });
      return { enqueued: 1, webhookId: webhook.id };
    }),
  ];
}

function idOf(call: Call): string {
  const id = call.path.uuid("webhook_id");
  call.path.done();
  return id;
}

function ownWebhook({ state, account }: Call, id: string): Webhook {
  const webhook = state.webhooks.get(id);
  if (webhook === undefined) throw new PlainNotFound(`Webhook subscription '${id}' not found.`);
  if (webhook.account !== account)
    throw new Rejection("PERMISSION_DENIED", "Webhook subscription does not belong to this account.");
  return webhook;
}

/** Null means the same as leaving a field out. */
function isGiven(body: FieldReader, name: string): boolean {
  return body.has(name) && body.raw(name) !== null;
}

function checkUrl(state: ExchangeState, body: FieldReader, url: string, lookup: HostLookup | undefined): void {
  if (typeof body.raw("url") !== "string" || url.length > 2048) return; // said already
  const problem = urlProblem(url) ?? addressProblem(state, hostOf(url) ?? "", lookup);
  if (problem !== undefined) body.issue("url", "value_error", `Value error, ${problem}`, { error: {} });
}

function addressProblem(state: ExchangeState, host: string, lookup: HostLookup | undefined): string | undefined {
  const addresses = lookup?.(host);
  if (!Array.isArray(addresses)) return undefined;
  if (addresses.length === 0) return `Webhook URL host '${host}' could not be resolved.`;
  return addresses.some((each: string) => isInternal(each, state.quirks.internalRangesForgotten))
    ? `Webhook URL host '${host}' resolves to an internal address.`
    : undefined;
}

function checkEvents(body: FieldReader, events: readonly string[]): void {
  const raw = body.raw("events");
  if (!Array.isArray(raw) || raw.some((event) => typeof event !== "string")) return; // said already
  const known: readonly string[] = WEBHOOK_EVENTS;
  const unknown = events.filter((event) => !known.includes(event));
  const problem =
    events.length === 0
      ? "At least one event must be given."
      : unknown.length > 0
        ? `Unsupported event(s): ${unknown.join(", ")}. Supported: ${known.join(", ")}.`
        : undefined;
  if (problem !== undefined) body.issue("events", "value_error", `Value error, ${problem}`, { error: {} });
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
