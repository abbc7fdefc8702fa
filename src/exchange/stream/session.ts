import type { ExchangeClock } from "../time/clock.ts";
import type { Scope } from "../engine/model.ts";
import type { Quirks } from "../base/quirks.ts";
import type { Feed, Listener } from "./feed.ts";
import type { FrameSink, StreamSession } from "./peer.ts";
import { StreamRejection, parseSubscription, type Subscription } from "./subscription.ts";

/** A session that its exchange can end. */
export interface ManagedSession extends StreamSession {
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
  sink: FrameSink,
): ManagedSession {
  const subscriptions = new Map<string, Subscription>();
  const listener: Listener = {
    scope,
    push: (text) => sink.push(text),
    holds: (key) => subscriptions.has(key),
  };
  let open = true;
  let pinged = false;
  let timer = clock.setTimeout(ping, PING_AFTER);

  function ping(): void {
    pinged = true;
    timer = clock.setTimeout(() => end(NORMAL), PONG_WITHIN);
    sink.reply('{"type":"ping"}');
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
    sink.close(code, "");
  }

  function carryOut(text: string): void {
    const message = objectOf(text);
    const { action } = message;
    if (action === "pong" || (!quirks.typePongRefused && action === undefined && message["type"] === "pong"))
      return pong();
    if (action === "subscribe") return subscribe(parseSubscription(message, quirks));
    if (action === "unsubscribe") return unsubscribe(parseSubscription(message, quirks));
    const name = typeof action === "string" ? action : "";
    throw new StreamRejection(
      "UNKNOWN_ACTION",
      `Unknown action '${name}'. Valid actions: subscribe, unsubscribe, pong.`,
    );
  }

  function subscribe(subscription: Subscription): void {
    const { key } = subscription;
    if (!subscriptions.has(key)) {
      if (subscriptions.size === MOST_SUBSCRIPTIONS) {
        const problem = `Maximum of ${MOST_SUBSCRIPTIONS} subscriptions per connection reached.`;
        throw new StreamRejection("SUBSCRIPTION_LIMIT", problem);
      }
      subscriptions.set(key, subscription);
      feed.join(listener, subscription);
    }
    sink.reply(JSON.stringify({ type: "subscribed", channel: key }));
  }

  function unsubscribe({ key }: Subscription): void {
    const subscription = subscriptions.get(key);
    if (subscription !== undefined) {
      subscriptions.delete(key);
      feed.leave(listener, subscription);
    }
    sink.reply(JSON.stringify({ type: "unsubscribed", channel: key }));
  }

  function refuse({ code, message }: StreamRejection): void {
    if (code === "INVALID_MESSAGE" && quirks.malformedFramesClose) end(NORMAL);
    else sink.reply(JSON.stringify({ type: "error", code, message }));
  }

  return {
    receive(text) {
      if (!open) return;
      if (isTooLarge(text)) return end(TOO_LARGE);
      try {
        carryOut(text);
      } catch (error) {
        if (!(error instanceof StreamRejection)) throw error;
        refuse(error);
      }
    },
    receiveBinary() {
      if (open) refuse(new StreamRejection("INVALID_MESSAGE", "Binary frames are not supported."));
    },
    closed,
    end,
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  const json = parsed(text);
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new StreamRejection("INVALID_MESSAGE", "A message must be a JSON object.");
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
