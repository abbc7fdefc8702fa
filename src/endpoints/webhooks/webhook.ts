import * as v from "valibot";
import { flag, instant, integer, list, nullable, record, text, type Codec } from "../../wire/index.ts";
import { listOf, oneOf, show } from "../inputs/index.ts";

/** An event that a webhook can subscribe to. */
export type WebhookEventName =
  | "backtest.completed"
  | "strategy.test.completed"
  | "strategy.deployed"
  | "battle.completed";

const EVENTS = [
  "backtest.completed",
  "strategy.test.completed",
  "strategy.deployed",
  "battle.completed",
] as const satisfies readonly WebhookEventName[];

/** A webhook: the URL that the platform sends events to. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  /** Open: the platform may add events. */
  readonly events: readonly (WebhookEventName | (string & {}))[];
  /** Null if none was given. */
  readonly description: string | null;
  /** The platform deactivates a webhook after 10 consecutive events that could not be delivered. */
  readonly active: boolean;
  /** Number of consecutive events that could not be delivered, in 4 attempts each. */
  readonly failureCount: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Null until the first event. */
  readonly lastTriggeredAt: Date | null;
}

export const webhookRecord: Codec<Webhook> = record<Webhook>({
  id: text,
  url: text,
  events: list(text),
  description: nullable(text),
  active: flag,
  failureCount: integer,
  createdAt: instant,
  updatedAt: instant,
  lastTriggeredAt: nullable(instant),
});

/** A URL that the platform accepts: https, at most 2048 characters, a public host name. */
export const webhookUrl: v.GenericSchema<string> = v.pipe(
  show(v.string("must be an https URL"), { is: "url" }),
  v.check((value) => value.trim().length <= 2048, "must be at most 2048 characters long"),
  v.check((value) => hostOf(value) !== undefined, "must be an https URL"),
  v.check((value) => !isLocalHost(hostOf(value) ?? ""), "must have a public host name, not an IP address or localhost"),
);

function hostOf(value: string): string | undefined {
  try {
    const { protocol, hostname } = new URL(value);
    return protocol === "https:" ? hostname : undefined;
  } catch {
    return undefined;
  }
}

function isLocalHost(host: string): boolean {
  return host.startsWith("[") || /^\d+(\.\d+){3}$/.test(host) || /(^|\.)localhost\.?$/.test(host);
}

export const webhookEvents: v.GenericSchema<readonly WebhookEventName[]> = listOf(oneOf(EVENTS), "events", 1);
