import type { Clock } from "../transport/index.ts";
import { post, type ChannelLike, type ChannelMessage, type LockManagerLike } from "./channelMessages.ts";

/** Milliseconds after which a tab leads if nobody has objected to its claim. */
const OBJECTION = 250;

export interface LeadershipOptions {
  readonly channel: ChannelLike;
  /** This tab; of two tabs that would lead, the one with the lower id does. */
  readonly id: string;
  readonly clock: Clock;
  /** Undefined if the runtime has none. */
  readonly locks: LockManagerLike | undefined;
  readonly onLead: () => void;
  readonly onStepDown: () => void;
}

/**
 * Decides which tab keeps the ledger. With Web Locks it is the tab that holds the lock, which the browser releases when the
 * tab ends. Without them, a tab that gets no answer claims to lead, and does so unless a leader or a claim with a lower id
 * objects.
 */
export class Leadership {
  readonly #options: LeadershipOptions;
  readonly #ending = new AbortController();
  #isLeading = false;
  #isClosed = false;
  #claim: unknown;
  #release: (() => void) | undefined;

  constructor(options: LeadershipOptions) {
    this.#options = options;
    const { locks, channel } = options;
    if (locks === undefined) return;
    const hold = async (): Promise<void> => {
      if (this.#isClosed) return;
      this.#start();
      await new Promise<void>((resolve) => (this.#release = resolve));
    };
    // It fails only if this tab is closed before it gets the lock.
    locks.request(`agentexchange.budget.${channel.name}`, { signal: this.#ending.signal }, hold).catch(() => {});
  }

  /** The leader does not answer. */
  suspect(): void {
    const { locks, channel, id, clock } = this.#options;
    if (locks !== undefined || this.#isLeading || this.#isClosed || this.#claim !== undefined) return;
    this.#claim = clock.setTimeout(() => {
      this.#claim = undefined;
      this.#start();
    }, OBJECTION);
    post(channel, { type: "claim", from: id });
  }

  hear({ type, from }: ChannelMessage): void {
    const { channel, id } = this.#options;
    if (type === "claim" && this.#isLeading) post(channel, { type: "lead", from: id });
    else if (type === "claim" && this.#claim !== undefined && from > id) post(channel, { type: "claim", from: id });
    else if (type === "lead" || type === "answer" || (type === "claim" && from < id)) this.#withdraw();
    if ((type !== "lead" && type !== "answer") || !this.#isLeading || this.#options.locks !== undefined) return;
    // A tab that was frozen may find another leader.
    if (from < id) {
      this.#isLeading = false;
      this.#options.onStepDown();
    } else post(channel, { type: "lead", from: id });
  }

  close(): void {
    this.#isClosed = true;
    this.#withdraw();
    this.#release?.();
    this.#ending.abort();
  }

  #start(): void {
    this.#isLeading = true;
    post(this.#options.channel, { type: "lead", from: this.#options.id });
    this.#options.onLead();
  }

  #withdraw(): void {
    this.#options.clock.clearTimeout(this.#claim);
    this.#claim = undefined;
  }
}
