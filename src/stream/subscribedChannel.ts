import type { Clock } from "../transport/index.ts";
import type { Channel } from "./channel.ts";

/** A period in which a channel received nothing. */
export interface Outage {
  readonly from: Date;
  readonly to: Date;
}

/** When a connection was heard last, by both clocks. */
export interface OutageStart {
  readonly now: number;
  readonly elapsed: number;
}

/** A channel that a connection has subscribed to, or is about to. */
export class SubscribedChannel {
  readonly channel: Channel;
  /** Number of refusals since it was last acknowledged. */
  refusals = 0;
  #isAcknowledged = false;
  #outageStart: OutageStart | undefined;

  constructor(channel: Channel) {
    this.channel = channel;
  }

  /** Whether the platform sends it over the current socket. */
  get isAcknowledged(): boolean {
    return this.#isAcknowledged;
  }

  acknowledge(): void {
    this.#isAcknowledged = true;
    this.#outageStart = undefined;
    this.refusals = 0;
  }

  /** Called when the socket is gone. Without an acknowledgement there was no service to interrupt. */
  interrupt(start: OutageStart): void {
    if (this.#isAcknowledged) this.#outageStart = start;
    this.#isAcknowledged = false;
  }

  /**
   * The outage up to now; undefined while the channel works, and before it ever did. It is measured by the clock that
   * advanced more: the system's clock may have been set back, the other one may stop while the machine sleeps.
   */
  outage(clock: Clock): Outage | undefined {
    if (this.#outageStart === undefined) return undefined;
    const { now, elapsed } = this.#outageStart;
    const to = clock.now();
    return { from: new Date(to - Math.max(0, to - now, clock.elapsed() - elapsed)), to: new Date(to) };
  }
}
