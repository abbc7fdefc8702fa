import { getBalance, readTick, type Tick } from "../endpoints/index.ts";
import {
  AgentExchangeError,
  AuthenticationError,
  ConnectionError,
  ResponseError,
  isAgentExchangeError,
} from "../errors/index.ts";
import { call, type Transport } from "../transport/index.ts";
import { reconnectDelay } from "./backoff.ts";
import { MOST_CHANNELS, PONG, subscribeText, unsubscribeText, type Channel } from "./channel.ts";
import { openSocket, type Socket } from "./socket.ts";
import { onWake } from "./wake.ts";

/** Milliseconds without any frame after which a connection is dead: the platform sends something every 40 s. */
const SILENCE = 45_000;
/** Milliseconds within which the platform has to acknowledge. */
const PATIENCE = 10_000;
/** Milliseconds between two looks whether it lives; so much earlier than in truth it may seem to be heard last. */
const BEAT = 2000;
/** A look that comes so much too late was slept over. */
const SLEEP = 15_000;
/** A connection that lasted so long was a good one. */
const STABLE = 60_000;

/** How a connection stands. */
export type Phase = "connecting" | "live" | "stale" | "recovering";

/** A JSON message of the platform. */
export interface Message {
  readonly type?: unknown;
  readonly channel?: unknown;
  readonly symbol?: unknown;
  readonly interval?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
}

/** Time in which a connection was deaf. */
export interface Deafness {
  readonly from: Date;
  readonly to: Date;
}

/** What a connection tells its owner. */
export interface ConnectionOwner {
  tick(tick: Tick): void;
  data(message: Message): void;
  /** The channel is acknowledged; after a loss, what was missed is to be made up for. */
  acknowledged(channel: Channel, deafness: Deafness | undefined): Promise<void> | undefined;
  refused(channel: Channel, error: AgentExchangeError): void;
  changed(): void;
  report(error: unknown): void;
  /** The key is refused: there is no use in trying again. */
  failed(error: AuthenticationError): void;
}

interface Held {
  readonly channel: Channel;
  acknowledged: boolean;
  /** Since when it is deaf, in Unix milliseconds; undefined before it was heard for the first time. */
  deafSince: number | undefined;
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
  release(key: string): void;
  /** Gives the socket up and opens another one. */
  renew(): void;
  close(): void;
}

export function createConnection(transport: Transport, owner: ConnectionOwner): Connection {
  const { clock } = transport;
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
  const checking = new AbortController();
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
    isOpen = false;
    heardAt = clock.elapsed();
    try {
      socket = openSocket(transport, {
        opened,
        received,
        ended,
      });
      wait(SILENCE, () => lost());
    } catch (error) {
      owner.report(error);
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
    if (now - quietSince >= SILENCE || (probeAt !== undefined && now - probeAt >= PATIENCE)) return lost();
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
      owner.tick(tick);
      return;
    }
    let message: Message;
    try {
      message = JSON.parse(text) as Message;
    } catch {
      owner.report(new ResponseError("A message of the stream is no JSON.", { code: "BROKEN_MESSAGE" }));
      return;
    }
    if (message === null || typeof message !== "object") return;
    if (message.type === undefined) owner.data(message);
    else control(message);
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
    const deafness =
      held.deafSince === undefined ? undefined : { from: new Date(held.deafSince), to: new Date(clock.now()) };
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
    probeAt = asked.length === 0 ? undefined : clock.elapsed();
    if (asked.length > 0) return;
    const next = doubtful.shift();
    if (next !== undefined && channels.get(next.channel.key) === next) ask(next);
  }

  function refusal(code: string, message: string): AgentExchangeError {
    return new AgentExchangeError(transport.redactor([])(`The platform refused a channel: ${message}`), { code });
  }

  function settle(): void {
    if (!isOpen || closed || channels.size === 0) return;
    for (const held of channels.values()) if (!held.acknowledged) return;
    if (phase !== "live") enter(recovering > 0 ? "recovering" : "live");
  }

  function deafen(): void {
    const since = clock.now() - (clock.elapsed() - heardAt);
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
    const refused = !isOpen || code === 4401;
    lost();
    if (refused) void examine(code);
  }

  /** What was there is gone: opens again after a while. */
  function lost(): void {
    const wasOpen = isOpen;
    deafen();
    if (closed) return;
    if (phase !== "connecting" || wasOpen) enter("stale");
    again(reconnectDelay(failures++, transport.retry.random));
  }

  function again(delay: number): void {
    if (closed || socket !== undefined) return;
    wait(delay, open);
  }

  /** A refused upgrade looks like a broken network; a request with the same key tells them apart. */
  async function examine(code: number | undefined): Promise<void> {
    try {
      await call(transport, getBalance, {}, { signal: checking.signal, timeout: PATIENCE });
      if (code === 401 || code === 403 || code === 4401) {
        owner.report(
          new ConnectionError(`The stream was refused (${code}), though the key is good.`, { code: "STREAM_REFUSED" }),
        );
      }
    } catch (error) {
      if (closed || !isAgentExchangeError(error) || (error.status !== 401 && error.status !== 403)) return;
      const { status, hint } = error;
      owner.failed(
        new AuthenticationError("The key was refused, and so was the stream.", {
          code: error.code,
          status,
          hint: hint ?? undefined,
        }),
      );
    }
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
      if (held === undefined) return;
      channels.delete(key);
      asked = asked.filter((other) => other !== held);
      if (asked.length === 0) probeAt = undefined;
      if (isOpen) socket?.send(unsubscribeText(held.channel));
      settle();
    },
    renew() {
      if (isOpen) lost();
    },
    close() {
      closed = true;
      clock.clearTimeout(timer);
      checking.abort();
      forget();
      deafen();
    },
  };
}
