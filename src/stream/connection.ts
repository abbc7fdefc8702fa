import { readTick, type Tick } from "../endpoints/index.ts";
import { AgentExchangeError, type AuthenticationError, ConnectionError, ResponseError } from "../errors/index.ts";
import type { StreamContext } from "./context.ts";
import { reconnectDelay } from "./backoff.ts";
import { MOST_CHANNELS, PONG, subscribeText, unsubscribeText, type Channel } from "./channel.ts";
import { createExaminer, type FailedAttempt } from "./failures.ts";
import { parseMessage, type Message } from "./message.ts";
import { openSocket, type Socket } from "./socket.ts";
import { onWake } from "./wake.ts";

/** Milliseconds without any frame after which a connection is dead: the platform sends something every 40 s. */
const SILENCE = 45_000;
/** Milliseconds within which the platform has to acknowledge. */
const PATIENCE = 10_000;
/** Milliseconds after which an upgrade without an answer is reported. */
const UNANSWERED = 5000;
/** Milliseconds between two looks whether it lives; so much earlier than in truth it may seem to be heard last. */
const BEAT = 2000;
/** A look that comes so much too late was slept over. */
const SLEEP = 15_000;
/** A connection that lasted so long was a good one. */
const STABLE = 60_000;

/** So many messages in a row that cannot be read are no accident. */
const MOST_UNREADABLE = 3;

/** How a connection stands. */
export type Phase = "connecting" | "live" | "stale" | "recovering";

/** Time in which a connection was deaf. */
export interface Deafness {
  readonly from: Date;
  readonly to: Date;
}

/** What a connection tells its owner. */
export interface ConnectionOwner {
  tick(tick: Tick): void;
  /** Whether it could be read; undefined when it is not for anybody here. */
  data(message: Message): boolean | undefined;
  /** The channel is acknowledged; after a loss, what was missed is to be made up for. */
  acknowledged(channel: Channel, deafness: Deafness | undefined): Promise<void> | undefined;
  refused(channel: Channel, error: AgentExchangeError): void;
  changed(): void;
  report(error: unknown): void;
  /** There is no connection, for a reason that may pass. */
  interrupted(error: AgentExchangeError): void;
  /** There is no connection, and will be none until something in this program changes. */
  impossible(error: ConnectionError): void;
  /** The key is refused: there is no use in trying again. */
  failed(error: AuthenticationError): void;
}

interface Held {
  readonly channel: Channel;
  acknowledged: boolean;
  /** Since when it is deaf, by both clocks; undefined before it was heard for the first time. */
  deafSince: { readonly now: number; readonly elapsed: number } | undefined;
  refusals: number;
}

/** One connection, kept up as long as it holds channels. */
export interface Connection {
  readonly phase: Phase;
  readonly full: boolean;
  readonly empty: boolean;
  has(key: string): boolean;
  isAcknowledged(key: string): boolean;
  keys(): readonly string[];
  hold(channel: Channel): void;
  /** Gives back since when it was deaf, if it was. */
  release(key: string): Deafness | undefined;
  /** Gives the socket up and opens another one. */
  renew(): void;
  /** Opens a socket now if it waits before it does. */
  retry(): void;
  close(): void;
}

