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

/**
 * Makes a virtual clock wait for work of this machine, which takes no simulated time however slow it is. WebCrypto, for
 * example, works outside the event loop, so that on a busy machine a call's deadline would be reached first.
 */
export function held<T>(clock: Clock, work: Promise<T>): Promise<T> {
  clock.hold?.(work);
  return work;
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
