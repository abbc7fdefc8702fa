import { createDigests } from "../../../signing/index.ts";
import type { DeliveryEntry } from "../../persistence/journal.ts";
import type { Delivery } from "./model.ts";
import { hostOf, isInternal, urlProblem } from "./url.ts";
import { completeDelivery } from "./subscriptions.ts";
import type { ExchangeState } from "../state.ts";

/** How deliveries get out of the exchange. */
export interface WebhookDispatcher {
  /** Forgets what waits and drops what is on its way. */
  close(): void;
}

/** Sends a delivery; any answer of status 200 to 299 means that it arrived. */
export type WebhookFetch = (url: string, init: RequestInit) => Promise<Response>;

/** The addresses that a host name stands for, none when there is no such name. */
export type HostLookup = (host: string) => readonly string[] | Promise<readonly string[]>;

const TIMEOUT = 10_000;
/** How long after a failed attempt the next one takes place. */
const RETRY_DELAYS = [10_000, 30_000, 60_000] as const;

/** Delivers what is posted, by the exchange's clock: no request waits for it. */
export function createWebhookDispatcher(
  state: ExchangeState,
  catchUp: (now: number) => void,
  send: WebhookFetch,
  lookup: HostLookup | undefined,
): WebhookDispatcher {
  const { clock } = state;
  const timers = new Map<Delivery, unknown>();
  const underway = new Set<AbortController>();
  let open = true;

  function schedule(delivery: Delivery): void {
    if (!open) return;
    const timer = clock.setTimeout(
      () => {
        timers.delete(delivery);
        const work = attempt(delivery);
        // An end that cannot be written down has not come: an exchange that goes on from its store delivers again.
        work.catch(() => {});
        clock.hold?.(work);
      },
      Math.max(0, delivery.due - clock.now()),
    );
    timers.set(delivery, timer);
  }

  async function attempt(delivery: Delivery): Promise<void> {
    const webhook = state.webhooks.get(delivery.webhookId);
    if (webhook === undefined || !(await isAllowed(delivery.url))) {
      if (open) settle(delivery, "dropped");
      return;
    }
    const digests = await createDigests(webhook.secret);
    const delivered = await arrives(delivery, await digests.hmac(delivery.body));
    if (!open) return;
    const delay = RETRY_DELAYS[delivery.attempts];
    if (!delivered && delay !== undefined) {
      delivery.attempts++;
      delivery.due = clock.now() + delay;
      schedule(delivery);
      return;
    }
    settle(delivery, delivered ? "delivered" : "failed");
  }

  /** What was due before the delivery's end comes before it in the journal, too. */
  function settle(delivery: Delivery, outcome: DeliveryEntry["outcome"]): void {
    const now = clock.now();
    catchUp(now);
    completeDelivery(state, delivery, outcome, now);
  }

  async function isAllowed(url: string): Promise<boolean> {
    if (urlProblem(url) !== undefined) return false;
    if (lookup === undefined) return true;
    try {
      const addresses = await lookup(hostOf(url) as string);
      return addresses.length > 0 && !addresses.some((each) => isInternal(each, state.quirks.internalRangesForgotten));
    } catch {
      return false;
    }
  }

  /** Sends once; false for every way to fail. */
  async function arrives({ url, event, body }: Delivery, signature: string): Promise<boolean> {
    if (!open) return false;
    const abort = new AbortController();
    underway.add(abort);
    let timer: unknown;
    try {
      const late = new Promise<never>((_, reject) => {
        abort.signal.addEventListener("abort", () => reject(abort.signal.reason));
        timer = clock.setTimeout(() => abort.abort(new Error("the receiver took too long")), TIMEOUT);
      });
      const answer = send(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Webhook-Event": event, "X-Webhook-Signature": signature },
        body,
        redirect: "manual",
        signal: abort.signal,
      });
      const response = await Promise.race([answer, late]);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    } finally {
      clock.clearTimeout(timer);
      underway.delete(abort);
    }
  }

  state.outbox.onPost = schedule;
  for (const delivery of state.outbox.waiting) schedule(delivery);
  return {
    close() {
      open = false;
      for (const timer of timers.values()) clock.clearTimeout(timer);
      timers.clear();
      for (const abort of underway) abort.abort(new Error("the exchange is closed"));
    },
  };
}