export function createConnection(context: StreamContext, owner: ConnectionOwner): Connection {
  const { clock } = context;
  const channels = new Map<string, Held>();
  /** Requests without an answer yet, oldest first: answers come in their order. */
  let asked: Held[] = [];
  /** Refused while others waited, too, so that it is not sure which one was meant; asked again one by one. */
  let doubtful: Held[] = [];
  let phase: Phase = "connecting";
  let socket: Socket | undefined;
  let isOpen = false;
  let openedAt = 0;
  let failures = 0;
  let recovering = 0;
  let heardAt = clock.elapsed();
  /** Whether `heardAt` is of this beat. Ticks come by the thousand, and to ask for the time costs a tenth of one. */
  let heard = false;
  /** When it woke from the machine's sleep, in which nothing could be heard. */
  let wokeAt = -Infinity;
  let probeAt: number | undefined;
  let beatAt = 0;
  let beatTime = 0;
  let timer: unknown;
  let closed = false;
  /** Whether the server has answered any subscription on this socket. */
  let answering = false;
  /** Messages that could not be read since the last one that could. */
  let unreadable = 0;
  const examiner = createExaminer(context, {
    failed: (error) => {
      if (!closed && phase !== "live") owner.interrupted(error);
    },
    refused: (error) => {
      if (!closed) owner.failed(error);
    },
  });
  const forget = onWake(() => (isOpen ? probe() : again(0)));

  function enter(next: Phase): void {
    if (phase === next) return;
    phase = next;
    owner.changed();
  }

  function wait(milliseconds: number, callback: () => void): void {
    clock.clearTimeout(timer);
    timer = clock.setTimeout(callback, milliseconds);
  }

  function open(): void {
    isOpen = answering = false;
    unreadable = 0;
    heardAt = clock.elapsed();
    try {
      socket = openSocket(context, { opened, received, ended });
      wait(UNANSWERED, () => {
        examiner.examine({ kind: "unanswered" });
        wait(SILENCE - UNANSWERED, lost);
      });
    } catch (error) {
      owner.impossible(error as ConnectionError);
      lost();
    }
  }

  function opened(): void {
    isOpen = true;
    openedAt = heardAt = beatAt = clock.elapsed();
    beatTime = clock.now();
    if (phase === "stale") enter("recovering");
    for (const held of channels.values()) ask(held);
    beat();
  }

  function ask(held: Held): void {
    asked.push(held);
    probeAt ??= clock.elapsed();
    socket?.send(subscribeText(held.channel));
  }

  /** To subscribe to a channel that is held already is free, and acknowledged. */
  function probe(): void {
    const [first] = channels.values();
    if (isOpen && first !== undefined && asked.length === 0) ask(first);
  }

  /** Looks whether the connection is alive; comes again at the next moment at which that can be told. */
  function beat(): void {
    const now = clock.elapsed();
    const slept = Math.max(now - beatAt, clock.now() - beatTime) > SLEEP;
    beatAt = now;
    beatTime = clock.now();
    heard = false;
    if (now - openedAt >= STABLE) failures = 0;
    if (slept) {
      wokeAt = now + PATIENCE - SILENCE;
      if (probeAt !== undefined) probeAt = now;
    }
    const quietSince = Math.max(heardAt, wokeAt);
    if (now - quietSince >= SILENCE || (probeAt !== undefined && now - probeAt >= PATIENCE))
      return fail({ kind: "unconfirmed" });
    const untilProbe = quietSince + SILENCE - PATIENCE - now;
    if (untilProbe <= 0) probe();
    wait(
      Math.min(
        BEAT,
        untilProbe > 0 ? untilProbe : Infinity,
        quietSince + SILENCE - now,
        (probeAt ?? Infinity) + PATIENCE - now,
      ),
      beat,
    );
  }

  function received(text: string): void {
    if (!heard) {
      heard = true;
      heardAt = clock.elapsed();
    }
    const tick = readTick(text);
    if (tick !== undefined) {
      unreadable = 0;
      owner.tick(tick);
      return;
    }
    const message = parseMessage(text);
    if (message === undefined) {
      owner.report(new ResponseError("A message of the stream is not a JSON object.", { code: "BROKEN_MESSAGE" }));
      count(false);
    } else if (message.type === undefined) count(owner.data(message));
    else control(message);
  }

  /** One message that cannot be read may be an accident; a connection on which all are so is given up. */
  function count(wasRead: boolean | undefined): void {
    if (wasRead === undefined || closed) return;
    unreadable = wasRead ? 0 : unreadable + 1;
    if (unreadable < MOST_UNREADABLE) return;
    lost();
    owner.interrupted(
      new ConnectionError(`${MOST_UNREADABLE} messages of the stream in a row could not be read.`, {
        code: "UNREADABLE_STREAM",
        retryable: true,
        hint: "The stream connects again. If that does not help, this package may be too old for the platform.",
      }),
    );
  }

  function control({ type, channel, code, message }: Message): void {
    if (type === "ping") socket?.send(PONG);
    else if (type === "subscribed") acknowledge(String(channel));
    else if (type === "error") refuse(String(code), String(message));
  }

  function acknowledge(key: string): void {
    const place = asked.findIndex(({ channel }) => channel.key === key);
    if (place < 0) return;
    const held = asked[place] as Held;
    // Those before it were answered, too, and the answer was lost.
    const unanswered = asked.slice(0, place);
    asked = asked.slice(place + 1);
    answered();
    for (const other of unanswered) if (!other.acknowledged && channels.get(other.channel.key) === other) ask(other);
    if (held.acknowledged || channels.get(key) !== held) return;
    const deafness = deafnessOf(held);
    held.acknowledged = true;
    held.deafSince = undefined;
    held.refusals = 0;
    const recovery = owner.acknowledged(held.channel, deafness);
    if (recovery !== undefined) {
      recovering++;
      const over = (): void => {
        recovering--;
        settle();
      };
      recovery.then(over, over);
    }
    settle();
  }

  /** By the clock that went further: one of them may have been set back, or have stood while the machine slept. */
  function deafnessOf({ deafSince }: Held): Deafness | undefined {
    if (deafSince === undefined) return undefined;
    const to = clock.now();
    return {
      from: new Date(to - Math.max(0, to - deafSince.now, clock.elapsed() - deafSince.elapsed)),
      to: new Date(to),
    };
  }

  function refuse(code: string, message: string): void {
    const held = asked.shift();
    if (held === undefined) return owner.report(refusal(code, message));
    const alone = asked.length === 0 && held.refusals > 0;
    held.refusals++;
    if (alone) {
      channels.delete(held.channel.key);
      owner.refused(held.channel, refusal(code, message));
    } else doubtful.push(held);
    answered();
    settle();
  }

  function answered(): void {
    answering = true;
    probeAt = asked.length === 0 ? undefined : clock.elapsed();
    if (asked.length > 0) return;
    const next = doubtful.shift();
    if (next !== undefined && channels.get(next.channel.key) === next) ask(next);
  }

  function refusal(code: string, message: string): AgentExchangeError {
    return new AgentExchangeError(context.redact(`The platform refused a channel: ${message}`), { code });
  }

  function settle(): void {
    if (!isOpen || closed || channels.size === 0) return;
    for (const held of channels.values()) if (!held.acknowledged) return;
    if (phase !== "live") enter(recovering > 0 ? "recovering" : "live");
  }

  function deafen(): void {
    const since = { now: clock.now() - (clock.elapsed() - heardAt), elapsed: heardAt };
    for (const held of channels.values()) {
      if (held.acknowledged) held.deafSince = since;
      held.acknowledged = false;
    }
    asked = [];
    doubtful = [];
    probeAt = undefined;
    isOpen = false;
    const gone = socket;
    socket = undefined;
    gone?.close();
  }

  function ended(code: number | undefined): void {
    fail({ kind: isOpen ? "ended" : "failed", code });
  }

  /** Gives the socket up; what has never served is a failure that the state alone does not tell. */
  function fail(attempt: FailedAttempt): void {
    const served = answering && attempt.code !== 4401;
    lost();
    if (!served) examiner.examine(attempt);
  }

  /** What was there is gone: opens again after a while. */
  function lost(): void {
    const wasOpen = isOpen;
    deafen();
    if (closed) return;
    if (phase !== "connecting" || wasOpen) enter("stale");
    again(reconnectDelay(failures++, context.random));
  }

  function again(delay: number): void {
    if (closed || socket !== undefined) return;
    wait(delay, open);
  }

  open();
  return {
    get phase() {
      return phase;
    },
    get full() {
      return channels.size >= MOST_CHANNELS;
    },
    get empty() {
      return channels.size === 0;
    },
    has: (key) => channels.has(key),
    isAcknowledged: (key) => channels.get(key)?.acknowledged === true,
    keys: () => [...channels.keys()],
    hold(channel) {
      const held: Held = { channel, acknowledged: false, deafSince: undefined, refusals: 0 };
      channels.set(channel.key, held);
      if (isOpen) ask(held);
    },
    release(key) {
      const held = channels.get(key);
      if (held === undefined) return undefined;
      channels.delete(key);
      asked = asked.filter((other) => other !== held);
      if (asked.length === 0) probeAt = undefined;
      if (isOpen) socket?.send(unsubscribeText(held.channel));
      settle();
      return deafnessOf(held);
    },
    renew() {
      if (isOpen) lost();
    },
    retry: () => again(0),
    close() {
      closed = true;
      clock.clearTimeout(timer);
      examiner.close();
      forget();
      deafen();
    },
  };
}
