import { invalid } from "../endpoints/index.ts";
import { randomUuid, systemClock, type Clock } from "../transport/index.ts";
import { checkLeaseRequest, type Budget, type LeaseReply, type LeaseRequest } from "./budget.ts";
import {
  post,
  readMessage,
  type ChannelLike,
  type ChannelMessage,
  type LockManagerLike,
  type VersionedState,
} from "./channelMessages.ts";
import { Leadership } from "./leadership.ts";
import { Ledger } from "./ledger.ts";

/** Milliseconds after which a request is sent again. */
const PATIENCE = 250;
/** Number of times that a request is sent. */
const ATTEMPTS = 16;
/** Milliseconds in which other tabs say what they know of the last leader's ledger. */
const RECALL = 100;
/** Number of answers that a leader remembers, for requests that are sent again. */
const REMEMBERED = 100;

/** Options of {@link budgetChannel}. */
export interface BudgetChannelOptions {
  /**
   * Decide which tab keeps the count; default `navigator.locks`, which pages have over https and on localhost. With null, the
   * tabs agree by messages.
   */
  readonly locks?: LockManagerLike | null | undefined;
  /** Default the system clock. */
  readonly clock?: Clock | undefined;
}

/** A budget that tabs share. */
export interface ChannelBudget extends Budget {
  /** Leaves the channel, which stays open. If this tab kept the count, another one goes on with it. */
  close(): void;
}

/**
 * Shares one account's requests among the tabs and workers of an origin, over a `BroadcastChannel` that nothing else uses. One
 * tab keeps the count and answers the others; when it ends, another one goes on with what the last one had counted.
 *
 * @throws {@link ValidationError} if the argument is not a channel
 *
 * @example
 * ```ts
 * const channel = new BroadcastChannel("my-account");
 * const budget = budgetChannel(channel);
 * await using trader = new AgentExchangeClient({ ...connection, apiKey: "ak_live_example", rateLimit: sharedLimiter(budget) });
 * budget.close();
 * channel.close();
 * ```
 */
export function budgetChannel(channel: ChannelLike, options: BudgetChannelOptions = {}): ChannelBudget {
  if (typeof (channel as ChannelLike | null | undefined)?.postMessage !== "function")
    throw invalid("budgetChannel", [{ field: "channel", message: "must be a BroadcastChannel" }]);
  const { locks = findLocks(), clock = systemClock } = options;
  return new SharedLedger(channel, locks ?? undefined, clock);
}

function findLocks(): LockManagerLike | undefined {
  const { navigator } = globalThis as { readonly navigator?: { readonly locks?: LockManagerLike } };
  return navigator?.locks;
}

interface Pending {
  readonly request: LeaseRequest;
  readonly resolve: (reply: LeaseReply) => void;
  readonly reject: (error: Error) => void;
  attempts: number;
  timer: unknown;
}

class SharedLedger implements ChannelBudget {
  readonly #id: string = randomUuid();
  readonly #channel: ChannelLike;
  readonly #clock: Clock;
  readonly #leadership: Leadership;
  readonly #pending = new Map<string, Pending>();
  readonly #answers = new Map<string, ChannelMessage>();
  /** Undefined in tabs that do not lead. */
  #ledger: Ledger | undefined;
  /** The newest state of the leader's ledger. */
  #known: VersionedState | undefined;
  #isClosed = false;
  #recall: unknown;
  readonly #listener = ({ data }: { readonly data: unknown }): void => {
    const message = readMessage(data);
    if (message !== undefined && message.from !== this.#id) this.#hear(message);
  };

  constructor(channel: ChannelLike, locks: LockManagerLike | undefined, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
    channel.addEventListener("message", this.#listener);
    this.#leadership = new Leadership({
      channel,
      id: this.#id,
      clock,
      locks,
      onLead: () => this.#lead(),
      onStepDown: () => {
        clock.clearTimeout(this.#recall);
        this.#ledger = undefined;
      },
    });
  }

  lease(request: LeaseRequest): Promise<LeaseReply> {
    const answer = new Promise<LeaseReply>((resolve, reject) => {
      if (this.#isClosed) throw new Error("The channel's budget has been closed.");
      const id = randomUuid();
      this.#pending.set(id, { request, resolve, reject, attempts: 0, timer: undefined });
      this.#send(id);
    });
    // Messages take no simulated time.
    this.#clock.hold?.(answer);
    return answer;
  }

  close(): void {
    this.#isClosed = true;
    this.#ledger = undefined;
    this.#leadership.close();
    this.#clock.clearTimeout(this.#recall);
    this.#channel.removeEventListener("message", this.#listener);
    for (const id of this.#pending.keys()) this.#settle(id, "The channel's budget has been closed.");
  }

  /** Serves a request of this tab, or sends it to the leader until it answers. */
  #send(id: string): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#clock.clearTimeout(pending.timer);
    if (this.#ledger !== undefined) {
      const { reply, error } = this.#serve(this.#ledger, pending.request);
      post(this.#channel, { type: "state", from: this.#id, known: this.#known });
      this.#settle(id, error ?? "", reply);
      return;
    }
    pending.timer = this.#clock.setTimeout(() => {
      this.#leadership.suspect();
      if (++pending.attempts < ATTEMPTS) this.#send(id);
      else this.#settle(id, "No tab answers.");
    }, PATIENCE);
    post(this.#channel, { type: "ask", from: this.#id, id, request: pending.request });
  }

  #settle(id: string, error: string, reply?: LeaseReply): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    this.#clock.clearTimeout(pending.timer);
    if (reply === undefined) pending.reject(new Error(error));
    else pending.resolve(reply);
  }

  #hear(message: ChannelMessage): void {
    this.#leadership.hear(message);
    if ("known" in message && (message.known?.version ?? 0) > (this.#known?.version ?? 0)) this.#known = message.known;
    if (message.type === "ask") this.#answer(message.id, message.request);
    else if (message.type === "answer") this.#settle(message.id, message.error ?? "", message.reply);
    else if (message.type === "recall" && this.#known !== undefined)
      post(this.#channel, { type: "state", from: this.#id, known: this.#known });
    else if (message.type === "lead") for (const id of this.#pending.keys()) this.#send(id);
  }

  #answer(id: string, request: LeaseRequest): void {
    if (this.#ledger === undefined) return;
    const known = this.#answers.get(id);
    const message = known ?? {
      type: "answer",
      from: this.#id,
      id,
      ...this.#serve(this.#ledger, request),
      known: this.#known,
    };
    this.#answers.set(id, message);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= REMEMBERED) break;
      this.#answers.delete(oldest);
    }
    post(this.#channel, message);
  }

  #serve(ledger: Ledger, request: LeaseRequest): { readonly reply?: LeaseReply; readonly error?: string } {
    try {
      return { reply: ledger.lease(checkLeaseRequest(request)) };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Goes on with the newest state that any tab knows. */
  #lead(): void {
    post(this.#channel, { type: "recall", from: this.#id });
    this.#recall = this.#clock.setTimeout(() => {
      if (this.#isClosed) return;
      this.#answers.clear();
      this.#ledger = new Ledger({
        now: () => this.#clock.now(),
        state: this.#known?.state,
        save: (state) => (this.#known = { version: (this.#known?.version ?? 0) + 1, state }),
      });
      for (const id of this.#pending.keys()) this.#send(id);
      // The others send again what they have sent to the last leader.
      post(this.#channel, { type: "lead", from: this.#id });
    }, RECALL);
  }
}
