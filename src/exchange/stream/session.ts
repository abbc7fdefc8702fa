import type { ExchangeClock } from "../time/clock.ts";
import type { Scope } from "../engine/model.ts";
import type { Quirks } from "../base/quirks.ts";
import type { Feed, Listener } from "./feed.ts";
import { StreamRefusal, subscriptionOf, type Subscription } from "./subscription.ts";

/** The exchange's end of a connection: tell it what came from the other end. */
export interface StreamSession {
  /** A text frame. */
  receive(text: string): void;
  /** A binary frame: the endpoint takes none, whatever is in it. */
  receiveBinary(): void;
  /** The other end has closed, or is gone. */
  closed(): void;
}

/** How a session reaches the other end. */
export interface SessionLine {
  /** Sends an acknowledgement, an error or a ping. */
  reply(text: string): void;
  /** Sends a data message. */
  push(text: string): void;
  close(code: number, reason: string): void;
}

/** A session that its exchange can end. */
export interface OwnedSession extends StreamSession {
  end(code: number): void;
}

const PING_AFTER = 30_000;
const PONG_WITHIN = 10_000;
const MOST_SUBSCRIPTIONS = 10;
const MOST_FRAME_BYTES = 16 * 1024 * 1024;

const NORMAL = 1000;
const TOO_LARGE = 1009;

/** Starts the conversation over a connection that was let in. */
export function createSession(
  clock: ExchangeClock,
  quirks: Quirks,
  scope: Scope,
  feed: Feed,
  line: SessionLine,
): OwnedSession {
  const subscriptions = new Map<string, Subscription>();
  const listener: Listener = {
    scope,
    push: (text) => line.push(text),
    holds: (key) => subscriptions.has(key),
  };
  let open = true;
  let pinged = false;
  let timer = clock.setTimeout(ping, PING_AFTER);

  function ping(): void {
    pinged = true;
    timer = clock.setTimeout(() => end(NORMAL), PONG_WITHIN);
    line.reply('{"type":"ping"}');
  }

  /** One that answers no ping does not count for the next one either. */
  function pong(): void {
    if (!pinged) return;
    pinged = false;
    clock.clearTimeout(timer);
    timer = clock.setTimeout(ping, PING_AFTER);
  }

  function closed(): void {
    if (!open) return;
    open = false;
    clock.clearTimeout(timer);
    for (const subscription of subscriptions.values()) feed.leave(listener, subscription);
    subscriptions.clear();
  }

  function end(code: number): void {
    if (!open) return;
    closed();
    line.close(code, "");
  }

  function carryOut(text: string): void {
    const message = objectOf(text);
    const { action } = message;
    if (action === "pong" || (!quirks.typePongRefused && action === undefined && message["type"] === "pong"))
      return pong();
    if (action === "subscribe") return subscribe(subscriptionOf(message, quirks));
    if (action === "unsubscribe") return unsubscribe(subscriptionOf(message, quirks));
    const name = typeof action === "string" ? action : "";
    throw new StreamRefusal("UNKNOWN_ACTION", `Unknown action '${name}'. Valid actions: subscribe, unsubscribe, pong.`);
  }

  function subscribe(subscription: Subscription): void {
    const { key } = subscription;
    if (!subscriptions.has(key)) {
      if (subscriptions.size === MOST_SUBSCRIPTIONS) {
        const problem = `Maximum of ${MOST_SUBSCRIPTIONS} subscriptions per connection reached.`;
        throw new StreamRefusal("SUBSCRIPTION_LIMIT", problem);
      }
      subscriptions.set(key, subscription);
      feed.join(listener, subscription);
    }
    line.reply(JSON.stringify({ type: "subscribed", channel: key }));
  }

  function unsubscribe({ key }: Subscription): void {
    const subscription = subscriptions.get(key);
    if (subscription !== undefined) {
      subscriptions.delete(key);
      feed.leave(listener, subscription);
    }
    line.reply(JSON.stringify({ type: "unsubscribed", channel: key }));
  }

  function refuse({ code, message }: StreamRefusal): void {
    if (code === "INVALID_MESSAGE" && quirks.malformedFramesClose) end(NORMAL);
    else line.reply(JSON.stringify({ type: "error", code, message }));
  }

  return {
    receive(text) {
      if (!open) return;
      if (isTooLarge(text)) return end(TOO_LARGE);
      try {
        carryOut(text);
      } catch (error) {
        if (!(error instanceof StreamRefusal)) throw error;
        refuse(error);
      }
    },
    receiveBinary() {
      if (open) refuse(new StreamRefusal("INVALID_MESSAGE", "Binary frames are not supported."));
    },
    closed,
    end,
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  const json = parsed(text);
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new StreamRefusal("INVALID_MESSAGE", "A message must be a JSON object.");
  return json as Readonly<Record<string, unknown>>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A character takes up to three bytes, so only long texts are counted. */
function isTooLarge(text: string): boolean {
  return text.length * 3 > MOST_FRAME_BYTES && new TextEncoder().encode(text).length > MOST_FRAME_BYTES;
}
