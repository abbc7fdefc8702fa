import type { VirtualClock } from "../../src/exchange/time/clock.ts";

type Advancing = Pick<VirtualClock, "advance" | "elapsed">;

/** Advances virtual time until the work settles; returns its result. */
export async function drive<T>(clock: Advancing, work: Promise<T>, most = 3_600_000, step = 250): Promise<T> {
  const state = { over: false };
  const end = (): void => {
    state.over = true;
  };
  work.then(end, end);
  const until = clock.elapsed() + most;
  // Bodies and digests need real event loop turns, so time advances only after some turns without progress.
  for (let turn = 0; turn < 3 && !state.over; turn++) await clock.advance(0);
  while (!state.over) {
    if (clock.elapsed() >= until) throw new Error(`still not settled after ${most} ms of virtual time`);
    await clock.advance(step);
  }
  return work;
}

/** Resolves to the error that the work rejects with. */
export async function failure(clock: Advancing, work: Promise<unknown>, most?: number): Promise<unknown> {
  try {
    await drive(clock, work, most);
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}
