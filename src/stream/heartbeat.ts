import type { Clock } from "../transport/index.ts";

/** Milliseconds without any message after which a connection counts as dead; the platform sends one every 40 s. */
const SILENCE_LIMIT = 45_000;
/** Milliseconds within which the platform has to reply to a subscription. */
const REPLY_LIMIT = 10_000;
/** Milliseconds between two checks. `lastHeardAt` can be this much too early. */
const INTERVAL = 2000;
/** Milliseconds between two checks that show that the machine was asleep. */
const SLEEP = 15_000;

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** Reading of `clock.elapsed()` since when a reply is awaited; undefined without open requests. */
  readonly waitingSince: () => number | undefined;
  /** Sends a request that the platform replies to. Not called while a reply is awaited. */
  readonly probe: () => void;
  /** Called once, when the connection is dead; the heartbeat has stopped then. */
  readonly onDead: () => void;
}

/**
 * Detects that an open connection is dead: nothing was heard for 45 s, or no reply came within 10 s. Before the
 * silence lasts too long, and after the machine slept, it sends a probe.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #lastHeardAt = 0;
  /**
   * Whether `lastHeardAt` is of the current interval. Ticks arrive by the thousand, and reading the clock costs a tenth
   * of one.
   */
  #isHeard = false;
  /** When the machine woke up. It could not hear anything before, so limits count from here. */
  #resumedAt = -Infinity;
  #checkedAt = 0;
  #checkedTime = 0;
  #timer: unknown;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** Reading of `clock.elapsed()`. */
  get lastHeardAt(): number {
    return this.#lastHeardAt;
  }

  start(): void {
    const { clock } = this.#options;
    this.#lastHeardAt = this.#checkedAt = clock.elapsed();
    this.#checkedTime = clock.now();
    this.#check();
  }

  stop(): void {
    this.#options.clock.clearTimeout(this.#timer);
  }

  /** To be called for every message. */
  heard(): void {
    if (this.#isHeard) return;
    this.#isHeard = true;
    this.#lastHeardAt = this.#options.clock.elapsed();
  }

  readonly #check = (): void => {
    const { clock, waitingSince, probe, onDead } = this.#options;
    const now = clock.elapsed();
    this.#detectSleep(now);
    this.#isHeard = false;
    const probeAt = Math.max(this.#lastHeardAt + SILENCE_LIMIT - REPLY_LIMIT, this.#resumedAt);
    // A function, since a probe starts to wait for a reply.
    const deadAt = (): number => Math.min(probeAt, Math.max(waitingSince() ?? Infinity, this.#resumedAt)) + REPLY_LIMIT;
    if (now >= deadAt()) return onDead();
    if (now >= probeAt && waitingSince() === undefined) probe();
    const next = Math.min(now + INTERVAL, now < probeAt ? probeAt : Infinity, deadAt());
    this.#timer = clock.setTimeout(this.#check, next - now);
  };

  /** Either clock may stop while the machine sleeps, and the timer does. */
  #detectSleep(now: number): void {
    const time = this.#options.clock.now();
    if (Math.max(now - this.#checkedAt, time - this.#checkedTime) > SLEEP) this.#resumedAt = now;
    this.#checkedAt = now;
    this.#checkedTime = time;
  }
}
