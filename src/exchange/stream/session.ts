import type { ExchangeClock } from "../time/clock.ts";
import type { ScopeReference } from "../engine/scope.ts";
import type { Quirks } from "../base/quirks.ts";
import type { Feed, FeedListener } from "./feed.ts";
import type { FrameSink, StreamSession } from "./peer.ts";
import { StreamRejection, parseSubscription, type Subscription } from "./subscription.ts";

/** A session that the exchange can end. */
export interface ManagedSession extends StreamSession {
  end(code: number): void;
  save(): SavedSession;
}

/** What a session needs to continue after its exchange has been opened again. */
export interface SavedSession {
  readonly subscriptions: readonly Subscription[];
  /** When the next ping is due, or the reply to the last one; Unix milliseconds. */
  readonly due: number;
  readonly awaitsPong: boolean;
}

const PING_INTERVAL = 30_000;
const PONG_TIMEOUT = 10_000;
const MAX_SUBSCRIPTIONS = 10;
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

const NORMAL_CLOSURE = 1000;
const MESSAGE_TOO_BIG = 1009;

/** Starts the session of an accepted connection, or continues one without sending anything. */
export function createSession(
  clock: ExchangeClock,
  quirks: Quirks,
  scope: ScopeReference,
  feed: Feed,
  sink: FrameSink,
  pingsTogether = false,
  saved?: SavedSession,
): ManagedSession {
  const subscriptions = new Map<string, Subscription>();
  const listener: FeedListener = {
    scope,
    push: (message) => sink.push(message),
    isSubscribedTo: (key) => subscriptions.has(key),
  };
  let open = true;
  let awaitsPong = saved?.awaitsPong ?? false;
  let due = 0;
  let timer: unknown;
  wait(saved === undefined ? pingDelay() : Math.max(0, saved.due - clock.now()));
  for (const subscription of saved?.subscriptions ?? []) add(subscription);

  function wait(ms: number): void {
    clock.clearTimeout(timer);
    due = clock.now() + ms;
    timer = clock.setTimeout(awaitsPong ? () => end(NORMAL_CLOSURE) : ping, ms);
  }

  /** Sessions that are pinged together wake their server once, not once each. */
  function pingDelay(): number {
    return PING_INTERVAL - (pingsTogether ? clock.now() % PING_INTERVAL : 0);
  }

  function ping(): void {
    awaitsPong = true;
    wait(PONG_TIMEOUT);
    sink.reply('{"type":"ping"}');
  }

  /** A pong without a ping is ignored; it does not answer the next ping. */
  function pong(): void {
    if (!awaitsPong) return;
    awaitsPong = false;
    wait(pingDelay());
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

  function handleMessage(text: string): void {
    const message = parseMessage(text);
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

  function add(subscription: Subscription): void {
    subscriptions.set(subscription.key, subscription);
    feed.join(listener, subscription);
  }

  function subscribe(subscription: Subscription): void {
    const { key } = subscription;
    if (!subscriptions.has(key)) {
      if (subscriptions.size === MAX_SUBSCRIPTIONS) {
        const problem = `Maximum of ${MAX_SUBSCRIPTIONS} subscriptions per connection reached.`;
        throw new StreamRejection("SUBSCRIPTION_LIMIT", problem);
      }
      add(subscription);
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

  function reject({ code, message }: StreamRejection): void {
    if (code === "INVALID_MESSAGE" && quirks.malformedFramesClose) end(NORMAL_CLOSURE);
    else sink.reply(JSON.stringify({ type: "error", code, message }));
  }

  return {
    receive(text) {
      if (!open) return;
      if (isTooLarge(text)) return end(MESSAGE_TOO_BIG);
      try {
        handleMessage(text);
      } catch (error) {
        if (!(error instanceof StreamRejection)) throw error;
        reject(error);
      }
    },
    receiveBinary() {
      if (open) reject(new StreamRejection("INVALID_MESSAGE", "Binary frames are not supported."));
    },
    closed,
    end,
    save: () => ({ subscriptions: [...subscriptions.values()], due, awaitsPong }),
  };
}

function parseMessage(text: string): Readonly<Record<string, unknown>> {
  const json = parseJson(text);
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new StreamRejection("INVALID_MESSAGE", "A message must be a JSON object.");
  return json as Readonly<Record<string, unknown>>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A UTF-16 code unit takes at most three bytes, so only long strings need to be encoded. */
function isTooLarge(text: string): boolean {
  return text.length * 3 > MAX_FRAME_BYTES && new TextEncoder().encode(text).length > MAX_FRAME_BYTES;
}
