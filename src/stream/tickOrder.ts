import type { Tick } from "../endpoints/index.ts";
import type { StreamContext } from "./context.ts";

/** Milliseconds that a trade's time may lie ahead of the platform's clock, as other trades show it. */
const AHEAD = 5000;
/** Milliseconds by which a tick is not merely late. */
const FAR_BEHIND = 30_000;
/** Milliseconds for which nothing but such ticks come before they are believed. */
const BELIEVED_AFTER = 10_000;
/** So many ticks in a row that differ from the clock by the same amount show what the time of trades is. */
const AGREEING = 3;
/** Ticks ahead of the clock that are remembered, to recognize repetitions. */
const REMEMBERED = 16;

/** What the order of one pair's ticks is judged by. */
export interface TickHistory {
  /** The tick that was given last. */
  last: Tick | undefined;
  /** The newest one whose time can be right, and that time in Unix milliseconds. */
  newest: Tick | undefined;
  time: number;
  /** Others of the same millisecond. */
  peers: Tick[] | undefined;
  /** Those whose time cannot be right. */
  ahead: Tick[] | undefined;
  /** Since when only far older ticks come, of `clock.elapsed()`. */
  behindSince: number | undefined;
}

export function emptyHistory(): TickHistory {
  return { last: undefined, newest: undefined, time: 0, peers: undefined, ahead: undefined, behindSince: undefined };
}

/**
 * Whether a tick is to be given: neither late nor the same one again. A time that lies in the future proves nothing
 * about later ticks, or one wrong stamp would silence a pair until then.
 */
export function createTickOrder({
  clock,
  serverTime: server,
}: StreamContext): (history: TickHistory, tick: Tick) => boolean {
  /** How far trades lie ahead of the platform's clock as it is known here; behind it while the platform is late. */
  let offset = 0;
  /** The same before it was raised. */
  let before = 0;
  let isFirst = true;
  /** Times up to here can be right. Read anew only when a tick lies beyond. */
  let horizon = -Infinity;
  let agreeing = 0;
  let difference = 0;

  function look(): number {
    return (horizon = server.now() + offset + AHEAD);
  }

  /** Whether enough ticks in a row agree that trades differ so much from the clock; then that is their time. */
  function isShown(time: number): boolean {
    const found = time - server.now();
    agreeing = agreeing > 0 && Math.abs(found - difference) < AHEAD ? agreeing + 1 : 1;
    difference = found;
    const isStart = isFirst && found < 0;
    isFirst = false;
    if (agreeing < AGREEING && !isStart) return false;
    before = Math.min(offset, found);
    offset = found;
    look();
    return true;
  }

  function isRepeated(history: TickHistory, tick: Tick, time: number): boolean {
    const list = (history.ahead ??= []);
    if (list.some((other) => other.timestamp.getTime() === time && isSame(other, tick))) return true;
    if (list.push(tick) > REMEMBERED) list.shift();
    return false;
  }

  /** Whether what is older than the newest is to be given all the same: the newest one's time is wrong, then. */
  function isBelieved(history: TickHistory, { source }: Tick, time: number): boolean {
    const isFar = time < history.time - FAR_BEHIND;
    // The time of trades was taken from ticks of which this one shows that they were wrong.
    if (isFar && offset > before && time <= server.now() + before + AHEAD) offset = before;
    if (history.time > look()) return true;
    // REST may lag behind, and says the same again and again.
    if (!isFar || source === "poll") return false;
    history.behindSince ??= clock.elapsed();
    return clock.elapsed() - history.behindSince >= BELIEVED_AFTER;
  }

  return (history, tick) => {
    const time = tick.timestamp.getTime();
    if (time > horizon && time > look()) {
      if (isRepeated(history, tick, time)) return false;
      if (!isShown(time)) {
        history.last = tick;
        return true;
      }
    } else if (time > horizon - FAR_BEHIND) {
      agreeing = 0;
      isFirst = false;
    } else if (tick.source === "stream") isShown(time); // what REST says can be old
    const { newest } = history;
    if (newest === undefined || time > history.time) history.peers = undefined;
    else if (time < history.time) {
      if (!isBelieved(history, tick, time)) return false;
      history.peers = undefined;
    } else {
      if (isSame(newest, tick) || history.peers?.some((peer) => isSame(peer, tick)) === true) return false;
      (history.peers ??= []).push(newest);
    }
    history.last = history.newest = tick;
    history.time = time;
    history.behindSince = undefined;
    return true;
  };
}

function isSame(one: Tick, other: Tick): boolean {
  return one.price.eq(other.price) && one.quantity.eq(other.quantity) && one.isBuyerMaker === other.isBuyerMaker;
}
