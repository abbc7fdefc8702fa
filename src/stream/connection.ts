import { readTick, type Tick } from "../endpoints/index.ts";
import { AgentExchangeError, type AuthenticationError, ConnectionError, ResponseError } from "../errors/index.ts";
import type { Clock } from "../transport/index.ts";
import { MAX_CHANNELS, PONG, subscribeMessage, unsubscribeMessage, type Channel } from "./channel.ts";
import type { StreamContext } from "./context.ts";
import { createFailureDiagnosis, type FailedAttempt, type FailureDiagnosis } from "./failureDiagnosis.ts";
import { Heartbeat } from "./heartbeat.ts";
import { parseMessage, type Message } from "./message.ts";
import { onWake } from "./onWake.ts";
import { reconnectDelay } from "./reconnectDelay.ts";
import { openSocket, type Socket } from "./socket.ts";
import { SubscribedChannel, type Outage } from "./subscribedChannel.ts";
import { SubscriptionRequests } from "./subscriptionRequests.ts";

/** Milliseconds after which an upgrade without a response is reported. */
const REPORT_UNANSWERED_AFTER = 5000;
/** Milliseconds after that until it is given up. */
const GIVE_UP_UNANSWERED_AFTER = 40_000;
/** A connection that lasted this many milliseconds resets the backoff. */
const STABLE_AFTER = 60_000;
/** Unreadable messages in a row after which a connection is given up. */
const MAX_UNREADABLE = 3;

/** The socket's state. */
type State =
  /** Before the first attempt. */
  | { readonly kind: "idle" }
  /** A socket is being opened. */
  | { readonly kind: "connecting"; readonly socket: Socket; timer: unknown }
  /** `hasReplied`: whether the platform has replied to a subscription over this socket. */
  | { readonly kind: "open"; readonly socket: Socket; readonly openedAt: number; hasReplied: boolean }
  /** The timer starts the next attempt. */
  | { readonly kind: "waiting"; readonly timer: unknown }
  | { readonly kind: "closed" };

/** The part of the stream's state that concerns this connection. */
export type Phase = "connecting" | "live" | "stale" | "recovering";

/** Receives what happens to a connection. */
export interface ConnectionOwner {
  onTick(tick: Tick): void;
  /** Data other than ticks in the usual format. Returns whether it could be decoded; undefined if no subscription wants it. */
  onData(message: Message): boolean | undefined;
  /** The channel works. After an outage the owner backfills what was missed; the promise settles when that is done. */
  onAcknowledged(channel: Channel, outage: Outage | undefined): Promise<void> | undefined;
  /** The platform refuses the channel, which was removed. */
  onRefused(channel: Channel, error: AgentExchangeError): void;
  onPhaseChanged(): void;
  onError(error: unknown): void;
  /** The connection failed; a later attempt may succeed. */
  onInterrupted(error: AgentExchangeError): void;
  /** This runtime cannot open a connection, until something in the program changes. */
  onImpossible(error: ConnectionError): void;
  /** The key is refused. No attempt will succeed. */
  onKeyRefused(error: AuthenticationError): void;
}

/** A connection that carries up to ten channels and reconnects until it is closed. */
export class Connection {
  readonly #context: StreamContext;
  readonly #clock: Clock;
  readonly #owner: ConnectionOwner;
  readonly #channels = new Map<string, SubscribedChannel>();
  readonly #requests: SubscriptionRequests;
  readonly #heartbeat: Heartbeat;
  readonly #diagnosis: FailureDiagnosis;
  readonly #stopWatchingPage: () => void;
  #state: State = { kind: "idle" };
  #phase: Phase = "connecting";
  /** Failed attempts since the last stable connection. */
  #failures = 0;
  /** Channels that are being backfilled. */
  #recoveries = 0;
  /** Unreadable messages since the last readable one. */
  #unreadable = 0;

