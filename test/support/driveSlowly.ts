import type { VirtualClock } from "../../src/exchange/time/clock.ts";

/** Waits for work that partly takes real time, such as WebCrypto, while virtual time advances slowly. */
export async function driveSlowly<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  const state = { isSettled: false };
  const settle = (): void => {
    state.isSettled = true;
  };
  work.then(settle, settle);
  for (let turns = 0; !state.isSettled && turns < 20_000; turns++) await clock.advance(turns < 20 ? 0 : 10);
  return work;
}
