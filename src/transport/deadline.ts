import { ClientClosedError, TimeoutError } from "../errors/index.ts";
import type { Clock } from "./clock.ts";

/** The phase that a call is in, for the message of a timeout. */
export type Phase =
  | "waiting for the rate limit"
  | "logging in"
  | "looking up the agent"
  | "storing the intent"
  | "reading the intents"
  | "waiting for the response"
  | "waiting to retry"
  | "waiting for the order"
  | "waiting for an equal order";

/** The end of a call, whichever comes first: its timeout, the caller's abort, or the closing of the client. */
export interface Deadline {
  /** Aborts at the end, for `fetch`. */
  readonly signal: AbortSignal;
  /** The current phase. */
  phase: Phase;
  /** Requests sent so far. */
  attempts: number;
  /** Remaining milliseconds; Infinity without a timeout. */
  remaining(): number;
  over(): boolean;
  /** Whether the caller's abort ended it. */
  aborted(): boolean;
  /** The error or abort reason that ended it. */
  reason(): unknown;
  /** Settles like `work`, or rejects at the end even if `work` never settles. Only one race can run at a time. */
  race<T>(work: Promise<T>): Promise<T>;
  sleep(milliseconds: number): Promise<void>;
  /** Ends it now. */
  end(reason: unknown): void;
  /** Removes its timer and listener. */
  dispose(): void;
}

export interface DeadlineOptions {
  readonly name: string;
  /** Whether the call can be repeated after a timeout without harm. */
  readonly repeatable: boolean;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

/** @param active the client's active deadlines, which end when it is closed */
export function startDeadline(options: DeadlineOptions, clock: Clock, active: Set<Deadline>): Deadline {
  options.signal?.throwIfAborted();
  return new CallDeadline(options, clock, active);
}

/** A class, because every call creates one: a dozen closures each time would cost more than the rest of it. */
class CallDeadline implements Deadline {
  phase: Phase = "waiting for the response";
  attempts = 0;
  readonly #options: DeadlineOptions;
  readonly #clock: Clock;
  readonly #active: Set<Deadline>;
  readonly #controller = new AbortController();
  readonly #endsAt: number;
  readonly #timer: unknown;
  #ended: { readonly reason: unknown } | undefined;
  #isAborted = false;
  #rejectRace: ((reason: unknown) => void) | undefined;
  readonly #onAbort: (() => void) | undefined;

  constructor(options: DeadlineOptions, clock: Clock, active: Set<Deadline>) {
    const { timeout, signal } = options;
    this.#options = options;
    this.#clock = clock;
    this.#active = active;
    this.#endsAt = clock.elapsed() + timeout;
    this.#timer = timeout === Infinity ? undefined : clock.setTimeout(() => this.#onTimeout(), timeout);
    if (signal !== undefined) {
      this.#onAbort = () => {
        this.#isAborted = true;
        this.end(signal.reason);
      };
      signal.addEventListener("abort", this.#onAbort);
    }
    active.add(this);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  remaining(): number {
    return this.#endsAt - this.#clock.elapsed();
  }

  over(): boolean {
    return this.#ended !== undefined;
  }

  aborted(): boolean {
    return this.#isAborted;
  }

  reason(): unknown {
    return this.#ended?.reason;
  }

  race<T>(work: Promise<T>): Promise<T> {
    if (this.#ended !== undefined) {
      work.catch(() => {}); // its own failure no longer matters
      return Promise.reject(this.#ended.reason);
    }
    return new Promise<T>((resolve, reject) => {
      this.#rejectRace = reject;
      work.then(resolve, reject);
    });
  }

  async sleep(milliseconds: number): Promise<void> {
    let timer: unknown;
    try {
      await this.race(new Promise<void>((resolve) => (timer = this.#clock.setTimeout(resolve, milliseconds))));
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }

  end(reason: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = { reason };
    this.#controller.abort(reason);
    this.#rejectRace?.(reason);
  }

  dispose(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    if (this.#onAbort !== undefined) this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#active.delete(this);
  }

  #onTimeout(): void {
    const { phase, attempts } = this;
    const { name, repeatable, timeout } = this.#options;
    this.end(
      new TimeoutError(`${name} timed out after ${timeout} ms while ${phase}.`, {
        code: "TIMEOUT",
        // In any other phase, no request was sent or the last one was rejected.
        retryable: repeatable || phase !== "waiting for the response",
        attempts,
        hint: "Raise the timeout option, or check the server and the network.",
      }),
    );
  }
}

/** The error of every call of a closed client. */
export function closedError(name: string): ClientClosedError {
  return new ClientClosedError(`${name}: the client has been closed.`, {
    code: "CLIENT_CLOSED",
    hint: "Create a new one.",
  });
}
