import type { Clock } from "../transport/index.ts";
import type { SubscribedChannel } from "./subscribedChannel.ts";

/** The effect of a refusal on the request that it answers. */
export interface Refusal {
  readonly channel: SubscribedChannel;
  /** False if the channel will be requested again, since another one may have been meant. */
  readonly isFinal: boolean;
}

/**
 * The subscription requests of one connection. The platform replies in the order of the requests, but a refusal does
 * not say which channel it is for, and replies may get lost.
 */
export class SubscriptionRequests {
  readonly #clock: Clock;
  readonly #sendRequest: (channel: SubscribedChannel) => void;
  /** Requests without a reply, oldest first. */
  #unanswered: SubscribedChannel[] = [];
  /** Refused while other requests were unanswered: requested again, one at a time. */
  #suspects: SubscribedChannel[] = [];
  #waitingSince: number | undefined;

  constructor(clock: Clock, sendRequest: (channel: SubscribedChannel) => void) {
    this.#clock = clock;
    this.#sendRequest = sendRequest;
  }

  /** Reading of `clock.elapsed()` since when a reply is awaited; undefined without open requests. */
  get waitingSince(): number | undefined {
    return this.#waitingSince;
  }

  send(channel: SubscribedChannel): void {
    this.#unanswered.push(channel);
    this.#waitingSince ??= this.#clock.elapsed();
    this.#sendRequest(channel);
  }

  /** Returns the channel that was acknowledged; undefined if it was not requested. */
  acknowledge(key: string): SubscribedChannel | undefined {
    const index = this.#unanswered.findIndex(({ channel }) => channel.key === key);
    const acknowledged = this.#unanswered[index];
    if (acknowledged === undefined) return undefined;
    // Older requests were answered as well; their replies got lost.
    const skipped = this.#unanswered.splice(0, index + 1).slice(0, -1);
    this.#onReply();
    for (const channel of skipped) if (!channel.isAcknowledged) this.send(channel);
    return acknowledged;
  }

  /** Attributes a refusal to the oldest request; undefined if there is none. */
  refuse(): Refusal | undefined {
    const channel = this.#unanswered.shift();
    if (channel === undefined) return undefined;
    const isFinal = this.#unanswered.length === 0 && channel.refusals > 0;
    channel.refusals++;
    if (!isFinal) this.#suspects.push(channel);
    this.#onReply();
    return { channel, isFinal };
  }

  /** Forgets the request of a channel that is no longer wanted. */
  withdraw(channel: SubscribedChannel): void {
    const isOther = (other: SubscribedChannel): boolean => other !== channel;
    this.#unanswered = this.#unanswered.filter(isOther);
    this.#suspects = this.#suspects.filter(isOther);
    if (this.#unanswered.length > 0) return;
    this.#waitingSince = undefined;
    this.#sendSuspect();
  }

  /** Forgets all requests, for the next socket. */
  clear(): void {
    this.#unanswered = [];
    this.#suspects = [];
    this.#waitingSince = undefined;
  }

  #onReply(): void {
    this.#waitingSince = this.#unanswered.length === 0 ? undefined : this.#clock.elapsed();
    if (this.#unanswered.length === 0) this.#sendSuspect();
  }

  #sendSuspect(): void {
    const suspect = this.#suspects.shift();
    if (suspect !== undefined) this.send(suspect);
  }
}
