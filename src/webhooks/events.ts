import type { WebhookEventName } from "../endpoints/index.ts";
import { decimal, DecodeError, integer, oneOf, record, text, type Codec, type Decimal } from "../wire/index.ts";

/** What every event has. */
export interface WebhookEventBase {
  /**
   * The same for every delivery of an event: the sender's `webhook-id`, or else the SHA-256 of the body in hexadecimal,
   * since the platform sends no id. Two of the platform's events with the same content therefore have one id.
   */
  readonly id: string;
  /** When this delivery was signed; null in the platform's form, which has no time. */
  readonly signedAt: Date | null;
}

/** A backtest reached its last step. */
export interface BacktestCompletedEvent extends WebhookEventBase {
  readonly type: "backtest.completed";
  readonly backtestId: string;
  readonly status: "completed";
  /** Return in percent. */
  readonly roiPct: Decimal;
  readonly totalTrades: number;
  /** In USDT. */
  readonly finalEquity: Decimal;
}

/** The results of a strategy's test run are available. */
export interface StrategyTestCompletedEvent extends WebhookEventBase {
  readonly type: "strategy.test.completed";
  readonly testRunId: string;
  readonly strategyId: string;
  readonly status: "completed";
}

/** A version of a strategy was deployed. */
export interface StrategyDeployedEvent extends WebhookEventBase {
  readonly type: "strategy.deployed";
  readonly strategyId: string;
  readonly version: number;
  readonly status: "deployed";
}

/** A battle ended. The platform does not define the fields of this event, and never sends it. */
export interface BattleCompletedEvent extends WebhookEventBase {
  readonly type: "battle.completed";
  /** The body's fields, as they were sent. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A test delivery, requested with `testWebhook`. */
export interface WebhookTestEvent extends WebhookEventBase {
  readonly type: "webhook.test";
  readonly webhookId: string;
  readonly message: string;
}

/** A signed event that this version does not know, or one whose fields are not those that are documented. */
export interface UnknownWebhookEvent extends WebhookEventBase {
  readonly type: "unknown";
  /** The event's name, null without one. Only the body is signed; a name in the header alone may have been changed on the way. */
  readonly name: string | null;
  /** The body's fields, as they were sent. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** An event that the platform or the embedded exchange sent, by `type`. */
export type WebhookEvent =
  | BacktestCompletedEvent
  | StrategyTestCompletedEvent
  | StrategyDeployedEvent
  | BattleCompletedEvent
  | WebhookTestEvent
  | UnknownWebhookEvent;

type Fields<Event> = Omit<Event, keyof WebhookEventBase | "type">;
type Described = Exclude<WebhookEvent, BattleCompletedEvent | UnknownWebhookEvent>;

const RECORDS: { readonly [Name in Described["type"]]: Codec<Fields<Extract<Described, { readonly type: Name }>>> } = {
  "backtest.completed": record({
    backtestId: text,
    status: oneOf("completed"),
    roiPct: decimal,
    totalTrades: integer,
    finalEquity: decimal,
  }),
  "strategy.test.completed": record({ testRunId: text, strategyId: text, status: oneOf("completed") }),
  "strategy.deployed": record({ strategyId: text, version: integer, status: oneOf("deployed") }),
  "webhook.test": record({ webhookId: text, message: text }),
} satisfies Record<Exclude<WebhookEventName, "battle.completed"> | "webhook.test", unknown>;

/** The event's name in the header `X-Webhook-Event`, which is not signed, and what identifies the delivery. */
export interface Envelope extends WebhookEventBase {
  readonly name: string | null;
}

/**
 * The event of a signed body. Its fields decide what it is, since the name in the header is not signed: undefined if that is the name
 * of another known event.
 */
export function decodeEvent(
  { name: headerName, ...base }: Envelope,
  body: Readonly<Record<string, unknown>>,
): WebhookEvent | undefined {
  const name = typeof body["event"] === "string" ? body["event"] : headerName;
  const found = Object.entries(RECORDS).flatMap(([type, codec]) => {
    const fields = tryDecode<object>(codec, body);
    return fields === undefined ? [] : [{ ...base, type, ...fields } as Described];
  })[0];
  if (found !== undefined && (name === null || name === found.type)) return found;
  if (found !== undefined && (name === "battle.completed" || (name !== null && Object.hasOwn(RECORDS, name))))
    return undefined;
  if (name === "battle.completed") return { ...base, type: name, payload: body };
  return { ...base, type: "unknown", name, payload: body };
}

function tryDecode<T>(codec: Codec<T>, body: unknown): T | undefined {
  try {
    return codec.decode(body);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}
