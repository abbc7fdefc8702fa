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
export function startDeadline(
  { name, repeatable, timeout, signal: callerSignal }: DeadlineOptions,
  clock: Clock,
  active: Set<Deadline>,
): Deadline {
  callerSignal?.throwIfAborted();
  const controller = new AbortController();
  const endsAt = clock.elapsed() + timeout;
  let ended: { readonly reason: unknown } | undefined;
  let isAborted = false;
  let rejectRace: ((reason: unknown) => void) | undefined;

  const deadline: Deadline = {
    signal: controller.signal,
    phase: "waiting for the response",
    attempts: 0,
    remaining: () => endsAt - clock.elapsed(),
    over: () => ended !== undefined,
    aborted: () => isAborted,
    reason: () => ended?.reason,
    race<T>(work: Promise<T>): Promise<T> {
      if (ended !== undefined) {
        work.catch(() => {}); // its own failure no longer matters
        return Promise.reject(ended.reason);
      }
      return new Promise<T>((resolve, reject) => {
        rejectRace = reject;
        work.then(resolve, reject);
      });
    },
    async sleep(milliseconds) {
      let timer: unknown;
      try {
        await deadline.race(new Promise<void>((resolve) => (timer = clock.setTimeout(resolve, milliseconds))));
      } finally {
        clock.clearTimeout(timer);
      }
    },
    end(reason) {
      if (ended !== undefined) return;
      ended = { reason };
      controller.abort(reason);
      rejectRace?.(reason);
    },
    dispose() {
      if (timer !== undefined) clock.clearTimeout(timer);
      callerSignal?.removeEventListener("abort", onAbort);
      active.delete(deadline);
    },
  };

  const onAbort = (): void => {
    isAborted = true;
    deadline.end(callerSignal?.reason);
  };
  const onTimeout = (): void => {
    const { phase, attempts } = deadline;
    deadline.end(
      new TimeoutError(`${name} timed out after ${timeout} ms while ${phase}.`, {
        code: "TIMEOUT",
        // In any other phase, no request was sent or the last one was rejected.
        retryable: repeatable || phase !== "waiting for the response",
        attempts,
        hint: "Raise the timeout option, or check the server and the network.",
      }),
    );
  };
  const timer = timeout === Infinity ? undefined : clock.setTimeout(onTimeout, timeout);
  callerSignal?.addEventListener("abort", onAbort);
  active.add(deadline);
  return deadline;
}

/** The error of every call of a closed client. */
export function closedError(name: string): ClientClosedError {
  return new ClientClosedError(`${name}: the client has been closed.`, {
    code: "CLIENT_CLOSED",
    hint: "Create a new one.",
  });
}