  constructor(context: StreamContext, owner: ConnectionOwner) {
    const { clock } = context;
    this.#context = context;
    this.#clock = clock;
    this.#owner = owner;
    this.#requests = new SubscriptionRequests(clock, ({ channel }) => this.#send(subscribeMessage(channel)));
    this.#heartbeat = new Heartbeat({
      clock,
      waitingSince: () => this.#requests.waitingSince,
      probe: () => this.#probe(),
      onDead: () => this.#fail({ kind: "unconfirmed" }),
    });
    this.#diagnosis = createFailureDiagnosis(context, {
      failed: (error) => {
        if (this.#phase !== "live") owner.onInterrupted(error);
      },
      refused: (error) => owner.onKeyRefused(error),
    });
    this.#stopWatchingPage = onWake(() => {
      this.#probe();
      this.connectNow();
    });
    this.#connect();
  }

  get phase(): Phase {
    return this.#phase;
  }

  get isFull(): boolean {
    return this.#channels.size >= MAX_CHANNELS;
  }

  get isEmpty(): boolean {
    return this.#channels.size === 0;
  }

  keys(): readonly string[] {
    return [...this.#channels.keys()];
  }

  has(key: string): boolean {
    return this.#channels.has(key);
  }

  isAcknowledged(key: string): boolean {
    return this.#channels.get(key)?.isAcknowledged === true;
  }

  subscribe(channel: Channel): void {
    const subscribed = new SubscribedChannel(channel);
    this.#channels.set(channel.key, subscribed);
    if (this.#state.kind === "open") this.#requests.send(subscribed);
  }

  /** Returns the channel's outage if it is in one. */
  unsubscribe(key: string): Outage | undefined {
    const subscribed = this.#channels.get(key);
    if (subscribed === undefined) return undefined;
    this.#channels.delete(key);
    this.#requests.withdraw(subscribed);
    this.#send(unsubscribeMessage(subscribed.channel));
    this.#updatePhase();
    return subscribed.outage(this.#clock);
  }

  /** Replaces an open socket that is no longer trusted. */
  renew(): void {
    if (this.#state.kind === "open") this.#reconnect();
  }

  /** Skips the backoff. */
  connectNow(): void {
    if (this.#state.kind !== "waiting") return;
    this.#clock.clearTimeout(this.#state.timer);
    this.#connectAfter(0);
  }

  close(): void {
    this.#disconnect();
    this.#state = { kind: "closed" };
    this.#diagnosis.close();
    this.#stopWatchingPage();
  }

  #connect(): void {
    this.#unreadable = 0;
    try {
      const socket = openSocket(this.#context, {
        onOpen: () => this.#onOpen(),
        onMessage: this.#onMessage,
        onEnd: (code) => this.#fail({ kind: this.#state.kind === "open" ? "ended" : "failed", code }),
      });
      const timer = this.#clock.setTimeout(() => this.#onUnanswered(), REPORT_UNANSWERED_AFTER);
      this.#state = { kind: "connecting", socket, timer };
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      this.#owner.onImpossible(error);
      this.#reconnect();
    }
  }

  #onUnanswered(): void {
    if (this.#state.kind !== "connecting") return;
    this.#state.timer = this.#clock.setTimeout(() => this.#reconnect(), GIVE_UP_UNANSWERED_AFTER);
    this.#diagnosis.diagnose({ kind: "unanswered" });
  }

  #onOpen(): void {
    if (this.#state.kind !== "connecting") return;
    this.#clock.clearTimeout(this.#state.timer);
    this.#state = { kind: "open", socket: this.#state.socket, openedAt: this.#clock.elapsed(), hasReplied: false };
    if (this.#phase === "stale") this.#setPhase("recovering");
    for (const channel of this.#channels.values()) this.#requests.send(channel);
    this.#heartbeat.start();
  }

  /** Gives the socket up. If it never worked, finds out why. */
  #fail(attempt: FailedAttempt): void {
    const hasWorked = this.#state.kind === "open" && this.#state.hasReplied && attempt.code !== 4401;
    this.#reconnect();
    if (!hasWorked) this.#diagnosis.diagnose(attempt);
  }

  /** Gives the socket up and schedules the next attempt. */
  #reconnect(): void {
    const wasOpen = this.#state.kind === "open";
    if (this.#state.kind === "open" && this.#clock.elapsed() - this.#state.openedAt >= STABLE_AFTER) this.#failures = 0;
    this.#disconnect();
    this.#connectAfter(reconnectDelay(this.#failures++, this.#context.random));
    if (wasOpen || this.#phase !== "connecting") this.#setPhase("stale");
  }

  #connectAfter(delay: number): void {
    this.#state = { kind: "waiting", timer: this.#clock.setTimeout(() => this.#connect(), delay) };
  }

  /** Ends the current state. The caller sets the next one. */
  #disconnect(): void {
    const state = this.#state;
    if (state.kind === "connecting" || state.kind === "waiting") this.#clock.clearTimeout(state.timer);
    if (state.kind === "open") {
      this.#heartbeat.stop();
      this.#requests.clear();
      const { lastHeardAt } = this.#heartbeat;
      const start = { now: this.#clock.now() - (this.#clock.elapsed() - lastHeardAt), elapsed: lastHeardAt };
      for (const channel of this.#channels.values()) channel.interrupt(start);
    }
    if (state.kind === "connecting" || state.kind === "open") state.socket.close();
  }

  #send(text: string): void {
    if (this.#state.kind === "open") this.#state.socket.send(text);
  }

  /** Repeats a subscription: the platform acknowledges it again, at no cost. */
  #probe(): void {
    const [first] = this.#channels.values();
    if (this.#state.kind === "open" && first !== undefined && this.#requests.waitingSince === undefined)
      this.#requests.send(first);
  }

  readonly #onMessage = (text: string): void => {
    this.#heartbeat.heard();
    const tick = readTick(text);
    if (tick !== undefined) {
      this.#unreadable = 0;
      this.#owner.onTick(tick);
      return;
    }
    const message = parseMessage(text);
    if (message === undefined) {
      this.#owner.onError(new ResponseError("A stream message is not a JSON object.", { code: "BROKEN_MESSAGE" }));
      this.#countUnreadable(false);
    } else if (message.type === undefined) this.#countUnreadable(this.#owner.onData(message));
    else this.#onControl(message);
  };

  /** One unreadable message may be an accident; several in a row make the connection useless. */
  #countUnreadable(isReadable: boolean | undefined): void {
    if (isReadable === undefined || this.#state.kind === "closed") return;
    this.#unreadable = isReadable ? 0 : this.#unreadable + 1;
    if (this.#unreadable < MAX_UNREADABLE) return;
    this.#reconnect();
    this.#owner.onInterrupted(
      new ConnectionError(`${MAX_UNREADABLE} stream messages in a row could not be read.`, {
        code: "UNREADABLE_STREAM",
        retryable: true,
        hint: "The stream reconnects. If this happens again, update this package: the platform may have changed.",
      }),
    );
  }

  #onControl({ type, channel, code, message }: Message): void {
    if (type === "ping") this.#send(PONG);
    else if (type === "subscribed") this.#onSubscribed(String(channel));
    else if (type === "error") this.#onRefused(String(code), String(message));
  }

  #onSubscribed(key: string): void {
    const subscribed = this.#requests.acknowledge(key);
    if (subscribed === undefined) return;
    if (this.#state.kind === "open") this.#state.hasReplied = true;
    if (subscribed.isAcknowledged) return; // the reply to a probe
    const outage = subscribed.outage(this.#clock);
    subscribed.acknowledge();
    const recovery = this.#owner.onAcknowledged(subscribed.channel, outage);
    if (recovery !== undefined) this.#trackRecovery(recovery);
    this.#updatePhase();
  }

  #trackRecovery(recovery: Promise<void>): void {
    this.#recoveries++;
    const onEnd = (): void => {
      this.#recoveries--;
      this.#updatePhase();
    };
    recovery.then(onEnd, onEnd);
  }

  #onRefused(code: string, message: string): void {
    const error = new AgentExchangeError(this.#context.redact(`The platform refused a channel: ${message}`), { code });
    const refusal = this.#requests.refuse();
    if (refusal === undefined) return this.#owner.onError(error);
    if (this.#state.kind === "open") this.#state.hasReplied = true;
    if (refusal.isFinal) {
      const { channel } = refusal.channel;
      this.#channels.delete(channel.key);
      this.#owner.onRefused(channel, error);
    }
    this.#updatePhase();
  }

  /** The connection is live when every channel works and has been backfilled. */
  #updatePhase(): void {
    if (this.#state.kind !== "open" || this.#phase === "live" || this.isEmpty) return;
    for (const { isAcknowledged } of this.#channels.values()) if (!isAcknowledged) return;
    this.#setPhase(this.#recoveries > 0 ? "recovering" : "live");
  }

  #setPhase(phase: Phase): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#owner.onPhaseChanged();
  }
}
