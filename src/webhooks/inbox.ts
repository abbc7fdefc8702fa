import type { WebhookEvent } from "./events.ts";

/** Options of {@link webhookInbox}. */
export interface WebhookInboxOptions {
  /** Milliseconds for which handled events are remembered; default 10 minutes. */
  readonly window?: number | undefined;
  /** Returns Unix milliseconds; default the system clock. */
  readonly now?: (() => number) | undefined;
}

/** Handles each event once within its window. */
export interface WebhookInbox {
  /**
   * Calls the handler unless this event was handled within the window. A delivery that arrives while its event is being
   * handled waits for that, and has the same outcome.
   *
   * @returns whether this call handled the event
   * @throws what the handler throws; the event then counts as not handled, so that the next delivery is handled
   */
  once<Event extends WebhookEvent>(event: Event, handler: (event: Event) => unknown): Promise<boolean>;
}

interface Entry {
  readonly outcome: Promise<unknown>;
  /** Undefined while the event is being handled. */
  handledAt: number | undefined;
}

/**
 * An inbox in the memory of one process. The platform delivers an event up to four times within three minutes, and
 * anyone who has seen a delivery can send it again: within the window, both change nothing. The window cannot be long:
 * an event of the platform that is equal to an earlier one, such as a second deployment of the same version, counts as
 * that one until the window has passed. A restart forgets all events; where that matters, use the `InboxObject` of
 * `agentexchange/workers`, or a unique column for `event.id` in your database.
 *
 * @example
 * ```ts
 * const inbox = webhookInbox();
 * const event = { type: "webhook.test", id: "1", signedAt: null, webhookId: "2", message: "Hello" } as const;
 * console.log(await inbox.once(event, ({ message }) => console.log(message))); // true
 * console.log(await inbox.once(event, ({ message }) => console.log(message))); // false
 * ```
 */
export function webhookInbox({ window = 600_000, now = Date.now }: WebhookInboxOptions = {}): WebhookInbox {
  // In the order of arrival.
  const entries = new Map<string, Entry>();

  function forgetOld(): void {
    for (const [id, { handledAt }] of entries)
      if (handledAt !== undefined && now() - handledAt >= window) entries.delete(id);
  }

  return {
    async once(event, handler) {
      forgetOld();
      const known = entries.get(event.id);
      if (known !== undefined) {
        await known.outcome;
        return false;
      }
      const entry: Entry = { outcome: (async () => handler(event))(), handledAt: undefined };
      entries.set(event.id, entry);
      try {
        await entry.outcome;
        entry.handledAt = now();
      } catch (error) {
        entries.delete(event.id);
        throw error;
      }
      return true;
    },
  };
}
