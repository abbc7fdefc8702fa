/** The source of a client's time: the system clock, or a virtual clock in tests and simulations. */
export interface Clock {
  /** Unix milliseconds. Can jump when the system clock is set. */
  now(): number;
  /** Milliseconds since an arbitrary fixed point. Never jumps. */
  elapsed(): number;
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(timer: unknown): void;
  /** Stops a virtual clock while work runs that takes no simulated time, such as loading code. */
  hold?(work: Promise<unknown>): void;
}

/** Longer timers fire immediately. */
const MAX_TIMER = 2_147_483_647;

/** The system clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, Math.min(milliseconds, MAX_TIMER)),
  clearTimeout: (timer) => clearTimeout(timer as number),
};
