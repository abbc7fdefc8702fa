import type { Tick } from "../endpoints/index.ts";
import type { StreamContext } from "./context.ts";

/** Milliseconds that a tick may be ahead of the platform's clock, as other ticks show it. */
const MAX_AHEAD = 5000;
/** Milliseconds that a tick may arrive late. */
const MAX_LATE = 30_000;
/** Milliseconds without other ticks after which ticks that are older than that are accepted. */
const ACCEPT_OLD_AFTER = 10_000;
/** Ticks in a row that differ from the clock by the same amount; after these the clock is corrected. */
const AGREEING = 3;
/** Ticks in the future that are remembered, to recognize repetitions. */
const MAX_REMEMBERED = 16;

/** The ticks of one pair, as far as their order depends on them. */
export interface TickHistory {
  /** The tick that was delivered last. */
  last: Tick | undefined;
  /** The newest tick with a plausible timestamp, and that timestamp in Unix milliseconds. */
  newest: Tick | undefined;
  time: number;
  /** Other ticks of the same millisecond. */
  peers: Tick[] | undefined;
  /** Ticks with a timestamp in the future. */
  ahead: Tick[] | undefined;
  /** Reading of `clock.elapsed()` since when only much older ticks arrive. */
  oldSince: number | undefined;
}

export function emptyHistory(): TickHistory {
  return { last: undefined, newest: undefined, time: 0, peers: undefined, ahead: undefined, oldSince: undefined };
}

/**
 * Returns a function that decides whether a tick is delivered: not if it is late or a repetition. A timestamp in the
 * future does not make later ticks late; otherwise one wrong timestamp would suppress a pair's ticks until that time.
 */
export function createTickOrder(context: StreamContext): (history: TickHistory, tick: Tick) => boolean {
  const { clock, serverTime } = context;
  /** How far ticks are ahead of the platform's clock as it is known here; negative if they are behind. */
  let offset = 0;
  /** The offset before it was raised. */
  let previousOffset = 0;
  let isFirst = true;
  /** Timestamps up to this one are plausible. The clock is read again only for a tick beyond it. */
  let horizon = -Infinity;
  /** Ticks in a row whose difference from the clock is about `difference`. */
  let agreeing = 0;
  let difference = 0;

  function updateHorizon(): number {
    return (horizon = serverTime.now() + offset + MAX_AHEAD);
  }

  /** Returns whether enough ticks in a row differ from the clock by the same amount, which becomes the offset. */
  function adjustOffset(time: number): boolean {
    const found = time - serverTime.now();
    agreeing = agreeing > 0 && Math.abs(found - difference) < MAX_AHEAD ? agreeing + 1 : 1;
    difference = found;
    const isStart = isFirst && found < 0;
    isFirst = false;
    if (agreeing < AGREEING && !isStart) return false;
    previousOffset = Math.min(offset, found);
    offset = found;
    updateHorizon();
    return true;
  }

  function isRepeated(history: TickHistory, tick: Tick, time: number): boolean {
    const ahead = (history.ahead ??= []);
    if (ahead.some((other) => other.timestamp.getTime() === time && isSame(other, tick))) return true;
    if (ahead.push(tick) > MAX_REMEMBERED) ahead.shift();
    return false;
  }

  /** Whether a tick that is older than the newest one is delivered because the newest one has a wrong timestamp. */
  function isAcceptedOld(history: TickHistory, { source }: Tick, time: number): boolean {
    const isFar = time < history.time - MAX_LATE;
    // The offset was raised by ticks with wrong timestamps, as this one shows.
    if (isFar && offset > previousOffset && time <= serverTime.now() + previousOffset + MAX_AHEAD)
      offset = previousOffset;
    if (history.time > updateHorizon()) return true;
    // REST may lag behind and repeat itself.
    if (!isFar || source === "poll") return false;
    history.oldSince ??= clock.elapsed();
    return clock.elapsed() - history.oldSince >= ACCEPT_OLD_AFTER;
  }

  return (history, tick) => {
    const time = tick.timestamp.getTime();
    if (time > horizon && time > updateHorizon()) {
      if (isRepeated(history, tick, time)) return false;
      if (!adjustOffset(time)) {
        history.last = tick;
        return true;
      }
    } else if (time > horizon - MAX_LATE) {
      agreeing = 0;
      isFirst = false;
    } else if (tick.source === "stream") adjustOffset(time); // a trade from REST may simply be old
    const { newest } = history;
    if (newest === undefined || time > history.time) history.peers = undefined;
    else if (time < history.time) {
      if (!isAcceptedOld(history, tick, time)) return false;
      history.peers = undefined;
    } else {
      if (isSame(newest, tick) || history.peers?.some((peer) => isSame(peer, tick)) === true) return false;
      (history.peers ??= []).push(newest);
    }
    history.last = history.newest = tick;
    history.time = time;
    history.oldSince = undefined;
    return true;
  };
}

function isSame(one: Tick, other: Tick): boolean {
  return one.price.eq(other.price) && one.quantity.eq(other.quantity) && one.isBuyerMaker === other.isBuyerMaker;
}
