import type { Account } from "../model.ts";

/** What a subscription can be for. */
export const WEBHOOK_EVENTS = [
  "backtest.completed",
  "strategy.test.completed",
  "strategy.deployed",
  "battle.completed",
] as const;

export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Where an account wants to hear of what happens. */
export interface Webhook {
  readonly id: string;
  readonly account: Account;
  url: string;
  /** As they were sent, repeats included. */
  events: readonly string[];
  description: string | null;
  active: boolean;
  readonly secret: string;
  /** Events in a row that could not be delivered. */
  failureCount: number;
  readonly createdAt: number;
  updatedAt: number;
  lastTriggeredAt: number | undefined;
}

/** What a subscription says, all of it or what changes. */
export interface WebhookDraft {
  readonly url: string;
  readonly events: readonly string[];
  readonly description: string | null;
}

/** What an event says, in the order in which it is sent. */
export type EventPayload = Readonly<Record<string, string | number | boolean | null>>;

/** An event on its way to one subscription. */
export interface Delivery {
  /** Counted from 0 over all deliveries. */
  readonly id: number;
  readonly webhookId: string;
  readonly event: string;
  /** The address at the time of the event. */
  readonly url: string;
  /** The exact text that is sent and signed, the same in every attempt. */
  readonly body: string;
  /** How many attempts have failed. */
  attempts: number;
  /** When the next attempt takes place, Unix milliseconds. */
  due: number;
}

/** Deliveries that wait for their time. */
export interface Outbox {
  /** How many deliveries there have been. */
  count: number;
  readonly waiting: Set<Delivery>;
  /** Tells whoever delivers that there is something new. */
  onPost: (delivery: Delivery) => void;
}
