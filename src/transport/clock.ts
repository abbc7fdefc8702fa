/** Where a client takes its time from: the system's, or a virtual one in tests and simulations. */
export interface Clock {
  /** Unix milliseconds; may jump when the system's clock is set. */
  now(): number;
  /** Milliseconds since some fixed moment; never jumps. */
  elapsed(): number;
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
}

const LONGEST_TIMER = 2_147_483_647;

/** The system's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, Math.min(milliseconds, LONGEST_TIMER)),
  clearTimeout: (timer) => clearTimeout(timer as number),
};
