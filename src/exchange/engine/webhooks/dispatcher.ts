import type { DeliveryEntry } from "../../persistence/journal.ts";
import type { Delivery } from "./model.ts";
import { hostOf, isInternal, urlProblem } from "./url.ts";
import { signDelivery, type WebhookSignatures } from "./signDelivery.ts";
import { completeDelivery, RETRY_DELAYS } from "./subscriptions.ts";
import type { ExchangeState } from "../state.ts";
import { partOf } from "../parts.ts";
import { OUTBOX, WEBHOOKS } from "./parts.ts";

/** Delivers webhook events. */
export interface WebhookDispatcher {
  /** Stops: cancels scheduled attempts and aborts running ones. */
  close(): void;
}

/** Sends a delivery. Any response of status 200 to 299 means success. */
export type WebhookFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Resolves a host name to its addresses; empty if the name does not exist. */
export type HostLookup = (host: string) => readonly string[] | Promise<readonly string[]>;

const TIMEOUT = 10_000;

/** Delivers the outbox by the exchange's clock. No request waits for it. */
export function createWebhookDispatcher(
  state: ExchangeState,
  catchUp: (now: number) => void,
  send: WebhookFetch,
  lookup: HostLookup | undefined,
  signatures: WebhookSignatures,
): WebhookDispatcher {
  const { clock } = state;
  const timers = new Map<number, unknown>();
  const underway = new Set<AbortController>();
  let open = true;

  function schedule({ id, due }: Pick<Delivery, "id" | "due">): void {
    if (!open) return;
    const timer = clock.setTimeout(
      () => {
        timers.delete(id);
        const work = attempt(id);
        // If the outcome cannot be persisted, an exchange reopened from the store delivers again.
        work.catch(() => {});
        clock.hold?.(work);
      },
      Math.max(0, due - clock.now()),
    );
    timers.set(id, timer);
  }

  async function attempt(id: number): Promise<void> {
    const delivery = partOf(state, OUTBOX).waiting.get(id);
    if (delivery === undefined) return;
    const webhook = partOf(state, WEBHOOKS).get(delivery.webhookId);
    if (webhook === undefined || !(await isAllowed(delivery.url))) {
      if (open) complete(delivery, "dropped");
      return;
    }
    const signature = await signDelivery(signatures, webhook.secret, delivery, clock.now());
    const delivered = await trySend(delivery, signature);
    if (!open) return;
    if (delivered || delivery.attempts === RETRY_DELAYS.length)
      return complete(delivery, delivered ? "delivered" : "failed");
    complete(delivery, "retried");
    schedule(delivery);
  }

  /** Jobs that were due before the outcome must precede it in the journal. */
  function complete(delivery: Delivery, outcome: DeliveryEntry["outcome"]): void {
    const now = clock.now();
    catchUp(now);
    completeDelivery(state, delivery, outcome, now);
  }

  async function isAllowed(url: string): Promise<boolean> {
    const host = hostOf(url);
    if (host === undefined || urlProblem(url) !== undefined) return false;
    if (lookup === undefined) return true;
    try {
      const addresses = await lookup(host);
      return addresses.length > 0 && !addresses.some((each) => isInternal(each, state.quirks.internalRangesForgotten));
    } catch {
      return false;
    }
  }

  /** Makes one attempt. Returns false for any failure. */
  async function trySend(
    { url, event, body }: Delivery,
    signature: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    if (!open) return false;
    const abort = new AbortController();
    underway.add(abort);
    let timer: unknown;
    try {
      const timeout = new Promise<never>((_, reject) => {
        abort.signal.addEventListener("abort", () => reject(abort.signal.reason));
        timer = clock.setTimeout(() => abort.abort(new Error("The receiver took too long to respond.")), TIMEOUT);
      });
      const sent = send(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Webhook-Event": event, ...signature },
        body,
        redirect: "manual",
        signal: abort.signal,
      });
      const response = await Promise.race([sent, timeout]);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    } finally {
      clock.clearTimeout(timer);
      underway.delete(abort);
    }
  }

  state.deliveryPosted = schedule;
  for (const delivery of partOf(state, OUTBOX).waiting.values()) schedule(delivery);
  return {
    close() {
      open = false;
      for (const timer of timers.values()) clock.clearTimeout(timer);
      timers.clear();
      for (const abort of underway) abort.abort(new Error("The exchange has been closed."));
    },
  };
}
