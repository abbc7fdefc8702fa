/** Events that can be subscribed to. */
export const WEBHOOK_EVENTS = [
  "backtest.completed",
  "strategy.test.completed",
  "strategy.deployed",
  "battle.completed",
] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** A webhook subscription of an account. */
export interface Webhook {
  readonly id: string;
  readonly accountId: string;
  url: string;
  /** As sent, duplicates included. */
  events: readonly string[];
  description: string | null;
  active: boolean;
  readonly secret: string;
  /** Consecutive events that could not be delivered. */
  failureCount: number;
  readonly createdAt: number;
  updatedAt: number;
  lastTriggeredAt: number | undefined;
}

/** The configurable fields of a subscription. */
export interface WebhookDraft {
  readonly url: string;
  readonly events: readonly string[];
  readonly description: string | null;
}

/** The fields of an event, in the order in which they are sent. */
export type EventPayload = Readonly<Record<string, string | number | boolean | null>>;

/** An event to be delivered to one subscription. */
export interface Delivery {
  /** Counted from 0 over all deliveries. */
  readonly id: number;
  readonly webhookId: string;
  readonly event: string;
  /** The address at the time of the event. */
  readonly url: string;
  /** The exact body that is signed and sent, the same in every attempt. */
  readonly body: string;
  /** Number of failed attempts. */
  attempts: number;
  /** Time of the next attempt, Unix milliseconds. */
  due: number;
}

/** Deliveries that are not completed yet. */
export interface Outbox {
  /** Number of deliveries so far, completed ones included. */
  count: number;
  /** By id, oldest first. */
  readonly waiting: Map<number, Delivery>;
}
