import { ClientClosedError, TimeoutError } from "../errors/index.ts";
import type { Clock } from "./clock.ts";

/** What a call is doing, for the message of a time-out. */
export type Phase =
  | "waiting for the rate limit"
  | "logging in"
  | "looking up the agent"
  | "storing the intent"
  | "reading the intents"
  | "waiting for the answer"
  | "waiting to try again"
  | "waiting for the order"
  | "waiting for an equal order";

/** The one end of a call: its time-out, the caller's abort or the client's close, whichever is first. */
export interface Deadline {
  /** Aborted at the end, for `fetch`. */
  readonly signal: AbortSignal;
  /** Set to what the call is doing. */
  phase: Phase;
  /** Requests sent so far. */
  attempts: number;
  /** Milliseconds left; Infinity without a time-out. */
  remaining(): number;
  /** Whether the end came. */
  over(): boolean;
  /** Whether it came by the caller's own abort. */
  aborted(): boolean;
  /** What it ended with. */
  reason(): unknown;
  /** The work's result, or a rejection at the end: also when the work never settles. One at a time. */
  race<T>(work: Promise<T>): Promise<T>;
  sleep(milliseconds: number): Promise<void>;
  /** Ends it at once. */
  end(reason: unknown): void;
  /** Leaves no timer and no listener behind. */
  dispose(): void;
}

export interface DeadlineOptions {
  readonly name: string;
  /** Whether the call can be made again after a time-out without harm. */
  readonly repeatable: boolean;
  readonly clock: Clock;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  /** The client's running calls. */
  readonly running: Set<Deadline>;
}

export function startDeadline({
  name,
  repeatable,
  clock,
  timeout,
  signal: caller,
  running,
}: DeadlineOptions): Deadline {
  caller?.throwIfAborted();
  const controller = new AbortController();
  const until = clock.elapsed() + timeout;
  let failure: { readonly reason: unknown } | undefined;
  let byCaller = false;
  let reject: ((reason: unknown) => void) | undefined;

  const deadline: Deadline = {
    signal: controller.signal,
    phase: "waiting for the answer",
    attempts: 0,
    remaining: () => until - clock.elapsed(),
    over: () => failure !== undefined,
    aborted: () => byCaller,
    reason: () => failure?.reason,
    race<T>(work: Promise<T>): Promise<T> {
      if (failure !== undefined) {
        work.catch(() => {}); // its own failure no longer matters
        return Promise.reject(failure.reason);
      }
      return new Promise<T>((resolve, fail) => {
        reject = fail;
        work.then(resolve, fail);
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
      if (failure !== undefined) return;
      failure = { reason };
      controller.abort(reason);
      reject?.(reason);
    },
    dispose() {
      if (timer !== undefined) clock.clearTimeout(timer);
      caller?.removeEventListener("abort", onAbort);
      running.delete(deadline);
    },
  };

  const onAbort = (): void => {
    byCaller = true;
    deadline.end((caller as AbortSignal).reason);
  };
  const onTime = (): void => {
    const { phase, attempts } = deadline;
    const hint = "Raise the timeout option, or look at the server and the network.";
    deadline.end(
      new TimeoutError(`${name} took longer than ${timeout} ms; it was ${phase}.`, {
        code: "TIMEOUT",
        // In all other phases the last request was refused, or there was none.
        retryable: repeatable || phase !== "waiting for the answer",
        attempts,
        hint,
      }),
    );
  };
  const timer = timeout === Infinity ? undefined : clock.setTimeout(onTime, timeout);
  caller?.addEventListener("abort", onAbort);
  running.add(deadline);
  return deadline;
}

/** The error of every call of a closed client. */
export function closedError(name: string): ClientClosedError {
  return new ClientClosedError(`${name}: the client is closed.`, { code: "CLIENT_CLOSED", hint: "Make a new client." });
}
